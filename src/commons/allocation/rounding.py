"""From exact shares to whole cents, so that nothing is lost and nothing is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor


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
    ties to whoever stands first. No share moves by a whole unit, so bounds in whole units
    are kept. Source: Hamilton's method, Balinski & Young, *Fair Representation*, 2001.
    """
    amounts = [floor(share) for share in shares]
    left = floor(sum(shares, Fraction(0))) - sum(amounts)
    order = sorted(range(len(shares)), key=lambda i: (amounts[i] - shares[i], i))
    for i in order[:left]:
        amounts[i] += 1
    last = shares[order[left - 1]] % 1 if left else None
    tied_out = frozenset(i for i in order[left:] if shares[i] % 1 == last)
    tied_in = frozenset(i for i in order[:left] if tied_out and shares[i] % 1 == last)
    favoured = frozenset(order[:left]) - tied_in
    return Rounded(tuple(amounts), favoured, tied_in, tied_out)
