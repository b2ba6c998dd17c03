"""The claims rules: published results, brute force from definitions, and what they promise."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.claims import RULES, Amounts
from commons.allocation.division import Bound, Claim, divide
from commons.allocation.rounding import largest_remainder
from commons.kernel.errors import InputError

PUBLISHED = {
    "PRO": "proportional",
    "CEA": "equal-awards",
    "CEL": "equal-losses",
    "Talmud": "talmud",
    "RTalmud": "reverse-talmud",
    "PIN": "piniles",
    "RA": "random-arrival",
    "APRO": "adjusted-proportional",
    "MO": "minimal-overlap",
}
NAMES = "ABCDEFGH"

claim_lists = st.lists(st.integers(0, 500), min_size=1, max_size=6)
rule_names = st.sampled_from(sorted(RULES))


def claims_of(amounts: list[int]) -> list[Claim]:
    return [Claim(NAMES[i], cents) for i, cents in enumerate(amounts)]


def exact(envelope: int, amounts: list[int], rule: str) -> Amounts:
    return [award.exact for award in divide(envelope, claims_of(amounts), rule).awards]


def test_every_published_division_is_found(shared_data: Path) -> None:
    tables = json.loads((shared_data / "claims" / "claims_tables.json").read_text())
    assert {table["rule"] for table in tables} == set(PUBLISHED)
    for table in tables:
        expected = [Fraction(text) for text in table["expected"]]
        assert exact(table["E"], table["d"], PUBLISHED[table["rule"]]) == expected, table


@given(envelope=st.integers(0, 4000), amounts=claim_lists, rule=rule_names)
def test_no_cent_is_lost_or_made(envelope: int, amounts: list[int], rule: str) -> None:
    division = divide(envelope, claims_of(amounts), rule)
    assert sum(award.cents for award in division.awards) + division.unspent == envelope
    assert division.unspent >= 0
    if rule != "equal":
        assert division.unspent == max(0, envelope - sum(amounts))


@given(
    envelope=st.integers(0, 4000),
    rows=st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 100), st.integers(0, 400), st.booleans()),
        min_size=1,
        max_size=6,
    ),
    rule=rule_names,
)
def test_floors_and_caps_hold(
    envelope: int, rows: list[tuple[int, int, int, bool]], rule: str
) -> None:
    claims = [
        Claim(
            NAMES[i], cents, min(floor, cents), max(cap, min(floor, cents)) if capped else None
        )
        for i, (cents, floor, cap, capped) in enumerate(rows)
    ]
    if sum(claim.floor for claim in claims) > envelope:
        with pytest.raises(InputError, match="planchers"):
            divide(envelope, claims, rule)
        return
    division = divide(envelope, claims, rule)
    for award in division.awards:
        assert award.claim.floor <= award.cents <= award.claim.top
        assert abs(award.cents - award.exact) < 1
    if rule != "equal":
        wanted = sum(claim.top for claim in claims)
        assert division.unspent == max(0, envelope - wanted)


def test_the_odd_cent_goes_to_the_largest_remainder_then_to_whoever_stands_first() -> None:
    division = divide(100, claims_of([100, 100, 100]), "proportional")
    assert [award.cents for award in division.awards] == [34, 33, 33]
    assert division.awards[0].bounds == {Bound.TIE}
    division = divide(100, claims_of([100, 200]), "proportional")
    assert [award.cents for award in division.awards] == [33, 67]
    assert division.awards[1].bounds == {Bound.CENT}


def test_a_clear_remainder_is_not_called_a_tie_though_others_tie_behind_it() -> None:
    rounded = largest_remainder([Fraction(n, 10) for n in (19, 15, 15, 11)])
    assert rounded.amounts == (2, 2, 1, 1)
    assert [*rounded.favoured, *rounded.tied_in, *rounded.tied_out] == [0, 1, 2]


def test_every_rule_says_in_words_what_it_does_and_where_it_comes_from() -> None:
    for rule in RULES.values():
        assert all(str(text) for text in (rule.label, rule.counts, rule.protects, rule.costs))
        assert rule.source


def test_weights_multiply_what_the_rule_equalises() -> None:
    claims = [Claim("A", 900, weight=Fraction(2)), Claim("B", 900)]
    awards = {
        rule: [a.cents for a in divide(600, claims, rule).awards]
        for rule in RULES
        if RULES[rule].takes_weights
    }
    assert awards == {
        "proportional": [400, 200],
        "equal-awards": [400, 200],
        "equal-losses": [100, 500],
        "equal": [400, 200],
    }
    with pytest.raises(InputError) as refused:
        divide(600, claims, "talmud")
    assert "n'a pas de sens avec des poids" in str(refused.value)


def test_what_a_cap_frees_is_divided_again_by_the_same_rule() -> None:
    claims = [Claim("A", 600, cap=100), Claim("B", 600), Claim("C", 600)]
    assert [a.cents for a in divide(900, claims, "proportional").awards] == [100, 400, 400]


@pytest.mark.parametrize(
    ("envelope", "claims", "word"),
    [
        (-1, [Claim("A", 1)], "négative"),
        (1, [], "aucune demande"),
        (1, [Claim("A", 1), Claim("A", 2)], "deux fois"),
        (1, [Claim("A", -1)], "négatifs"),
        (9, [Claim("A", 5, floor=6)], "plancher"),
        (9, [Claim("A", 5, weight=Fraction(0))], "poids"),
    ],
)
def test_a_division_that_makes_no_sense_is_refused(
    envelope: int, claims: list[Claim], word: str
) -> None:
    with pytest.raises(InputError) as refused:
        divide(envelope, claims, "equal-awards")
    assert word in str(refused.value)
