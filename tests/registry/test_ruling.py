"""Rules said in sentences and read from a form, both ways (LED-30, LED-36)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.kernel.errors import ConflictError, InputError
from commons.kernel.quantity import plain
from commons.ledger.model import Rules
from commons.ledger.rules import CONTEST_DAYS_MAX, QUORUM_MAX, refusal_of_rules
from commons.registry.ruling import (
    ATTESTERS,
    changes,
    check_still_known,
    described,
    read_rules,
    read_unit,
)

RULES = st.builds(
    Rules,
    quorum=st.integers(1, QUORUM_MAX),
    attesters=st.frozensets(st.sampled_from([str(role) for role in ATTESTERS])),
    contest_days=st.none() | st.integers(1, CONTEST_DAYS_MAX),
    silence_accepts=st.booleans(),
    advance=st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100),
).filter(lambda rules: refusal_of_rules(rules) is None)


def typed(rules: Rules) -> dict[str, str]:
    return {
        "quorum": str(rules.quorum),
        "contest_days": str(rules.contest_days or ""),
        "silence_accepts": "accepts" if rules.silence_accepts else "awaits",
        "advance": plain(rules.advance),
    }


@given(RULES)
def test_a_form_filled_with_rules_reads_as_those_rules(rules: Rules) -> None:
    assert read_rules(typed(rules), sorted(rules.attesters)) == rules


@given(RULES, RULES)
def test_sentences_differ_exactly_where_rules_do(before: Rules, after: Rules) -> None:
    differing = sum(
        getattr(before, name) != getattr(after, name)
        for name in ("quorum", "attesters", "contest_days", "silence_accepts", "advance")
    )
    changed = changes(before, after)
    assert len(changed) == differing
    assert {becomes.message for _, becomes in changed} <= {
        text.message for text in described(after)
    }
    assert all(str(text) for text in described(after))


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"quorum": "0"}, {"quorum"}),
        ({"quorum": "deux"}, {"quorum"}),
        ({"quorum": "²"}, {"quorum"}),
        ({"contest_days": "99999"}, {"contest_days"}),
        ({"contest_days": "", "silence_accepts": "accepts"}, {"silence_accepts"}),
        ({"advance": "mille"}, {"advance"}),
        ({"advance": "-5"}, {"advance"}),
        ({"quorum": "", "advance": "0,005"}, {"quorum", "advance"}),
    ],
)
def test_what_cannot_be_adopted_is_said_beside_its_field(
    change: dict[str, str], fields: set[str]
) -> None:
    with pytest.raises(InputError) as refused:
        read_rules(typed(Rules(contest_days=15)) | change, [])
    assert {fault.field for fault in refused.value.errors} == fields


def test_a_role_that_never_attests_cannot_be_asked_to() -> None:
    with pytest.raises(InputError) as refused:
        read_rules(typed(Rules()), ["auditor"])
    assert [fault.field for fault in refused.value.errors] == ["attesters"]


def test_rules_adopted_meanwhile_are_not_overwritten_unread() -> None:
    check_still_known([], "")
    with pytest.raises(ConflictError):
        check_still_known([], "an entry that was read elsewhere")


@pytest.mark.parametrize(
    ("code", "scale", "label", "fields"),
    [
        ("pañier", "0", "paniers", {"code"}),
        ("", "0", "paniers", {"code"}),
        ("panier", "7", "paniers", {"scale"}),
        ("panier", "un", " ", {"scale", "label"}),
        ("panier", "0", "p" * 61, {"label"}),
    ],
)
def test_a_unit_that_cannot_be_is_said_beside_its_field(
    code: str, scale: str, label: str, fields: set[str]
) -> None:
    with pytest.raises(InputError) as refused:
        read_unit(code, scale, label)
    assert {fault.field for fault in refused.value.errors} == fields


@given(RULES)
def test_changing_nothing_is_no_change(rules: Rules) -> None:
    assert changes(rules, replace(rules)) == []
