"""What each claims rule promises, as a table that property tests check.

For every promise a rule makes the tests look for a counter-example and find none; for every
one it does not make they keep a counter-example. Promises are about exact shares: a cent of
rounding may favour one of two equal claims. Names and results: W. Thomson, *How to Divide
When There Isn't Enough*, Cambridge University Press, 2019, table of ch. 14.
"""

from enum import StrEnum

from commons.kernel.text import Text, t


class Axiom(StrEnum):
    """A promise a rule may make. `AXIOM_TEXTS` says each one in a sentence."""

    EFFICIENCY = "efficiency"
    EQUAL_TREATMENT = "equal-treatment"
    ORDER_OF_AWARDS = "order-of-awards"
    ORDER_OF_LOSSES = "order-of-losses"
    ENVELOPE_MONOTONICITY = "envelope-monotonicity"
    CLAIMS_MONOTONICITY = "claims-monotonicity"
    SELF_DUALITY = "self-duality"
    MIDPOINT = "midpoint"
    CLAIMS_TRUNCATION = "claims-truncation"
    MINIMAL_RIGHTS_FIRST = "minimal-rights-first"
    COMPOSITION_UP = "composition-up"
    COMPOSITION_DOWN = "composition-down"
    CONSISTENCY = "consistency"


AXIOM_TEXTS: dict[Axiom, Text] = {
    Axiom.EFFICIENCY: t("Tout est distribué tant qu'il reste des demandes."),
    Axiom.EQUAL_TREATMENT: t("Qui demande autant reçoit autant, quel que soit son nom."),
    Axiom.ORDER_OF_AWARDS: t("Qui demande plus ne reçoit pas moins."),
    Axiom.ORDER_OF_LOSSES: t("Qui demande plus ne renonce pas à moins."),
    Axiom.ENVELOPE_MONOTONICITY: t("Une enveloppe plus grande ne retire rien à personne."),
    Axiom.CLAIMS_MONOTONICITY: t("Demander plus ne fait pas recevoir moins."),
    Axiom.SELF_DUALITY: t("Les gains sont partagés comme le seraient les pertes."),
    Axiom.MIDPOINT: t("Quand il y a la moitié, chaque personne reçoit sa moitié."),
    Axiom.CLAIMS_TRUNCATION: t("Demander plus que l'enveloppe ne change rien."),
    Axiom.MINIMAL_RIGHTS_FIRST: t(
        "Verser d'abord ce que personne ne dispute ne change pas le résultat."
    ),
    Axiom.COMPOSITION_UP: t("Si de l'argent s'ajoute, le partager à part revient au même."),
    Axiom.COMPOSITION_DOWN: t(
        "S'il y a moins que prévu, repartir des promesses revient au même."
    ),
    Axiom.CONSISTENCY: t("Si quelqu'un part avec sa part, rien ne change pour les autres."),
}

_BASE = frozenset(
    {
        Axiom.EQUAL_TREATMENT,
        Axiom.ORDER_OF_AWARDS,
        Axiom.ORDER_OF_LOSSES,
        Axiom.ENVELOPE_MONOTONICITY,
        Axiom.CLAIMS_MONOTONICITY,
    }
)
_WHOLE = _BASE | {Axiom.EFFICIENCY}
_BOTH_WAYS = {Axiom.SELF_DUALITY, Axiom.MIDPOINT}
_CONTESTED = {Axiom.CLAIMS_TRUNCATION, Axiom.MINIMAL_RIGHTS_FIRST}
_STEPWISE = {Axiom.COMPOSITION_UP, Axiom.COMPOSITION_DOWN}

HOLDS: dict[str, frozenset[Axiom]] = {
    "proportional": _WHOLE | _BOTH_WAYS | _STEPWISE | {Axiom.CONSISTENCY},
    "equal-awards": _WHOLE | _STEPWISE | {Axiom.CLAIMS_TRUNCATION, Axiom.CONSISTENCY},
    "equal-losses": _WHOLE | _STEPWISE | {Axiom.MINIMAL_RIGHTS_FIRST, Axiom.CONSISTENCY},
    "talmud": _WHOLE | _BOTH_WAYS | _CONTESTED | {Axiom.CONSISTENCY},
    "equal": _BASE | _STEPWISE | {Axiom.CLAIMS_TRUNCATION},
    "reverse-talmud": _WHOLE | _BOTH_WAYS | {Axiom.CONSISTENCY},
    "piniles": _WHOLE | {Axiom.MIDPOINT, Axiom.CONSISTENCY},
    "constrained-egalitarian": _WHOLE | {Axiom.MIDPOINT, Axiom.CONSISTENCY},
    "random-arrival": _WHOLE | _BOTH_WAYS | _CONTESTED,
    "adjusted-proportional": _WHOLE | _BOTH_WAYS | _CONTESTED,
    "minimal-overlap": _WHOLE | _CONTESTED,
}
"""The promises of each rule; whatever stands in `Axiom` and not here, the rule breaks."""
