"""Floors, caps and weights against a definition that knows nothing of the engine's steps.

Every rule but `equal` gives each claim a share that only rises with one common level. So the
right division is the level at which the shares, each stopped at its own cap, add up to what
is left after the floors: searched here by halving, the same for all rules.
"""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commons.allocation.claims import RULES
from commons.allocation.division import Claim, divide

NEAR = Fraction(1, 2**60)


def _half_then_losses(level: Fraction, claim: Fraction, highest: Fraction) -> Fraction:
    """Talmud for levels from 0 to `highest`: first to half of it as gains, then as losses."""
    if level <= highest / 2:
        return min(claim / 2, level)
    return max(claim / 2, claim - (highest - level))


def _losses_then_half(level: Fraction, claim: Fraction, highest: Fraction) -> Fraction:
    if level <= highest / 2:
        return max(Fraction(0), claim / 2 - (highest / 2 - level))
    return claim / 2 + min(claim / 2, level - highest / 2)


def _half_and_half(level: Fraction, claim: Fraction, highest: Fraction) -> Fraction:
    first = min(claim / 2, level)
    return first + min(claim / 2, max(Fraction(0), level - highest / 2))


def _half_then_flat(level: Fraction, claim: Fraction, highest: Fraction) -> Fraction:
    if level <= highest / 2:
        return min(claim / 2, level)
    return max(claim / 2, min(claim, (level - highest / 2) * 2))


Share = Callable[[Fraction, Fraction, Fraction, Fraction], Fraction]
SHARES: dict[str, Share] = {
    "proportional": lambda level, claim, weight, _: min(claim, level * weight * claim),
    "equal-awards": lambda level, claim, weight, _: min(claim, level * weight),
    "equal-losses": lambda level, claim, weight, top: max(
        Fraction(0), claim - (top - level) * weight
    ),
    "talmud": lambda level, claim, _, top: _half_then_losses(level, claim, top),
    "reverse-talmud": lambda level, claim, _, top: _losses_then_half(level, claim, top),
    "piniles": lambda level, claim, _, top: _half_and_half(level, claim, top),
    "constrained-egalitarian": lambda level, claim, _, top: _half_then_flat(level, claim, top),
}


def by_definition(envelope: int, claims: list[Claim], rule: str) -> list[Fraction]:
    net = [Fraction(claim.cents - claim.floor) for claim in claims]
    left = envelope - sum(claim.floor for claim in claims)
    top = max(Fraction(4), *(n / c.weight for n, c in zip(net, claims, strict=True)))

    def shares(level: Fraction) -> list[Fraction]:
        return [
            min(Fraction(c.top - c.floor), SHARES[rule](level, n, c.weight, top))
            for n, c in zip(net, claims, strict=True)
        ]

    low, high = Fraction(0), top
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(shares(middle)) < left else (low, middle)
    return [c.floor + share for c, share in zip(claims, shares(high), strict=True)]


@st.composite
def claim_lists(draw: st.DrawFn, *, weighted: bool) -> list[Claim]:
    claims = []
    for name in "ABCDE"[: draw(st.integers(1, 5))]:
        cents = draw(st.integers(0, 300))
        floor = draw(st.integers(0, min(cents, 60)))
        cap = draw(st.none() | st.integers(floor, 300))
        weight = draw(st.sampled_from(["1/2", "1", "3/2", "2"])) if weighted else "1"
        claims.append(Claim(name, cents, floor, cap, Fraction(weight)))
    return claims


@pytest.mark.parametrize("rule", sorted(SHARES))
@given(data=st.data(), part=st.fractions(0, 1, max_denominator=50))
def test_the_engine_is_the_definition(rule: str, data: st.DataObject, part: Fraction) -> None:
    claims = data.draw(claim_lists(weighted=RULES[rule].takes_weights))
    floors, tops = sum(c.floor for c in claims), sum(c.top for c in claims)
    envelope = floors + int((tops - floors) * part)
    found = [award.exact for award in divide(envelope, claims, rule).awards]
    for ours, wanted in zip(found, by_definition(envelope, claims, rule), strict=True):
        assert abs(ours - wanted) < NEAR


@given(
    claims=claim_lists(weighted=False),
    envelope=st.integers(0, 1500),
    rule=st.sampled_from(sorted(RULES)),
    data=st.data(),
)
def test_the_order_of_claims_changes_no_exact_share(
    claims: list[Claim], envelope: int, rule: str, data: st.DataObject
) -> None:
    assume(sum(claim.floor for claim in claims) <= envelope)
    shuffled = data.draw(st.permutations(claims))
    before = {a.claim.name: a.exact for a in divide(envelope, claims, rule).awards}
    after = {a.claim.name: a.exact for a in divide(envelope, shuffled, rule).awards}
    assert before == after
