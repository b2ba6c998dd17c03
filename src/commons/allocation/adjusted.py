"""Adjusted proportional: what nobody contests first, then in proportion of the rest.

Source: I. Curiel, M. Maschler & S. Tijs, « Bankruptcy games », Zeitschrift für Operations
Research 31, 1987.
"""

from collections.abc import Sequence
from fractions import Fraction

from commons.allocation.levels import Amounts


def adjusted_proportional(
    envelope: int, claims: Sequence[int], _weights: Sequence[int]
) -> Amounts:
    """Each one's minimal right, then the rest in proportion to what they still can claim.

    A minimal right is what the others leave even if paid in full. What remains of each claim
    is cut down to the money that remains. Weights have no meaning. Source: Curiel, Maschler
    & Tijs 1987.
    """
    total = sum(claims)
    rights = [max(0, envelope - (total - claim)) for claim in claims]
    rest = envelope - sum(rights)
    open_claims = [min(c - right, rest) for c, right in zip(claims, rights, strict=True)]
    shared = sum(open_claims)
    return [
        Fraction(right) + (Fraction(rest * left, shared) if shared else 0)
        for right, left in zip(rights, open_claims, strict=True)
    ]
