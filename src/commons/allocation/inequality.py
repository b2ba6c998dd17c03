"""How unequal amounts are: the Gini index and the points of the Lorenz curve, exact.

Source: C. Gini, *Variabilità e mutabilità*, 1912; M. O. Lorenz, « Methods of measuring the
concentration of wealth », 1905.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate


def gini(amounts: Sequence[int]) -> Fraction:
    """0 if all amounts are equal, near 1 if one person has everything; 0 if there is nothing.

    It is computed on what each person receives in all, floors included. Source: Gini 1912,
    as the mean difference over twice the mean.
    """
    total = sum(amounts)
    if not total:
        return Fraction(0)
    count = len(amounts)
    weighted = sum(
        (2 * rank - count - 1) * amount for rank, amount in enumerate(sorted(amounts), start=1)
    )
    return Fraction(weighted, count * total)


def lorenz(amounts: Sequence[int]) -> list[tuple[Fraction, Fraction]]:
    """Points (part of the people, part of the money they hold), from the poorest on.

    From (0, 0) to (1, 1); the diagonal if there is nothing to hold. Source: Lorenz 1905.
    """
    count, total = len(amounts), sum(amounts)
    points = [(Fraction(0), Fraction(0))]
    for rank, held in enumerate(accumulate(sorted(amounts)), start=1):
        people = Fraction(rank, count)
        points.append((people, Fraction(held, total) if total else people))
    return points
