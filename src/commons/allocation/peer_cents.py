"""Whole cents of a division among peers, which nobody moves by what they say.

Rounding all shares together would let someone's words decide where an odd cent falls, even
one of their own. So the envelope is cut into one part per person first, and each part is
rounded by itself: in the part of i, what the others receive must depend on neither i nor
whoever receives it, and the cents left over go to i, or among the others where i alone
decides of that part.

Source: the structure of the division in G. de Clippel, H. Moulin & N. Tideman, « Impartial
division of a dollar », Journal of Economic Theory 139, 2008.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

Parts: TypeAlias = Sequence[Mapping[int, Fraction]]
"""For each person, by place, what the others receive of their part: shares of 1. A part is
one share of 1 in as many as there are people; what the others leave of it is their own."""


def exact_shares(parts: Parts) -> list[Fraction]:
    """Each person's share of 1: from the parts of others, and what is left of their own."""
    count = len(parts)
    shares = [Fraction(1, count) - sum(part.values(), Fraction(0)) for part in parts]
    for part in parts:
        for place, share in part.items():
            shares[place] += share
    return shares


def whole_cents(envelope: int, parts: Parts, *, own_rest: bool) -> list[int]:
    """The envelope in whole cents, all given, each within as many cents as there are people.

    The cents of the envelope that do not divide go one by one to the parts of whoever stands
    first. In each part, what others receive is rounded down; the cents left go to the person
    whose part it is (`own_rest`) or to the largest remainders among the others, ties to
    whoever stands first. Source: as the module says.
    """
    each, over = divmod(envelope, len(parts))
    cents = [0] * len(parts)
    for owner, part in enumerate(parts):
        left = each + (owner < over)
        remainders = []
        for place in sorted(part):
            whole, rest = divmod(part[place] * envelope, 1)
            cents[place] += whole
            left -= whole
            remainders.append((-rest, place))
        if own_rest:
            cents[owner] += left
        else:
            for _, place in sorted(remainders)[:left]:
                cents[place] += 1
    return cents
