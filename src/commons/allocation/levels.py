"""Rules that raise or lower one common level until the envelope is met.

Amounts come in as whole numbers of the smallest unit, shares go out as exact fractions.
Each rule receives an envelope no larger than the sum of the claims. Survey of all: W. Thomson,
*How to Divide When There Isn't Enough*, Cambridge University Press, 2019.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

Amounts: TypeAlias = list[Fraction]
Share: TypeAlias = Callable[[int, Sequence[int], Sequence[int]], Amounts]
"""What an envelope, claims and weights give. Only the ratios of weights matter."""


def fill(envelope: int, slopes: Sequence[int], tops: Sequence[int]) -> Amounts:
    """Raise a common level λ until Σ min(topᵢ, λ·slopeᵢ) is the envelope.

    Slopes are positive wherever tops are. What exceeds all tops is not given. The sort is all
    it costs: the keys are whole numbers in the exact order of topᵢ / slopeᵢ, since two such
    fractions that differ do so by more than 2 ** -spread. Source: the usual linear search
    for a water level; Thomson 2019, ch. 2 (parametric rules).
    """
    shares = [Fraction(0)] * len(tops)
    spread = 2 * max(slopes, default=1).bit_length() + 1
    order = [i for i, top in enumerate(tops) if top > 0]
    order.sort(key=lambda i: (tops[i] << spread) // slopes[i])
    left, slope = envelope, sum(slopes[i] for i in order)
    for place, i in enumerate(order):
        if left * slopes[i] < tops[i] * slope:
            for j in order[place:]:
                shares[j] = Fraction(left * slopes[j], slope)
            break
        shares[i] = Fraction(tops[i])
        left -= tops[i]
        slope -= slopes[i]
    return shares


def proportional(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """Shares in proportion to weight × claim, no one above their claim.

    With equal weights, envelope / sum of claims of each claim. Source: Aristotle, Nicomachean
    Ethics, V; Thomson 2019, ch. 2.
    """
    return fill(envelope, [w * c for w, c in zip(weights, claims, strict=True)], claims)


def equal_awards(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """Constrained equal awards: the same for all, no one above their claim.

    A weight of 2 receives twice the common award. Source: Maimonides; Thomson 2019, ch. 2.
    """
    return fill(envelope, weights, claims)


def equal_losses(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """Constrained equal losses: the same loss for all, no one below zero.

    A weight of 2 bears twice the common loss: weights multiply what the rule equalises.
    Source: Maimonides; Thomson 2019, ch. 2.
    """
    losses = fill(sum(claims) - envelope, weights, claims)
    return [claim - loss for claim, loss in zip(claims, losses, strict=True)]


def equal(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """The same for all whatever they claim, in proportion to weights; claims only bound it.

    What someone leaves below their claim goes to nobody: it stays unspent. Source: Thomson
    2019, ch. 2 (equal division, bounded by claims).
    """
    total = sum(weights)
    return [
        min(Fraction(claim), Fraction(envelope * weight, total))
        for claim, weight in zip(claims, weights, strict=True)
    ]


def talmud(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """Equal awards on half-claims up to half the total, equal losses above.

    Source: R. Aumann & M. Maschler, « Game theoretic analysis of a bankruptcy problem from the
    Talmud », Journal of Economic Theory 36, 1985.
    """
    return _on_halves(envelope, claims, weights, equal_awards, equal_losses)


def reverse_talmud(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """Equal losses on half-claims up to half the total, equal awards above.

    Source: Y. Chun, J. Schummer & W. Thomson, « Constrained egalitarianism: a new solution for
    claims problems », Seoul Journal of Economics 14, 2001.
    """
    return _on_halves(envelope, claims, weights, equal_losses, equal_awards)


def piniles(envelope: int, claims: Sequence[int], weights: Sequence[int]) -> Amounts:
    """Equal awards on half-claims, twice: the second time on what half the total leaves.

    Source: Z. M. Piniles, *Darkah shel Torah*, 1861, as given by Aumann & Maschler 1985.
    """
    return _on_halves(envelope, claims, weights, equal_awards, equal_awards)


def constrained_egalitarian(
    envelope: int, claims: Sequence[int], weights: Sequence[int]
) -> Amounts:
    """Equal awards on half-claims; above half the total, max(half, min(claim, λ)) for each.

    The gain beyond the halves goes first to the smallest claims: the most equal division in
    which nobody moves back as the envelope grows and everyone has half their claim at half
    of the total. Source: Y. Chun, J. Schummer & W. Thomson, Seoul Journal of Economics 14,
    2001.
    """
    if 2 * envelope <= sum(claims):
        return [given / 2 for given in equal_awards(2 * envelope, claims, weights)]
    # Everything counts in halves: from claim (where its line starts to rise) to 2 × claim.
    turns = sorted([(c, 1) for c in claims] + [(2 * c, -1) for c in claims])
    given, slope, place = sum(claims), 0, 0
    level = Fraction(0)
    for turn, change in turns:
        if given + slope * (turn - place) >= 2 * envelope:
            level = place + Fraction(2 * envelope - given, max(slope, 1))
            break
        given += slope * (turn - place)
        slope, place = slope + change, turn
    return [max(Fraction(c), min(Fraction(2 * c), level)) / 2 for c in claims]


def _on_halves(
    envelope: int, claims: Sequence[int], weights: Sequence[int], below: Share, above: Share
) -> Amounts:
    """One rule on half-claims up to half their total, another on the other halves above."""
    total = sum(claims)
    if 2 * envelope <= total:
        return [given / 2 for given in below(2 * envelope, claims, weights)]
    rest = above(2 * envelope - total, claims, weights)
    return [(claim + given) / 2 for claim, given in zip(claims, rest, strict=True)]
