"""Books of a journal: names that never meet, texts that harm nobody, one core for all doors."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import REPOSITORY, Database
from tests.ledger.conftest import attestation, contribution, export, sealed
from tests.ledger.lived_journals import PEOPLE, Step, stories, typed
from tests.ledger.seen_journals import NAMES, seen_by_all

from commons.kernel.duration import MINUTES_MAX, parse_minutes, spell_minutes
from commons.kernel.spreadsheet import FORMULA_STARTS, plain_cell
from commons.ledger.books.csv_book import COLUMNS
from commons.ledger.books.entry import UnbookableError
from commons.ledger.books.flows import flows_of
from commons.ledger.books.forms import BookForm, pieces
from commons.ledger.books.from_file import read_book
from commons.ledger.books.places import BRANCHES, COMMODITY_MAX, Chart, Place, commodity
from commons.ledger.books.texts import one_line, shown_texts
from commons.ledger.books.valueflows_context import CONTEXT
from commons.ledger.entry_text import UNIT
from commons.ledger.model import Kind
from commons.ledger.verification import verify_journal

ACCOUNT = re.compile(r"(Assets|Income|Expenses|Equity)(:[A-Z0-9][A-Za-z0-9-]*)+\Z")
COMMODITY = re.compile(r"[A-Z][A-Z0-9'._-]*[A-Z0-9]\Z")
RECEIVED = BRANCHES["received"]
LATER = datetime(2027, 1, 1, tzinfo=UTC)
DIGITS = st.text("0123456789abcdef", min_size=0, max_size=32)


def places() -> st.SearchStrategy[Place]:
    kind = st.sampled_from([str(kind) for kind in BRANCHES])
    words = st.one_of(typed(), st.sampled_from(["", "A", "a", "A-12345678", "Commun"]))
    keys = st.one_of(DIGITS, st.sampled_from(["12345678" + "0" * 24, "12345678" + "1" * 24]))
    return st.builds(Place, kind, keys, words)


@given(st.lists(places(), max_size=40))
def test_two_owners_never_share_an_account_and_each_keeps_its_own(met: list[Place]) -> None:
    chart = Chart()
    named = [chart.name(place) for place in met]
    owners = {name: (place.kind, place.key) for name, place in zip(named, met, strict=True)}
    assert len(owners) == len({(place.kind, place.key) for place in met})
    for name, place in zip(named, met, strict=True):
        assert ACCOUNT.match(name), name
        assert owners[name] == (place.kind, place.key)
        assert chart.name(replace(place, words="another name")) == name


@given(st.lists(st.from_regex(UNIT, fullmatch=True), unique=True, max_size=30))
def test_two_units_never_share_a_commodity(units: list[str]) -> None:
    named = [commodity(unit) for unit in [*units, "EUR", "minute", "commit"]]
    assert len(set(named)) == len({*units, "EUR", "minute", "commit"})
    assert all(COMMODITY.match(name) and len(name) <= COMMODITY_MAX for name in named)


def test_units_that_differ_by_their_capitals_are_two_commodities() -> None:
    assert [commodity(unit) for unit in ("kg", "KG", "kWh", "Minute", "eur", "repas-")] == [
        "U.KG",
        "U.'K'G",
        "U.K'WH",
        "U.'MINUTE",
        "U.EUR",
        "U.REPAS-'0",
    ]


@given(typed())
def test_a_text_on_one_line_has_nothing_that_breaks_or_reorders_it(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() in ([], [line])
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", line)
    assert one_line(line) == line
    assert len(one_line(text, 10)) <= 10


@given(typed())
def test_no_address_leaves_and_no_link_but_those_of_the_web(text: str) -> None:
    shown = shown_texts({"description": text, "links": "mailto:a@b.fr https://c.example/d"})
    assert "camille@communs.example" not in shown["description"]
    assert shown["links"] == "https://c.example/d"


@given(st.one_of(typed(), st.text("=+-@\t\r\n \u3000\uff1da1(", max_size=8)))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = plain_cell(text)
    assert cell.lstrip()[:1] not in set(FORMULA_STARTS)
    assert cell in {text, f"'{text}"}


@given(st.integers(1, MINUTES_MAX))
def test_a_duration_that_is_spelled_is_read_again(minutes: int) -> None:
    assert parse_minutes(spell_minutes(minutes)) == minutes
    assert spell_minutes(-minutes) == f"−{spell_minutes(minutes)}"


FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(story=stories(), names=NAMES)
def test_a_file_gives_the_same_books_as_the_database(
    template: Database, story: list[Step], names: list[str]
) -> None:
    """But for accounts of erased persons, whom only the database still tells apart."""
    for seen in seen_by_all(template, story, names):
        assert verify_journal(seen.exported).holds
        heading, read = read_book(seen.exported, seen.life.now)
        entries = list(read)
        assert heading.checkpoint == seen.heading.checkpoint
        assert [e.standing for e in entries if e.kind is not Kind.REVERSAL] == [
            e.standing for e in seen.entries if e.kind is not Kind.REVERSAL
        ]
        for mine, stored in zip(entries, seen.entries, strict=True):
            assert [(x.amount, x.unit) for x in mine.lines()] == [
                (x.amount, x.unit) for x in stored.lines()
            ]
        if seen.is_open and not seen.life.erased:
            for form in BookForm:
                assert b"".join(pieces(form, seen.heading, entries)) == seen.text(form)


@FEW
@given(story=stories(), names=NAMES)
def test_the_table_never_has_an_empty_balance_and_its_rows_add_up(
    template: Database, story: list[Step], names: list[str]
) -> None:
    for seen in seen_by_all(template, story, names):
        data = seen.text(BookForm.CSV)
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
        held: dict[tuple[str, str], Decimal] = {}
        for row in rows:
            assert set(row) == set(COLUMNS)
            key = (row["compte"], row["unite"])
            held[key] = held.get(key, Decimal(0)) + number(row["quantite"])
            assert number(row["solde"]) == held[key]
            assert bool(row["duree"]) == (row["unite"] == "minute")
            for name in ("personne", "motif", "description", "liens", "nature"):
                assert row[name][:1] not in set(FORMULA_STARTS), row[name]
        money = {unit for (account, unit) in held if account != BRANCHES["received"]}
        for unit in money:
            assert not sum(a for (n, u), a in held.items() if u == unit and n != RECEIVED)
        received = {unit: amount for (name, unit), amount in held.items() if name == RECEIVED}
        assert received == {**dict.fromkeys(received, Decimal(0)), **seen.received}


@FEW
@given(story=stories())
def test_a_stranger_is_told_pseudonyms_and_no_text(
    template: Database, story: list[Step]
) -> None:
    names = [f"Camille Roux {number}" for number in range(len(PEOPLE))]
    told = [replace(step, text=f"secret {step.text}") for step in story]
    member, stranger = seen_by_all(template, told, names)
    digits = [person.hex[:8] for person in PEOPLE]
    for form in BookForm:
        open_text, closed_text = (seen.text(form).decode() for seen in (member, stranger))
        assert "camille@communs.example" not in open_text
        for hidden in ("Roux", "secret", "preuve.example", "camille@", *digits):
            assert hidden not in closed_text, (form, hidden)
        if any(draft.kind is Kind.CONTRIBUTION for draft in stranger.life.written):
            assert "Membre " in closed_text or stranger.life.erased


@FEW
@given(story=stories(), names=NAMES)
def test_opposite_lines_are_opposite_movements(
    template: Database, story: list[Step], names: list[str]
) -> None:
    [seen, _] = seen_by_all(template, story, names)
    for entry in seen.entries:
        lines = list(entry.lines())
        opposite = [replace(line, amount=-line.amount) for line in lines]
        there, back = list(flows_of(lines)), list(flows_of(opposite))
        assert [(f.source, f.target, f.amount) for f in there] == [
            (f.target, f.source, f.amount) for f in back
        ]
        for line in lines:
            into = sum(f.amount for f in there if f.target == line.place)
            out = sum(f.amount for f in there if f.source == line.place)
            moved = sum(x.amount for x in lines if x.place == line.place)
            assert into - out == moved or len({x.unit for x in lines}) > 1


def test_a_day_that_no_calendar_has_is_refused_before_anything_is_written() -> None:
    day = datetime(1899, 12, 31, tzinfo=UTC).date()
    old = replace(contribution(2, 45), occurred_from=day, occurred_to=day)
    data = export(sealed([contribution(1, 150), old]))
    assert verify_journal(data).holds
    with pytest.raises(UnbookableError, match="00000000-0000-0000-0000-000000000002"):
        read_book(data, LATER)


def test_whoever_the_file_does_not_name_is_not_called_erased() -> None:
    entries = sealed([contribution(1, 150), attestation(2, 1)])
    closed = [replace(entry, personal={}) for entry in entries]
    heading, read = read_book(export(closed), LATER)
    text = b"".join(pieces(BookForm.HLEDGER, heading, read)).decode()
    assert "Equity:Contributions:Personne-non-nommee" in text
    assert "attestations: 1" in text


def test_the_context_is_the_one_that_is_documented() -> None:
    page = (REPOSITORY / "docs" / "exports.md").read_text("utf-8")
    [shown] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert json.loads(shown) == {"@context": CONTEXT}


@pytest.mark.parametrize("branch", sorted(BRANCHES.values()))
def test_every_branch_and_column_is_documented(branch: str) -> None:
    page = (REPOSITORY / "docs" / "exports.md").read_text("utf-8")
    assert f"`{branch}" in page
    for column in COLUMNS:
        assert f"`{column}`" in page


def number(cell: str) -> Decimal:
    return Decimal(cell.replace(",", "."))
