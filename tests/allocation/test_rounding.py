"""Whole cents: exact totals, bounds kept, and with Sainte-Laguë one more cent lowers nobody."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.division import Claim, divide
from commons.allocation.rounding import Rounding, largest_remainder, sainte_lague
from commons.kernel.errors import InputError

seats = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 12)), min_size=1, max_size=6)


def unit_by_unit(total: int, weights: list[int], rooms: list[int]) -> list[int]:
    """Sainte-Laguë as it is defined: one unit after the other."""
    held = [0] * len(weights)
    for _ in range(min(total, sum(rooms))):
        open_places = [i for i, room in enumerate(rooms) if held[i] < room]
        best = max(open_places, key=lambda i: (Fraction(weights[i], 2 * held[i] + 1), -i))
        held[best] += 1
    return held


@given(total=st.integers(0, 60), rows=seats)
def test_sainte_lague_gives_what_unit_by_unit_gives(
    total: int, rows: list[tuple[int, int]]
) -> None:
    weights, rooms = [w for w, _ in rows], [room for _, room in rows]
    found = list(sainte_lague(total, weights, rooms).amounts)
    assert found == unit_by_unit(total, weights, rooms)


@given(
    envelope=st.integers(0, 400),
    rows=st.lists(
        st.tuples(st.integers(0, 90), st.integers(0, 9), st.none() | st.integers(0, 90)),
        min_size=1,
        max_size=6,
    ),
    rule=st.sampled_from(["proportional", "equal-awards"]),
)
def test_with_sainte_lague_one_more_cent_lowers_nobody(
    envelope: int, rows: list[tuple[int, int, int | None]], rule: str
) -> None:
    claims = []
    for name, (cents, floor, cap) in zip("ABCDEF", rows, strict=False):
        kept = min(floor, cents)
        claims.append(Claim(name, cents, kept, None if cap is None else max(cap, kept)))
    envelope += sum(claim.floor for claim in claims)
    less = divide(envelope, claims, rule, Rounding.SAINTE_LAGUE)
    more = divide(envelope + 1, claims, rule, Rounding.SAINTE_LAGUE)
    for before, after in zip(less.awards, more.awards, strict=True):
        assert before.cents <= after.cents
        assert before.claim.floor <= before.cents <= before.claim.top
    assert sum(award.cents for award in less.awards) + less.unspent == envelope
    assert less.unspent == max(0, envelope - sum(claim.top for claim in claims))


def test_sainte_lague_is_refused_where_weights_move_with_the_envelope() -> None:
    with pytest.raises(InputError, match="poids fixes"):
        divide(10, [Claim("a", 9), Claim("b", 9)], "talmud", Rounding.SAINTE_LAGUE)


def test_ties_go_to_whoever_stands_first_in_both_roundings() -> None:
    claims = [Claim("b", 100), Claim("a", 100), Claim("c", 100)]
    for rounding in Rounding:
        division = divide(100, claims, "proportional", rounding)
        assert [award.cents for award in division.awards] == [34, 33, 33]
        assert all("tie" in award.bounds for award in division.awards)


@given(
    shares=st.lists(
        st.fractions(min_value=0, max_value=1000, max_denominator=10**40),
        min_size=1,
        max_size=8,
    )
)
def test_largest_remainder_keeps_the_total_and_stays_within_a_unit(
    shares: list[Fraction],
) -> None:
    amounts = largest_remainder(shares).amounts
    assert sum(amounts) == sum(shares, Fraction(0)) // 1
    for amount, share in zip(amounts, shares, strict=True):
        assert abs(amount - share) < 1


def test_fractions_without_a_common_denominator_in_reach_are_compared_as_they_are() -> None:
    primes = [n for n in range(2, 30_000) if all(n % d for d in range(2, int(n**0.5) + 1))]
    shares = [Fraction(prime - 1, prime) for prime in primes]
    amounts = largest_remainder(shares).amounts
    assert sum(amounts) == sum(shares, Fraction(0)) // 1
    assert amounts[:1] == (0,), "the smallest remainder comes last"
