"""Random arrival: everyone is paid in the order they come, averaged over all orders.

The average over n! orders is exact without listing them. Who comes i-th only matters through
how many came before and what they took, so the set of those before counts by its size k and
its sum s. The number of such sets is the coefficient of yᵏxˢ in Π(1 + y·x^claim), built as a
table from sums to polynomials in y, each packed in one whole number. Sums of the envelope or
more leave nothing and are dropped. Taking one claimant out of the product is not done on the
table: 1 / (1 + y·x^claim) is an alternating series, so a few sums of the whole table suffice.
Since the rule is its own dual, an envelope above half the claims is worked from the losses.

Source: B. O'Neill, « A problem of rights arbitration from the Talmud », Mathematical Social
Sciences 2, 1982.
"""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from math import factorial

from commons.allocation.levels import Amounts
from commons.kernel.errors import InputError
from commons.kernel.text import t

STEPS_MAX = 6_000_000
"""Beyond this the rule is refused: about two seconds and 200 MB of work.

Any twenty claims pass, and many more when they are in round sums: what counts is how many
different totals their groups can have.
"""
CLAIMS_MAX = 400
"""Shares are counted in n! parts, which has 869 digits for 400."""


def random_arrival(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """The average, over all orders of arrival, of min(claim, what is left).

    Exact. Raises `InputError` beyond `CLAIMS_MAX` claims or `STEPS_MAX` steps. Weights have
    no meaning. Source: O'Neill 1982.
    """
    total = sum(claims)
    if 2 * envelope > total:
        lost = random_arrival(total - envelope, claims, weights)
        return [claim - loss for claim, loss in zip(claims, lost, strict=True)]
    if not envelope:
        return [Fraction(0)] * len(claims)
    count = sum(1 for claim in claims if claim)
    if count > CLAIMS_MAX:
        raise _too_much()
    # A sum of at most 2 ** count numbers no larger than the envelope fits into a slot.
    slot = count + envelope.bit_length() + 1
    sums = _sums(envelope, [c for c in claims if 0 < c < envelope], count * slot, slot)
    points = {envelope - j * c for c in set(claims) if c for j in range(count + 1)}
    tails = _tails(sums, {point for point in points if point > 0})
    orders = [factorial(k) * factorial(count - k - 1) for k in range(count)]
    shares = {0: Fraction(0)}
    for claim in {c for c in claims if c}:
        before = _without(claim, envelope, tails, count, slot)
        before -= _without(claim, envelope - claim, tails, count, slot)
        slots = ((before >> (k * slot)) & ((1 << slot) - 1) for k in range(count))
        times = sum(order * many for order, many in zip(orders, slots, strict=True))
        shares[claim] = Fraction(times, factorial(count))
    return [shares[claim] for claim in claims]


def _sums(envelope: int, claims: Sequence[int], bits: int, slot: int) -> dict[int, int]:
    """For each sum below the envelope, how many groups of each size have it, packed by size."""
    sums, steps = {0: 1}, 0
    for claim in claims:
        steps += len(sums) * (1 + bits // 2048)
        if steps > STEPS_MAX:
            raise _too_much()
        for s, groups in [(s, g) for s, g in sums.items() if s + claim < envelope]:
            sums[s + claim] = sums.get(s + claim, 0) + (groups << slot)
    return sums


def _too_much() -> InputError:
    return InputError(
        t(
            "L'arrivée au hasard demande ici trop de calcul pour être exacte : "
            "arrondissez les demandes, groupez-les, ou prenez une autre règle."
        )
    )


def _tails(sums: dict[int, int], points: set[int]) -> dict[int, int]:
    """For each point p, Σ (p - s) × groups of sum s, over sums s below p."""
    order = sorted(sums)
    tails, many, weighted, place = {}, 0, 0, 0
    for point in sorted(points):
        until = bisect_left(order, point, place)
        for s in order[place:until]:
            many += sums[s]
            weighted += s * sums[s]
        place = until
        tails[point] = point * many - weighted
    return tails


def _without(claim: int, point: int, tails: dict[int, int], count: int, slot: int) -> int:
    """The tail at `point` of the table of all claimants but one of this claim.

    Sizes of `count` or more cannot occur, so what the series adds there is never read.
    """
    tail = 0
    for j in range(count):
        if point - j * claim <= 0:
            break
        tail += (-1) ** j * (tails[point - j * claim] << (j * slot))
    return tail
