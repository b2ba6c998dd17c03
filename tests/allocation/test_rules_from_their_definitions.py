"""Each rule against its definition, written naively and without the engine's steps.

The definitions that average or list (orders of arrival, parts of an envelope) are carried out
literally; those by a common level are searched by halving it.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, permutations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commons.allocation.claims import RULES, Amounts
from commons.allocation.division import Claim, divide

NEAR = Fraction(1, 2**60)
Level = Callable[[Fraction], Amounts]


def at_level(envelope: Fraction, shares: Level, high: Fraction) -> Amounts:
    low = Fraction(0)
    for _ in range(90):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(shares(middle)) < envelope else (low, middle)
    return shares(high)


def gains(envelope: int | Fraction, tops: Amounts) -> Amounts:
    return at_level(Fraction(envelope), lambda x: [min(top, x) for top in tops], max(tops))


def losses(envelope: int | Fraction, tops: Amounts) -> Amounts:
    worst = max(tops)

    def shares(level: Fraction) -> Amounts:
        return [max(top - worst + level, Fraction(0)) for top in tops]

    return at_level(Fraction(envelope), shares, worst)


def arrivals(envelope: int, claims: Amounts) -> Amounts:
    """Every order of arrival, one after the other."""
    sums = [Fraction(0)] * len(claims)
    for order in permutations(range(len(claims))):
        left = Fraction(envelope)
        for i in order:
            taken = min(claims[i], left)
            sums[i] += taken
            left -= taken
    return [total / factorial(len(claims)) for total in sums]


def rights_then_proportion(envelope: int, claims: Amounts) -> Amounts:
    total = sum(claims, Fraction(0))
    rights = [max(Fraction(0), envelope - (total - claim)) for claim in claims]
    left = envelope - sum(rights, Fraction(0))
    open_claims = [min(c - r, left) for c, r in zip(claims, rights, strict=True)]
    shared = sum(open_claims, Fraction(0)) or Fraction(1)
    return [r + left * o / shared for r, o in zip(rights, open_claims, strict=True)]


def shared_parts(envelope: int, claims: Amounts) -> Amounts:
    """The envelope cut at every claim, each part shared by the claims that reach it."""
    claims = [min(claim, Fraction(envelope)) for claim in claims]
    common = Fraction(envelope)
    if max(claims) < envelope:

        def beyond(level: Fraction) -> Fraction:
            return sum((max(c - level, Fraction(0)) for c in claims), level)

        low, common = Fraction(0), max(claims)
        for _ in range(90):
            middle = (low + common) / 2
            low, common = (middle, common) if beyond(middle) > envelope else (low, middle)
    cuts = sorted({Fraction(0), common, *(claim for claim in claims if claim < common)})
    shares = [max(claim - common, Fraction(0)) for claim in claims]
    for start, end in pairwise(cuts):
        sharers = [i for i, claim in enumerate(claims) if claim >= end]
        for i in sharers:
            shares[i] += (end - start) / len(sharers)
    return shares


def flat_above_halves(envelope: int, claims: Amounts) -> Amounts:
    def shares(level: Fraction) -> Amounts:
        return [max(claim / 2, min(claim, level)) for claim in claims]

    return at_level(Fraction(envelope), shares, max(claims))


WHOLE: dict[str, Callable[[int, Amounts], Amounts]] = {
    "proportional": lambda e, claims: [e * claim / sum(claims) for claim in claims],
    "equal-awards": gains,
    "equal-losses": losses,
    "equal": lambda e, claims: [min(claim, Fraction(e, len(claims))) for claim in claims],
    "random-arrival": arrivals,
    "adjusted-proportional": rights_then_proportion,
    "minimal-overlap": shared_parts,
}
HALVES = {
    "talmud": (gains, losses),
    "reverse-talmud": (losses, gains),
    "piniles": (gains, gains),
}


def by_definition(rule: str, envelope: int, claims: Amounts) -> Amounts:
    half = [claim / 2 for claim in claims]
    if envelope >= sum(claims):
        return claims
    if rule in WHOLE:
        return WHOLE[rule](envelope, claims)
    below, above = HALVES.get(rule, (gains, gains))
    if envelope <= sum(half):
        return below(envelope, half)
    if rule == "constrained-egalitarian":
        return flat_above_halves(envelope, claims)
    rest = above(envelope - sum(half, Fraction(0)), half)
    return [first + second for first, second in zip(half, rest, strict=True)]


def agrees(rule: str, envelope: int, amounts: list[int]) -> None:
    claims = [Claim(str(place), cents) for place, cents in enumerate(amounts)]
    found = [award.exact for award in divide(envelope, claims, rule).awards]
    wanted = by_definition(rule, envelope, [Fraction(amount) for amount in amounts])
    for ours, theirs in zip(found, wanted, strict=True):
        assert abs(ours - theirs) < NEAR, (rule, envelope, amounts)


problems = st.lists(st.integers(0, 60), min_size=1, max_size=5).filter(sum)
large_problems = st.lists(st.integers(0, 10**9), min_size=1, max_size=6).filter(sum)


@pytest.mark.parametrize("rule", sorted(RULES))
@given(amounts=problems, part=st.fractions(0, 1, max_denominator=60))
def test_each_rule_is_its_definition(rule: str, amounts: list[int], part: Fraction) -> None:
    agrees(rule, int(sum(amounts) * part), amounts)


@pytest.mark.slow
@pytest.mark.parametrize("rule", sorted(RULES))
@given(amounts=problems | large_problems, part=st.fractions(0, 1, max_denominator=10**6))
@settings(max_examples=2000)
def test_each_rule_is_its_definition_on_thousands_of_problems(
    rule: str, amounts: list[int], part: Fraction
) -> None:
    agrees(rule, int(sum(amounts) * part), amounts)
