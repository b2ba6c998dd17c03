"""C rules: criteria that add up, can be marked, and judge the offer rather than the firm."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from commons.kernel.text import Text, t
from commons.procurement.catalogue import Catalogue, Share, Step
from commons.procurement.french import points
from commons.procurement.model import WEIGHT_MAX, Criterion, Dossier, Finding, SubCriterion
from commons.procurement.rules.law import cite_all

CONTRIBUTION_WEIGHT_MAX = Decimal(30)
_GENERAL_POLICY = re.compile(
    r"\b(engagement general|statut associatif|politique rse|anciennete)\b", re.IGNORECASE
)


def plain_letters(text: str) -> str:
    """Lower case without accents, with plain apostrophes; the length may differ."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def place_of(dossier: Dossier, criterion: Criterion) -> Text:
    number = next(n for n, other in enumerate(dossier.criteria, 1) if other is criterion)
    return t("Critère {number} « {name} »", number=number, name=criterion.name)


def _model_shares(criterion: Criterion, catalogue: Catalogue) -> tuple[Share, ...]:
    clause = catalogue.clauses.get(criterion.clause)
    return clause.criterion.shares if clause and clause.criterion else ()


def parts_of(criterion: Criterion, catalogue: Catalogue) -> tuple[SubCriterion, ...]:
    """Its own sub-criteria, else those of its clause at their share of its weight (exact)."""
    if criterion.subcriteria:
        return criterion.subcriteria
    return tuple(
        SubCriterion(share.name, criterion.weight * share.percent / 100)
        for share in _model_shares(criterion, catalogue)
    )


def scale_of(criterion: Criterion, catalogue: Catalogue) -> tuple[Step, ...]:
    if criterion.scale:
        return criterion.scale
    clause = catalogue.clauses.get(criterion.clause)
    return clause.criterion.scale if clause and clause.criterion else ()


def weights(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """C1: the weights add up to exactly 100."""
    total = sum((criterion.weight for criterion in dossier.criteria), Decimal(0))
    if dossier.is_competitive and dossier.criteria and total != WEIGHT_MAX:
        yield Finding(
            "C1",
            "error",
            "RC",
            t("Critères"),
            t("La somme des pondérations fait {total} au lieu de 100.", total=points(total)),
            t("Corrigez les pondérations pour que leur somme fasse 100."),
            cite_all(catalogue, on, "ccp-R2152-11", "ccp-R2152-12"),
        )


def subweights(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """C2: sub-criteria add up to the weight of their criterion."""
    for criterion in dossier.criteria if dossier.is_competitive else ():
        total = sum((part.weight for part in criterion.subcriteria), Decimal(0))
        if criterion.subcriteria and total != criterion.weight:
            yield Finding(
                "C2",
                "error",
                "RC",
                place_of(dossier, criterion),
                t(
                    "Les sous-critères font {total} points et le critère {weight}.",
                    total=points(total),
                    weight=points(criterion.weight),
                ),
                t("Corrigez les sous-critères, ou la pondération du critère."),
                cite_all(catalogue, on, "ccp-R2152-11"),
            )


def method(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """C3: a criterion says how it is marked."""
    for criterion in dossier.criteria if dossier.is_competitive else ():
        if not criterion.method.strip() and not scale_of(criterion, catalogue):
            yield Finding(
                "C3",
                "error",
                "RC",
                place_of(dossier, criterion),
                t("Ce critère ne dit pas comment il est noté."),
                t("Dites comment il est noté, ou nommez une clause qui porte une grille."),
                cite_all(catalogue, on, "ccp-R2152-11"),
            )


def general_policy(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """C4: what the offer does for this contract, never what the bidder is in general."""
    for criterion in dossier.criteria if dossier.is_competitive else ():
        texts = [criterion.name, criterion.description, criterion.method, criterion.evidence]
        texts += [part.name for part in criterion.subcriteria]
        found = _GENERAL_POLICY.search(plain_letters(" / ".join(texts)))
        if found:
            yield Finding(
                "C4",
                "warning",
                "RC",
                place_of(dossier, criterion),
                t(
                    "« {word} » semble noter la structure, et non l'offre pour ce marché.",
                    word=found[1],
                ),
                t("Notez ce que l'offre prévoit pour ce marché : moyens, temps, preuves."),
                cite_all(catalogue, on, "ce-417580", "ccp-L2152-7"),
            )


def contribution_weight(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """C5: a criterion on the commons above 30 points is hard to call proportionate."""
    for criterion in dossier.criteria if dossier.is_competitive else ():
        commons = criterion.kind in {"contribution", "governance"}
        if commons and criterion.weight > CONTRIBUTION_WEIGHT_MAX:
            yield Finding(
                "C5",
                "warning",
                "RC",
                place_of(dossier, criterion),
                t(
                    "{weight} points pour la contribution au commun : la proportion avec "
                    "l'objet sera discutée.",
                    weight=points(criterion.weight),
                ),
                t("Restez à 30 points ou moins, ou justifiez le lien avec l'objet."),
                cite_all(catalogue, on, "ccp-L2152-7", "ccp-L2152-8"),
            )


def evidence(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """C6: a criterion other than the price asks for evidence."""
    for criterion in dossier.criteria if dossier.is_competitive else ():
        if not criterion.is_price_or_cost and not criterion.evidence.strip():
            yield Finding(
                "C6",
                "warning",
                "RC",
                place_of(dossier, criterion),
                t("Ce critère ne demande aucune preuve."),
                t("Dites ce que l'offre doit fournir pour être notée (evidence)."),
                cite_all(catalogue, on, "ccp-R2152-11"),
            )


def price(dossier: Dossier, catalogue: Catalogue, on: date) -> Iterable[Finding]:
    """C7: among the criteria there is the price or the cost."""
    if dossier.is_competitive and not any(
        criterion.is_price_or_cost and criterion.weight > 0 for criterion in dossier.criteria
    ):
        yield Finding(
            "C7",
            "error",
            "RC",
            t("Critères"),
            t("Ni le prix ni le coût ne figurent parmi les critères."),
            t("Ajoutez un critère de prix, ou de coût global (kind: price ou cost)."),
            cite_all(catalogue, on, "ccp-R2152-7"),
        )
