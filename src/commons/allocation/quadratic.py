"""Quadratic funding: many small gifts weigh more than one large gift.

A project's match is (Σ √gift)² less the gifts themselves: each pair of donors brings twice
the geometric mean of their two gifts. Square roots are real numbers and never floored.
Source: V. Buterin, Z. Hitzig & E. G. Weyl, « A flexible design for funding public goods »,
Management Science 65, 2019.
"""

from collections.abc import Collection
from fractions import Fraction

from commons.allocation.gifts import GiftTable
from commons.allocation.reals import (
    Bounds,
    Real,
    rational,
    root_bounds,
    squared,
    squarefree,
)


def quadratic(gifts: GiftTable, _bound: int) -> list[Real]:
    """(Σ √gift)² − Σ gift for each project, in cents. Source: Buterin, Hitzig & Weyl 2019."""
    return [square_of_roots(amounts.values()) for amounts in gifts.given]


def square_of_roots(amounts: Collection[int]) -> Real:
    """(Σ √amount)² − Σ amount, with its square roots written out for proofs of equality."""
    parts = {amount: squarefree(amount) for amount in set(amounts)}
    roots: dict[int, int] = {}
    for amount in amounts:
        outside, radicand = parts[amount]
        roots[radicand] = roots.get(radicand, 0) + outside
    total = sum(amounts)
    if len(roots) <= 1:
        return rational(
            Fraction(sum(n * n * radicand for radicand, n in roots.items()) - total)
        )

    def bounds(bits: int) -> Bounds:
        each = [root_bounds(n * n * radicand, bits) for radicand, n in roots.items()]
        low, high = sum(low for low, _ in each), sum(high for _, high in each)
        both = total << bits
        return (low * low >> bits) - both, -(-high * high >> bits) - both

    def radicals() -> dict[int, int]:
        written = squared(roots)
        written[1] = written.get(1, 0) - total
        return written

    form = tuple(sorted(roots.items())), total
    return Real(bounds, lambda: form, None, len(roots) ** 2, radicals)
