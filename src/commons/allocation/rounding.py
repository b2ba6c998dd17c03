"""From exact shares to whole cents, so that nothing is lost and nothing is made."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor, lcm

from commons.allocation.levels import fill

COMMON_BITS_MAX = 1 << 15
"""Denominators are made one while it stays below this size; beyond, fractions are compared."""


class Rounding(StrEnum):
    """How exact shares become whole cents."""

    LARGEST_REMAINDER = "largest-remainder"
    SAINTE_LAGUE = "sainte-lague"


@dataclass(frozen=True, slots=True)
class Rounded:
    """Whole units, and the places of those whom rounding decided.

    `favoured` got one of the units left over by their remainder alone; between `tied_in`
    and `tied_out`, who got one and who did not, remainders were equal and order decided.
    """

    amounts: tuple[int, ...]
    favoured: frozenset[int]
    tied_in: frozenset[int]
    tied_out: frozenset[int]


def largest_remainder(shares: Sequence[Fraction]) -> Rounded:
    """Round non-negative shares to whole units that add up to their total, rounded down.

    Each share is rounded down; the units left over go one by one to the largest remainders,
    ties to whoever stands first. No share moves by a whole unit, so floors and caps in whole
    units are kept. Source: Hamilton's method, Balinski & Young, *Fair Representation*, 2001.
    """
    amounts, remainders, left = _parts(shares)
    order = sorted(range(len(shares)), key=remainders.__getitem__, reverse=True)
    for i in order[:left]:
        amounts[i] += 1
    last = remainders[order[left - 1]] if left else None
    tied_out = frozenset(i for i in order[left:] if remainders[i] == last)
    tied_in = frozenset(i for i in order[:left] if tied_out and remainders[i] == last)
    favoured = frozenset(order[:left]) - tied_in
    return Rounded(tuple(amounts), favoured, tied_in, tied_out)


def _parts(shares: Sequence[Fraction]) -> tuple[list[int], list[int] | list[Fraction], int]:
    """Whole parts, comparable remainders, and how many whole units the remainders make."""
    common = 1
    for denominator in {share.denominator for share in shares}:
        common = lcm(common, denominator)
        if common.bit_length() > COMMON_BITS_MAX:
            amounts = [floor(share) for share in shares]
            rests = [share - amount for share, amount in zip(shares, amounts, strict=True)]
            return amounts, rests, floor(sum(rests, Fraction(0)))
    parts = [divmod(s.numerator * (common // s.denominator), common) for s in shares]
    remainders = [rest for _, rest in parts]
    return [whole for whole, _ in parts], remainders, sum(remainders) // common


def sainte_lague(total: int, weights: Sequence[int], rooms: Sequence[int]) -> Rounded:
    """Give `total` whole units in proportion to fixed weights, no one above their room.

    Each unit goes to the largest weight / (2 × units held + 1) among those with room left,
    ties to whoever stands first: so one more unit lowers nobody. It is not counted unit by
    unit: from the exact level, everyone is set to the nearest whole number and the few units
    too many or too few are taken back or given in that order. What exceeds all rooms is not
    given. Floors are given before, as everywhere in this package. Source: A. Sainte-Laguë,
    « La représentation proportionnelle et la méthode des moindres carrés », 1910; Balinski &
    Young, *Fair Representation*, 2001 (Webster's method; minimums and maximums in ch. 12).
    """
    wanted = min(total, sum(room for room, w in zip(rooms, weights, strict=True) if w))
    tops = [room if weight else 0 for room, weight in zip(rooms, weights, strict=True)]
    exact = fill(wanted, weights, tops)
    # The nearest whole number, an exact half rounded down.
    held = [-((s.denominator - 2 * s.numerator) // (2 * s.denominator)) for s in exact]
    missing = wanted - sum(held)
    if missing > 0:
        _give(missing, held, weights, tops)
    elif missing < 0:
        _take_back(-missing, held, weights)
    return _rounded(held, exact, weights, tops)


def _give(count: int, held: list[int], weights: Sequence[int], rooms: Sequence[int]) -> None:
    heap = [
        (-Fraction(weights[i], 2 * units + 1), i)
        for i, units in enumerate(held)
        if units < rooms[i]
    ]
    heapq.heapify(heap)
    for _ in range(count):
        _, i = heapq.heappop(heap)
        held[i] += 1
        if held[i] < rooms[i]:
            heapq.heappush(heap, (-Fraction(weights[i], 2 * held[i] + 1), i))


def _take_back(count: int, held: list[int], weights: Sequence[int]) -> None:
    heap = [(Fraction(weights[i], 2 * units - 1), -i) for i, units in enumerate(held) if units]
    heapq.heapify(heap)
    for _ in range(count):
        _, place = heapq.heappop(heap)
        held[-place] -= 1
        if held[-place]:
            heapq.heappush(heap, (Fraction(weights[-place], 2 * held[-place] - 1), place))


def _rounded(
    held: Sequence[int],
    exact: Sequence[Fraction],
    weights: Sequence[int],
    rooms: Sequence[int],
) -> Rounded:
    """Who holds more than their exact share, and where the last unit was a tie."""
    last = {i: Fraction(weights[i], 2 * units - 1) for i, units in enumerate(held) if units}
    after = {
        i: Fraction(weights[i], 2 * units + 1)
        for i, units in enumerate(held)
        if units < rooms[i]
    }
    level = min(last.values(), default=None)
    is_tied = level is not None and level in after.values()
    tied_in = frozenset(i for i, quotient in last.items() if is_tied and quotient == level)
    tied_out = frozenset(i for i, quotient in after.items() if is_tied and quotient == level)
    over = frozenset(i for i, share in enumerate(exact) if held[i] > share)
    return Rounded(tuple(held), over - tied_in, tied_in, tied_out)
