"""Dividing a pool of matching funds among projects, to the cent, by a matching rule.

Each project has a match that its gifts call for, a real number. If the pool suffices each
receives it; else all are scaled down together. A cap bounds each; what it frees goes to the
others, never beyond the match that their gifts call for. What is left is unspent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commons.allocation.cluster_match import cluster_match
from commons.allocation.gifts import Gift, GiftTable, tabled
from commons.allocation.pairwise import pairwise
from commons.allocation.quadratic import quadratic
from commons.allocation.reals import Numbers, Real
from commons.allocation.scaling import ScaleBound, Scaling
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

BOUND_CENTS = 25_00
"""What pairs of donors are bounded by if nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class MatchingRule:
    """A matching rule as people choose it; `measure` gives each project's match."""

    name: str
    measure: Callable[[GiftTable, int], list[Real]]
    label: Text
    counts: Text
    protects: Text
    costs: Text
    source: str


MATCHING_RULES: dict[str, MatchingRule] = {
    rule.name: rule
    for rule in (
        MatchingRule(
            "quadratic",
            quadratic,
            t("Abondement quadratique"),
            t("Chaque paire de personnes qui donnent au même projet appelle de l'abondement."),
            t("Elle protège les projets que beaucoup soutiennent, même par de petits dons."),
            t("Elle coûte aux projets portés par peu de gros dons, et craint les faux noms."),
            "Buterin, Hitzig & Weyl, Management Science 65, 2019",
        ),
        MatchingRule(
            "pairwise",
            pairwise,
            t("Abondement borné par paire"),
            t("Ce qu'une paire de personnes appelle en tout, sur tous les projets, est borné."),
            t("Elle protège des ententes : donner toujours ensemble rapporte moins."),
            t("Elle coûte aux communautés soudées, qui donnent souvent aux mêmes projets."),
            "Buterin, Pairwise coordination subsidies, 2019",
        ),
        MatchingRule(
            "cluster-match",
            cluster_match,
            t("Abondement entre groupes"),
            t("Ce sont les paires de groupes différents qui appellent de l'abondement."),
            t("Elle protège les projets soutenus par des groupes qui ne se ressemblent pas."),
            t("Elle coûte aux projets d'un seul groupe, si nombreux soient ses membres."),
            "Miller, Weyl & Erichsen, Beyond collusion resistance, 2022",
        ),
    )
}


MATCH_TEXTS: dict[ScaleBound, Text] = {
    ScaleBound.WHOLE: t("Le fonds suffit : l'abondement appelé par les dons est versé."),
    ScaleBound.SCALED: t(
        "Le fonds ne suffit pas : tous les abondements sont réduits ensemble."
    ),
    ScaleBound.CAP: t("Un plafond arrête ce montant ; le surplus est repartagé."),
    ScaleBound.CENT: t("Un centime restait : il va aux plus grands restes, celui-ci en était."),
    ScaleBound.TIE: t("Un centime restait entre restes égaux : l'ordre publié a décidé."),
}


@dataclass(frozen=True, slots=True)
class Match:
    """What a project receives from the pool: cents, the exact amount as a number, why.

    `exact` is in euros: a fraction where the amount is one, else twelve decimals and « … ».
    """

    project: str
    gifts: int
    cents: int
    exact: str
    bounds: frozenset[ScaleBound]

    def sentences(self, rule: MatchingRule) -> list[Text]:
        """« Pourquoi ce montant ? », in sentences."""
        texts = (MATCH_TEXTS[bound] for bound in ScaleBound if bound in self.bounds)
        return [rule.counts, *texts]


@dataclass(frozen=True, slots=True)
class Matched:
    """The result in published order. Matches and `unspent` add up to the pool."""

    rule: MatchingRule
    pool: int
    matches: tuple[Match, ...]
    unspent: int
    is_saturated: bool


def match(
    pool: int,
    gifts: Iterable[Gift],
    rule_name: str,
    *,
    cap: int | None = None,
    bound: int = BOUND_CENTS,
) -> Matched:
    """Divide `pool` cents among the projects of `gifts` by the rule of that name.

    `cap` bounds each project's match, `bound` what a pair of donors may bring (pairwise).
    Cents by largest remainder, ties in published order. Raises `InputError` for what cannot
    be. Source: each rule names its own; saturation and caps as in DESIGN §6.
    """
    if rule_name not in MATCHING_RULES:
        known = ", ".join(MATCHING_RULES)
        raise InputError(
            t(
                "La règle « {name} » n'abonde pas des dons. Règles : {known}.",
                name=rule_name,
                known=known,
            )
        )
    if pool < 0 or (cap is not None and cap < 0):
        raise InputError(t("Le fonds et le plafond ne sont pas négatifs."))
    if bound <= 0:
        raise InputError(t("La borne d'une paire est de plus de zéro euro."))
    rule, table = MATCHING_RULES[rule_name], tabled(gifts)
    division = Scaling(Numbers(rule.measure(table, bound)), pool, cap)
    cents, reasons = division.rounded()
    matches = tuple(
        Match(project, total, cents[i], division.exact(i), frozenset(reasons[i]))
        for i, (project, total) in enumerate(zip(table.projects, table.totals, strict=True))
    )
    return Matched(rule, pool, matches, pool - sum(cents), division.is_saturated)
