"""E rules: the environmental and social conditions of article 35 of the climate law."""

from collections.abc import Iterable
from datetime import date

from commons.kernel.text import t
from commons.procurement.catalogue import Catalogue, Consideration
from commons.procurement.french import day, euros
from commons.procurement.model import Criterion, Dossier, Finding
from commons.procurement.rules.law import cite_all, threshold

CRITERION_FROM = date(2026, 8, 21)
"""R2152-7 in its version of decree 2022-767; L2152-7 follows a day later."""

CONDITION_FROM = date(2026, 8, 22)
"""L2112-2, L2112-2-1 and L2152-7 in their versions of law 2021-1104, article 35."""


def has_condition(dossier: Dossier, catalogue: Catalogue, wanted: Consideration) -> bool:
    """Whether a clause of the catalogue or a condition of the buyer takes it into account.

    A criterion is not a condition of performance.
    """
    chosen = (catalogue.clauses.get(choice.clause) for choice in dossier.clauses)
    by_clause = any(
        clause is not None and clause.kind == "execution" and wanted in clause.considerations
        for clause in chosen
    )
    return by_clause or any(
        wanted in condition.considerations and condition.text.strip()
        for condition in dossier.conditions
    )


def _criterion_basis(on: date) -> tuple[str, ...]:
    return ("ccp-R2152-7", "ccp-L2152-7") if on >= CONDITION_FROM else ("ccp-R2152-7",)


def _is_environmental(criterion: Criterion, catalogue: Catalogue) -> bool:
    """By itself, or by the clause whose parts and scale it takes."""
    clause = catalogue.clauses.get(criterion.clause)
    by_clause = clause is not None and "environment" in clause.considerations
    counts = criterion.kind != "price" and criterion.weight > 0
    return criterion.considers_environment or (by_clause and counts)


def environmental_criterion(
    dossier: Dossier, catalogue: Catalogue, on: date
) -> Iterable[Finding]:
    """E1. A purchase without competition has no criteria to check."""
    if not dossier.is_competitive or on < CRITERION_FROM:
        return
    if not any(_is_environmental(criterion, catalogue) for criterion in dossier.criteria):
        yield Finding(
            "E1",
            "error",
            "RC",
            t("Critères"),
            t(
                "Aucun critère ne prend en compte les caractéristiques environnementales de "
                "l'offre ; c'est obligatoire pour une consultation engagée le {day}.",
                day=day(on),
            ),
            t("Ajoutez un critère environnemental pondéré, par exemple critere-environnement."),
            cite_all(catalogue, on, *_criterion_basis(on)),
        )


def price_alone(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """E2."""
    if not dossier.is_competitive or on < CRITERION_FROM or not dossier.criteria:
        return
    # A criterion that weighs nothing leaves the price alone.
    if all(criterion.kind == "price" or not criterion.weight for criterion in dossier.criteria):
        yield Finding(
            "E2",
            "error",
            "RC",
            t("Critères"),
            t(
                "Le prix est le seul critère ; ce n'est plus possible pour une consultation "
                "engagée le {day}.",
                day=day(on),
            ),
            t(
                "Ajoutez au prix un critère environnemental, ou retenez le critère unique du "
                "coût global qui intègre l'environnement (kind: cost et environmental: true "
                "dans le fichier)."
            ),
            cite_all(catalogue, on, *_criterion_basis(on)),
        )


def environmental_condition(
    dossier: Dossier, catalogue: Catalogue, on: date
) -> Iterable[Finding]:
    """E3, whatever the route: the condition is part of the contract itself."""
    if on >= CONDITION_FROM and not has_condition(dossier, catalogue, "environment"):
        yield Finding(
            "E3",
            "error",
            "CCAP",
            t("Conditions d'exécution"),
            t(
                "Aucune condition d'exécution ne prend en compte l'environnement ; c'est "
                "obligatoire pour une consultation engagée le {day}.",
                day=day(on),
            ),
            t(
                "Choisissez la clause exec-environnement, ou écrivez votre propre condition et "
                "dites qu'elle porte sur l'environnement (considerations)."
            ),
            cite_all(catalogue, on, "ccp-L2112-2"),
        )


def social_condition(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """E4: from the European thresholds, unless the reason for an exception is in the file."""
    if on < CONDITION_FROM or dossier.social_exception:
        return
    if has_condition(dossier, catalogue, "social"):
        return
    known = threshold(catalogue, "formal", dossier, on)
    if known.value is None:
        yield Finding(
            "E4",
            "warning",
            "CCAP",
            t("Conditions d'exécution"),
            t("Aucun seuil européen vérifié n'est connu au {day}.", day=day(on)),
            t("Vérifiez si une condition sociale ou d'emploi est obligatoire."),
            cite_all(catalogue, on, "ccp-L2112-2-1", "avis-seuils"),
        )
    elif dossier.whole_need >= known.value.value:
        yield Finding(
            "E4",
            "error",
            "CCAP",
            t("Conditions d'exécution"),
            t(
                "À partir du seuil européen ({value}), une condition sociale ou d'emploi est "
                "obligatoire, sauf exception motivée.",
                value=euros(known.value.value),
            ),
            t("Choisissez la clause exec-social, ou écrivez le motif dans social_exception."),
            cite_all(catalogue, on, "ccp-L2112-2-1", *known.value.basis),
        )
