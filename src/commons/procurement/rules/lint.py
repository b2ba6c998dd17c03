"""All the rules, on one day, in one order; what was set aside stays in the list."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from commons.kernel.text import t
from commons.procurement.catalogue import Catalogue
from commons.procurement.model import Dossier, Finding, Waiver
from commons.procurement.rules import coherence, criteria, places, sustainability, thresholds

Rule: TypeAlias = Callable[[Dossier, Catalogue, date], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    thresholds.without_competition,
    thresholds.same_category,
    thresholds.notice,
    thresholds.formal,
    thresholds.innovative,
    thresholds.written,
    thresholds.works_to_check,
    sustainability.environmental_criterion,
    sustainability.price_alone,
    sustainability.environmental_condition,
    sustainability.social_condition,
    criteria.weights,
    criteria.subweights,
    criteria.method,
    criteria.general_policy,
    criteria.contribution_weight,
    criteria.evidence,
    criteria.price,
    places.places,
    coherence.unknown_clauses,
    coherence.incompatible,
    coherence.criterion_clauses,
    coherence.blanks,
    coherence.missing_needs,
    coherence.clause_articles,
    coherence.own_articles,
    coherence.dates,
    coherence.ambitious,
)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    return waiver.rule == finding.rule and waiver.place in {"", str(finding.place)}


def _set_aside(finding: Finding, dossier: Dossier) -> Finding:
    for waiver in dossier.waivers:
        if _covers(waiver, finding):
            return replace(finding, set_aside=waiver.reason)
    return finding


def _idle_waivers(dossier: Dossier, findings: Iterable[Finding]) -> Iterable[Finding]:
    """K4: what was set aside is not there; a fault corrected, or a place misspelt."""
    found = tuple(findings)
    for number, waiver in enumerate(dossier.waivers, 1):
        if not any(_covers(waiver, finding) for finding in found):
            yield Finding(
                "K4",
                "warning",
                "dossier",
                t("Mise à l'écart {number}", number=number),
                t(
                    "Aucun constat {rule} ne correspond à cette mise à l'écart.",
                    rule=waiver.rule,
                ),
                t("Retirez-la, ou recopiez le lieu du constat tel qu'il est écrit."),
                (),
            )


def lint(dossier: Dossier, catalogue: Catalogue, on: date | None = None) -> tuple[Finding, ...]:
    """Every finding on the day `on`, by default the day the consultation is launched.

    The order is that of the rules, then of the dossier. A finding set aside keeps its place
    and bears its reason; it no longer counts as an error.
    """
    day = on or dossier.consultation_on
    found = [finding for rule in RULES for finding in rule(dossier, catalogue, day)]
    return (
        *(_set_aside(finding, dossier) for finding in found),
        *_idle_waivers(dossier, found),
    )


def errors_in(findings: Iterable[Finding]) -> int:
    """How many errors stand, those set aside not counted."""
    return sum(1 for finding in findings if finding.counts)
