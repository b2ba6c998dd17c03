"""What the address of a journal page asks for."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import ClientException

from commons.ledger.model import Kind, State
from commons.registry.asking import Asked, last_months


def test_a_sentence_of_the_page_is_read() -> None:
    who = UUID(int=7)
    query = {"qui": str(who), "mois": "2026-02", "genre": "claim", "etat": "recorded"}
    wanted = Asked.of(query).filter(is_open=True)
    assert wanted.person == who
    assert (wanted.since, wanted.until) == (date(2026, 2, 1), date(2026, 2, 28))
    assert wanted.kinds == (Kind.CLAIM,)
    assert wanted.state is State.RECORDED


def test_under_pseudonyms_nobody_is_looked_for_by_name() -> None:
    asked = Asked.of({"qui": str(UUID(int=7))})
    assert asked.filter(is_open=False).person is None


@given(st.dictionaries(st.sampled_from(["qui", "mois", "genre", "etat"]), st.text(max_size=20)))
def test_what_cannot_be_read_does_not_restrict(query: dict[str, str]) -> None:
    if query.get("genre") in list(Kind) or query.get("etat") in list(State):
        return
    wanted = Asked.of(query).filter(is_open=True)
    assert wanted.kinds == ()
    assert wanted.state is None


def test_a_damaged_place_in_the_list_is_refused() -> None:
    with pytest.raises(ClientException):
        Asked.of({"avant": "hier_personne"})


@given(st.dates(min_value=date(2001, 1, 1)))
def test_the_last_months_are_twelve_and_begin_with_this_one(today: date) -> None:
    months = last_months(today)
    assert len(set(months)) == 12
    assert months[0] == today.replace(day=1)
    assert sorted(months, reverse=True) == months


@pytest.mark.parametrize("month", ["9999-12", "1500-01", "0001-01", "hier", "\0"])
def test_a_month_no_journal_has_restricts_nothing(month: str) -> None:
    assert Asked.of({"mois": month}).month is None


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2026-01-01T00:00:00"]
)
def test_a_place_in_the_journal_that_no_clock_told_is_refused(moment: str) -> None:
    with pytest.raises(ClientException):
        Asked.of({"avant": f"{moment}_{UUID(int=1)}"})
