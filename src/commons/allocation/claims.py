"""Dividing an envelope among claims: the rules, exact, before any rounding.

Amounts are `Fraction`s of whatever unit the caller counts in. Each rule receives an envelope
no larger than the sum of the claims and gives shares that add up to it exactly (`equal`
alone may leave something). Survey: W. Thomson, *How to Divide When There Isn't Enough*,
Cambridge University Press, 2019.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from commons.kernel.text import Text, t

Amounts: TypeAlias = list[Fraction]


def fill(envelope: Fraction, slopes: Sequence[Fraction], tops: Sequence[Fraction]) -> Amounts:
    """Raise a common level λ until Σ min(topᵢ, λ·slopeᵢ) is the envelope.

    Slopes are positive wherever tops are. What exceeds all tops is not given.
    """
    shares = [Fraction(0)] * len(tops)
    order = sorted(
        (i for i, top in enumerate(tops) if top > 0), key=lambda i: (tops[i] / slopes[i], i)
    )
    left, slope = envelope, sum((slopes[i] for i in order), Fraction(0))
    for place, i in enumerate(order):
        level = left / slope
        if level * slopes[i] < tops[i]:
            for j in order[place:]:
                shares[j] = level * slopes[j]
            break
        shares[i] = tops[i]
        left -= tops[i]
        slope -= slopes[i]
    return shares


def proportional(envelope: Fraction, claims: Amounts, weights: Amounts) -> Amounts:
    """Shares in proportion to weight × claim, no one above their claim.

    With equal weights, envelope / sum of claims of each claim.
    """
    return fill(envelope, [w * c for w, c in zip(weights, claims, strict=True)], claims)


def equal_awards(envelope: Fraction, claims: Amounts, weights: Amounts) -> Amounts:
    """Constrained equal awards: the same for all, no one above their claim.

    A weight of 2 receives twice the common award. Source: Maimonides; Thomson, ch. 2.
    """
    return fill(envelope, weights, claims)


def equal_losses(envelope: Fraction, claims: Amounts, weights: Amounts) -> Amounts:
    """Constrained equal losses: the same loss for all, no one below zero.

    A weight of 2 bears twice the common loss: weights multiply what the rule equalises.
    """
    losses = fill(sum(claims, Fraction(0)) - envelope, weights, claims)
    return [claim - loss for claim, loss in zip(claims, losses, strict=True)]


def talmud(envelope: Fraction, claims: Amounts, weights: Amounts) -> Amounts:
    """Equal awards on half-claims up to half the total, equal losses above.

    Source: R. Aumann & M. Maschler, « Game theoretic analysis of a bankruptcy problem from
    the Talmud », Journal of Economic Theory 36, 1985. Has no meaning with weights.
    """
    halves = [claim / 2 for claim in claims]
    half = sum(halves, Fraction(0))
    if envelope <= half:
        return equal_awards(envelope, halves, weights)
    above = equal_losses(envelope - half, halves, weights)
    return [low + high for low, high in zip(halves, above, strict=True)]


def equal(envelope: Fraction, claims: Amounts, weights: Amounts) -> Amounts:
    """The same for all whatever they claim, in proportion to weights; claims only bound it.

    What someone leaves below their claim goes to nobody: it stays unspent.
    """
    total = sum(weights, Fraction(0))
    return [
        min(claim, envelope * weight / total)
        for claim, weight in zip(claims, weights, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class ClaimsRule:
    """A rule as people choose it. `name` is what files and the command line say.

    `source` is where the rule is defined, as one would cite it.
    """

    name: str
    share: Callable[[Fraction, Amounts, Amounts], Amounts]
    label: Text
    counts: Text
    protects: Text
    costs: Text
    source: str
    takes_weights: bool = True


RULES: dict[str, ClaimsRule] = {
    rule.name: rule
    for rule in (
        ClaimsRule(
            "proportional",
            proportional,
            t("Proportionnelle"),
            t("Chaque personne reçoit la même part de ce qu'elle demande."),
            t("Elle protège l'équilibre entre les demandes : personne n'y perd plus, en part."),
            t("Elle coûte aux petites demandes autant, en part, qu'aux grandes."),
            "Thomson 2019, ch. 2 (proportional rule); Aristotle, Nicomachean Ethics, V",
        ),
        ClaimsRule(
            "equal-awards",
            equal_awards,
            t("Gains égaux"),
            t("Chaque personne reçoit la même somme, sans dépasser sa demande."),
            t("Elle protège les petites demandes, souvent payées en entier."),
            t("Elle coûte aux grandes demandes, qui portent tout le manque."),
            "Maimonides, in Aumann & Maschler 1985; Thomson 2019, ch. 2",
        ),
        ClaimsRule(
            "equal-losses",
            equal_losses,
            t("Pertes égales"),
            t("Chaque personne renonce à la même somme, sans descendre sous zéro."),
            t("Elle protège les grandes demandes, à qui il manque peu, en part."),
            t("Elle coûte aux petites demandes, qui peuvent ne rien recevoir."),
            "Maimonides, in Aumann & Maschler 1985; Thomson 2019, ch. 2",
        ),
        ClaimsRule(
            "talmud",
            talmud,
            t("Talmud"),
            t(
                "Jusqu'à la moitié des demandes on égalise les gains, "
                "au-delà on égalise les pertes."
            ),
            t("Elle protège chaque personne d'un extrême : la moitié sert de repère à toutes."),
            t("Elle coûte en simplicité : son calcul demande une page d'explication."),
            "Aumann & Maschler, Journal of Economic Theory 36, 1985",
            takes_weights=False,
        ),
        ClaimsRule(
            "equal",
            equal,
            t("Parts égales"),
            t("Chaque personne reçoit la même part de l'enveloppe, sans dépasser sa demande."),
            t("Elle protège l'égalité entre les personnes, quoi qu'elles demandent."),
            t("Elle coûte à qui a beaucoup donné, et peut laisser de l'argent non distribué."),
            "Thomson 2019, ch. 2 (equal division, bounded by claims)",
        ),
    )
}
