"""Minimal overlap: claims laid on parts of the envelope so that they collide the least.

Each part is shared equally by those who claim it. If one claim covers the envelope, the
smaller ones lie inside the larger ones (Ibn Ezra's division). Otherwise a part of size t is
claimed as before by all, and what claims ask beyond t is laid on the rest side by side, which
fixes t: Σ max(0, claim - t) = envelope - t.

Sources: B. O'Neill, Mathematical Social Sciences 2, 1982; Y. Chun & W. Thomson, « Convergence
under replication of rules to adjudicate conflicting claims », Games and Economic Behavior 50,
2005; Thomson 2019, ch. 2.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from commons.allocation.levels import Amounts
from commons.kernel.errors import InputError
from commons.kernel.text import t

DIFFERENT_CLAIMS_MAX = 2_000
"""Each different claim brings a new denominator; with more of them an exact share has
thousands of digits."""


def minimal_overlap(envelope: int, claims: Sequence[int], _weights: Sequence[int]) -> Amounts:
    """Each part of the envelope shared equally by those who claim it, overlaps kept small.

    Exact; up to `DIFFERENT_CLAIMS_MAX` different amounts. Weights have no meaning.
    Source: O'Neill 1982.
    """
    if len(set(claims)) > DIFFERENT_CLAIMS_MAX:
        raise InputError(
            t(
                "Le moindre recouvrement prend au plus {limit} montants différents : "
                "arrondissez les demandes ou prenez une autre règle.",
                limit=DIFFERENT_CLAIMS_MAX,
            )
        )
    within = [min(claim, envelope) for claim in claims]
    common = _common_part(envelope, sorted(within, reverse=True))
    nested = _nested([min(Fraction(claim), common) for claim in sorted(within)])
    return [nested[min(Fraction(c), common)] + max(c - common, Fraction(0)) for c in within]


def _common_part(envelope: int, falling: Sequence[int]) -> Fraction:
    """The t at which what claims ask beyond it fills the rest of the envelope exactly."""
    if falling[0] == envelope:
        return Fraction(envelope)
    above = 0
    for size, claim in enumerate(falling, start=1):
        above += claim
        lower = falling[size] if size < len(falling) else 0
        # With t between the next claim and this one: above - size × t = envelope - t.
        if size > 1 and above - envelope >= lower * (size - 1):
            return Fraction(above - envelope, size - 1)
    return Fraction(0)


def _nested(rising: Sequence[Fraction]) -> dict[Fraction, Fraction]:
    """What each claim receives when smaller claims lie inside larger ones."""
    steps: list[tuple[Fraction, Fraction, int]] = []
    last = Fraction(0)
    for place, claim in enumerate(rising):
        if claim > last:
            steps.append((claim, claim - last, len(rising) - place))
            last = claim
    common = lcm(*(sharers for _, _, sharers in steps))
    received, parts = {Fraction(0): Fraction(0)}, Fraction(0)
    for claim, step, sharers in steps:
        parts += step * (common // sharers)
        received[claim] = parts / common
    return received
