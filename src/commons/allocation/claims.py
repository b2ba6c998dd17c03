"""The rules that divide an envelope among claims, as people choose between them.

How each one counts stands in a module of its own: `levels`, `random_arrival`, `overlap`,
`adjusted`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from commons.allocation.adjusted import adjusted_proportional
from commons.allocation.levels import (
    Amounts,
    Share,
    constrained_egalitarian,
    equal,
    equal_awards,
    equal_losses,
    piniles,
    proportional,
    reverse_talmud,
    talmud,
)
from commons.allocation.overlap import minimal_overlap
from commons.allocation.random_arrival import random_arrival
from commons.kernel.text import Text, t

__all__ = ["RULES", "USUAL", "Amounts", "ClaimsRule"]

FixedWeights: TypeAlias = Callable[[Sequence[int], Sequence[int]], list[int]]


@dataclass(frozen=True, slots=True)
class ClaimsRule:
    """A rule as people choose it. `name` is what files and the command line say.

    `counts`, `protects`, `costs` are sentences for whoever has to choose; `source` is where
    the rule is defined, as one would cite it. A rule is `usual` if pages show it unasked.
    `fixed_weights` are the measures, independent of the envelope, to which shares are
    proportional between their bounds; only rules that have them may be rounded by
    Sainte-Laguë. A rule that `is_slow` is not run again to ask what would change.
    """

    name: str
    share: Share
    label: Text
    counts: Text
    protects: Text
    costs: Text
    source: str
    takes_weights: bool = False
    usual: bool = False
    fixed_weights: FixedWeights | None = None
    is_slow: bool = False


def _weighted_claims(claims: Sequence[int], weights: Sequence[int]) -> list[int]:
    return [claim * weight for claim, weight in zip(claims, weights, strict=True)]


def _weights(_claims: Sequence[int], weights: Sequence[int]) -> list[int]:
    return list(weights)


_ALL = (
    ClaimsRule(
        "proportional",
        proportional,
        t("Proportionnelle"),
        t("Chaque personne reçoit la même part de ce qu'elle demande."),
        t("Elle protège l'équilibre entre les demandes : personne n'y perd plus, en part."),
        t("Elle coûte aux petites demandes autant, en part, qu'aux grandes."),
        "Thomson 2019, ch. 2 (proportional rule); Aristotle, Nicomachean Ethics, V",
        takes_weights=True,
        usual=True,
        fixed_weights=_weighted_claims,
    ),
    ClaimsRule(
        "equal-awards",
        equal_awards,
        t("Gains égaux"),
        t("Chaque personne reçoit la même somme, sans dépasser sa demande."),
        t("Elle protège les petites demandes, souvent payées en entier."),
        t("Elle coûte aux grandes demandes, qui portent tout le manque."),
        "Maimonides, in Aumann & Maschler 1985; Thomson 2019, ch. 2",
        takes_weights=True,
        usual=True,
        fixed_weights=_weights,
    ),
    ClaimsRule(
        "equal-losses",
        equal_losses,
        t("Pertes égales"),
        t("Chaque personne renonce à la même somme, sans descendre sous zéro."),
        t("Elle protège les grandes demandes, à qui il manque peu, en part."),
        t("Elle coûte aux petites demandes, qui peuvent ne rien recevoir."),
        "Maimonides, in Aumann & Maschler 1985; Thomson 2019, ch. 2",
        takes_weights=True,
        usual=True,
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
        usual=True,
    ),
    ClaimsRule(
        "equal",
        equal,
        t("Parts égales"),
        t("Chaque personne reçoit la même part de l'enveloppe, sans dépasser sa demande."),
        t("Elle protège l'égalité entre les personnes, quoi qu'elles demandent."),
        t("Elle coûte à qui a beaucoup donné, et peut laisser de l'argent non distribué."),
        "Thomson 2019, ch. 2 (equal division, bounded by claims)",
        takes_weights=True,
        usual=True,
    ),
    ClaimsRule(
        "reverse-talmud",
        reverse_talmud,
        t("Talmud renversé"),
        t(
            "Jusqu'à la moitié des demandes on égalise les pertes, "
            "au-delà on égalise les gains."
        ),
        t("Elle protège les grandes demandes quand l'argent est rare, les petites ensuite."),
        t("Elle coûte aux petites demandes quand l'argent est rare : elles peuvent attendre."),
        "Chun, Schummer & Thomson, Seoul Journal of Economics 14, 2001",
    ),
    ClaimsRule(
        "piniles",
        piniles,
        t("Piniles"),
        t("On égalise les gains sur la moitié de chaque demande, puis sur l'autre moitié."),
        t("Elle protège les petites demandes, et assure à chacune sa moitié à mi-chemin."),
        t("Elle coûte aux grandes demandes, qui portent l'essentiel du manque."),
        "Piniles 1861, in Aumann & Maschler 1985",
    ),
    ClaimsRule(
        "constrained-egalitarian",
        constrained_egalitarian,
        t("Égalitaire sous contrainte"),
        t(
            "On égalise les gains sur les moitiés ; ensuite chaque personne reçoit une même "
            "somme, jamais moins que sa moitié ni plus que sa demande."
        ),
        t("Elle protège les petites demandes plus que toute règle qui assure la moitié."),
        t("Elle coûte aux grandes demandes, longtemps arrêtées à leur moitié."),
        "Chun, Schummer & Thomson, Seoul Journal of Economics 14, 2001",
    ),
    ClaimsRule(
        "random-arrival",
        random_arrival,
        t("Arrivée au hasard"),
        t(
            "On paie en entier dans l'ordre d'arrivée tant qu'il reste de l'argent, et chaque "
            "personne reçoit la moyenne sur tous les ordres possibles."
        ),
        t("Elle protège chaque personne de la malchance : aucun ordre n'est favorisé."),
        t("Elle coûte en simplicité, et ne se calcule que pour un nombre limité de demandes."),
        "O'Neill, Mathematical Social Sciences 2, 1982",
        is_slow=True,
    ),
    ClaimsRule(
        "adjusted-proportional",
        adjusted_proportional,
        t("Proportionnelle ajustée"),
        t(
            "Chaque personne reçoit d'abord ce que personne ne lui dispute ; le reste est "
            "partagé en proportion de ce qui reste demandé."
        ),
        t("Elle protège de l'excès : demander plus que l'enveloppe ne rapporte rien de plus."),
        t("Elle coûte en simplicité : il faut deux étapes pour la refaire à la main."),
        "Curiel, Maschler & Tijs, Zeitschrift für Operations Research 31, 1987",
    ),
    ClaimsRule(
        "minimal-overlap",
        minimal_overlap,
        t("Moindre recouvrement"),
        t(
            "Chaque demande porte sur une partie de l'enveloppe, les demandes se recouvrant "
            "le moins possible ; chaque partie est partagée entre qui la demande."
        ),
        t("Elle protège les grandes demandes, seules sur une partie de l'enveloppe."),
        t("Elle coûte aux petites demandes, disputées par tout le monde."),
        "O'Neill, Mathematical Social Sciences 2, 1982; Thomson 2019, ch. 2",
    ),
)

RULES: dict[str, ClaimsRule] = {rule.name: rule for rule in _ALL}

USUAL: tuple[str, ...] = tuple(rule.name for rule in _ALL if rule.usual)
"""The rules pages show side by side unless others are asked for."""
