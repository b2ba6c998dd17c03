"""The parts of a document that are made from the dossier rather than written in a layout."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from commons.documents.blocks import (
    Article,
    Block,
    Facts,
    Items,
    Leaf,
    Paragraph,
    Signature,
    Signatures,
    Table,
)
from commons.procurement.catalogue import Catalogue, Step
from commons.procurement.clause_text import fill
from commons.procurement.french import CCAGS, citation, points
from commons.procurement.model import Criterion, Dossier, Requirement
from commons.procurement.rules.criteria import parts_of, scale_of
from commons.procurement.rules.law import cite

TO_COMPLETE = "à compléter"
TO_FILL = "à remplir par le candidat"


def basis_note(dossier: Dossier, catalogue: Catalogue, *sources: str) -> tuple[Paragraph, ...]:
    """Small print: the texts an article rests on, with their date and how they were checked.

    A CCAG is cited only in a contract that refers to it.
    """
    kept = [s for s in sources if catalogue.sources[s].ccag in {"none", dossier.ccag}]
    if not kept:
        return ()
    cited = [citation(cite(catalogue, source, dossier.consultation_on)) for source in kept]
    return (Paragraph("Base : " + " ; ".join(cited) + ".", note=True),)


def _buyer(dossier: Dossier, _catalogue: Catalogue) -> tuple[Block, ...]:
    buyer = dossier.buyer
    rows = (
        ("Nom", buyer.name),
        ("SIRET", buyer.siret or TO_COMPLETE),
        ("Représenté par", buyer.represented_by or TO_COMPLETE),
        ("Contact", buyer.contact or TO_COMPLETE),
        ("Marché", dossier.title),
        ("Référence", dossier.reference),
    )
    return (Article("Acheteur", (Facts(rows),)),)


def _lots(dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    note = basis_note(dossier, catalogue, "ccp-L2113-10", "ccp-L2113-11", "ccp-R2113-1")
    if dossier.lots:
        rows = tuple((str(lot.number), lot.title) for lot in dossier.lots)
        table = Table(("Lot", "Objet"), rows, "rl", caption="Lots du marché", widths=(1, 7))
        asked = (
            "Dites pour combien de lots un candidat peut présenter une offre et être retenu."
        )
        return (
            Article(
                "Lots",
                (Paragraph("Le marché est divisé en lots.", comment=asked), table, *note),
            ),
        )
    reason = dossier.no_lots_reason
    text = f"Le marché n'est pas divisé en lots. {reason}".strip()
    why = None if reason else "Le choix de ne pas allotir se motive en droit et en fait."
    return (Article("Absence de lots", (Paragraph(text, comment=why), *note)),)


def _requirements(title: str, requirements: tuple[Requirement, ...]) -> tuple[Article, ...]:
    return tuple(
        Article(f"{title}{requirement.title}", (Paragraph(requirement.text.strip()),))
        for requirement in requirements
    )


def _candidacy(dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    note = basis_note(dossier, catalogue, "ccp-L2142-1", "ccp-R2142-1", "ccp-R2143-3")
    text = Paragraph(
        "Les capacités demandées sont liées à l'objet du marché et proportionnées. Tout moyen "
        "de preuve équivalent est admis."
    )
    asked = tuple(f"{r.title} : {r.text.strip()}" for r in dossier.candidacy)
    listed: tuple[Leaf, ...] = (Items(asked),) if asked else ()
    return (Article("Capacités des candidats", (text, *listed, *note)),)


def _scale(name: str, scale: tuple[Step, ...]) -> tuple[Table, ...]:
    if not scale:
        return ()
    rows = tuple((str(step.mark), step.text) for step in scale)
    head = ("Note", "Ce que montre l'offre")
    return (Table(head, rows, "rl", caption=f"Notation de « {name} »", widths=(1, 7)),)


def _criterion_blocks(criterion: Criterion, catalogue: Catalogue) -> tuple[Leaf, ...]:
    blocks: list[Leaf] = []
    if criterion.description.strip():
        blocks.append(Paragraph(f"{criterion.name} : {criterion.description.strip()}"))
    if criterion.method.strip():
        blocks.append(
            Paragraph(f"Notation de « {criterion.name} » : {criterion.method.strip()}")
        )
    if criterion.evidence.strip():
        blocks.append(
            Paragraph(f"À fournir pour « {criterion.name} » : {criterion.evidence.strip()}")
        )
    return (*blocks, *_scale(criterion.name, scale_of(criterion, catalogue)))


def _criteria(dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    rows: list[tuple[str, str]] = []
    for criterion in dossier.criteria:
        rows.append((criterion.name, f"{points(criterion.weight)} %"))
        rows += [
            (f"dont : {part.name}", f"{points(part.weight)} %")
            for part in parts_of(criterion, catalogue)
        ]
    total = sum((criterion.weight for criterion in dossier.criteria), Decimal(0))
    table = Table(
        ("Critère", "Pondération"),
        tuple(rows),
        "lr",
        caption="Critères de jugement des offres",
        total=("Total", f"{points(total)} %"),
        widths=(4, 1),
    )
    details = [
        block
        for criterion in dossier.criteria
        for block in _criterion_blocks(criterion, catalogue)
    ]
    note = basis_note(
        dossier, catalogue, "ccp-L2152-7", "ccp-R2152-7", "ccp-R2152-11", "ccp-R2152-12"
    )
    intro = Paragraph("Le marché est attribué à l'offre économiquement la plus avantageuse.")
    return (Article("Critères et notation", (intro, table, *details, *note)),)


def _order(dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    papers = [
        "l'acte d'engagement et le bordereau des prix",
        "le présent cahier des clauses administratives particulières",
        "le cahier des clauses techniques particulières",
    ]
    if dossier.ccag != "none":
        papers.append(
            f"le cahier des clauses administratives générales : {CCAGS[dossier.ccag]}"
        )
    papers.append("l'offre technique du titulaire")
    text = Paragraph("En cas de contradiction, les pièces du marché prévalent dans cet ordre :")
    note = basis_note(dossier, catalogue, "ccp-R2112-2")
    return (Article("Pièces du marché", (text, Items(tuple(papers), numbered=True), *note)),)


def _conditions(dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    note = basis_note(dossier, catalogue, "ccp-L2112-2")
    return tuple(
        Article(condition.title, (Paragraph(condition.text.strip()), *note))
        for condition in dossier.conditions
    )


def _derogations(dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    title = "Dérogations au cahier des clauses administratives générales"
    note = basis_note(dossier, catalogue, "ccp-R2112-3")
    if dossier.ccag == "none":
        text = "Le marché ne se réfère à aucun CCAG : il n'y a pas de dérogation à indiquer."
        return (Article(title, (Paragraph(text), *note)),)
    placed = catalogue.layouts["CCAP"].clauses
    rows = tuple(
        (
            clause.title,
            f"CCAG-{derogation.ccag}, art. {derogation.article}",
            derogation.subject,
            "à vérifier" if derogation.status == "AV" else "lu",
        )
        for name in placed
        if dossier.choice(name) is not None
        for clause in (catalogue.clauses[name],)
        for derogation in clause.derogations
        if derogation.ccag == dossier.ccag
    )
    if not rows:
        text = f"Le présent cahier ne déroge à aucun article du CCAG-{dossier.ccag}."
        return (Article(title, (Paragraph(text), *note)),)
    table = Table(
        ("Article du présent cahier", "Déroge à", "Objet", "Texte"),
        rows,
        "llll",
        caption="Dérogations",
        widths=(4, 3, 3, 2),
    )
    return (Article(title, (table, *note)),)


def _own_requirements(dossier: Dossier, _catalogue: Catalogue) -> tuple[Block, ...]:
    return _requirements("", dossier.requirements)


def _contractor(_dossier: Dossier, _catalogue: Catalogue) -> tuple[Block, ...]:
    rows = tuple(
        (label, TO_FILL)
        for label in ("Nom ou dénomination", "SIRET", "Adresse", "Représenté par", "Qualité")
    )
    text = Paragraph(
        "En cas de groupement, indiquez chaque membre, la forme du groupement et le mandataire."
    )
    return (Article("Candidat", (Facts(rows), text)),)


def _amounts(dossier: Dossier, _catalogue: Catalogue) -> tuple[Block, ...]:
    labels = [
        "Montant hors taxes",
        "Taux et montant de la TVA",
        "Montant toutes taxes comprises",
        "Compte à créditer (IBAN)",
    ]
    if dossier.lots:
        labels.insert(0, "Lots présentés")
    text = Paragraph(
        "Le candidat reporte ici le total de son offre, aux prix du bordereau :",
        comment="Dites sur quelles quantités ce total se calcule : un devis quantitatif.",
    )
    rows = tuple((label, TO_FILL) for label in labels)
    return (Article("Montant de l'offre", (text, Facts(rows))),)


def _signatures(dossier: Dossier, _catalogue: Catalogue) -> tuple[Block, ...]:
    return (
        Signatures(
            (
                Signature("le candidat"),
                Signature(dossier.buyer.name, quality=dossier.buyer.represented_by),
            )
        ),
    )


def _prices(dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    lines = [(item.label, item.unit) for item in dossier.price.items]
    for choice in dossier.clauses:
        clause = catalogue.clauses[choice.clause]
        lines += [
            (fill(clause, line.label, choice.answers), fill(clause, line.unit, choice.answers))
            for line in clause.price_lines
        ]
    rows = tuple((str(n), label, unit, "") for n, (label, unit) in enumerate(lines, 1))
    table = Table(
        ("Poste", "Désignation", "Unité", "Prix unitaire hors taxes (€)"),
        rows,
        "rllr",
        caption="Bordereau des prix unitaires",
        widths=(2, 9, 3, 4),
    )
    asked = None if dossier.price.items else "Ajoutez les postes de prix du marché."
    text = Paragraph("Le candidat remplit chaque ligne, en euros hors taxes.", comment=asked)
    return (Article("Bordereau", (text, table) if rows else (text,)),)


PARTS: Mapping[str, Callable[[Dossier, Catalogue], tuple[Block, ...]]] = {
    "buyer": _buyer,
    "lots": _lots,
    "candidacy": _candidacy,
    "criteria": _criteria,
    "order": _order,
    "conditions": _conditions,
    "derogations": _derogations,
    "requirements": _own_requirements,
    "contractor": _contractor,
    "amounts": _amounts,
    "signatures": _signatures,
    "prices": _prices,
}
"""What a layout may name in `part`."""
