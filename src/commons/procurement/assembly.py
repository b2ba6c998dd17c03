"""From a dossier to its documents, as values; nothing here knows how they look."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from commons.documents.blocks import Alert, Article, Block, Document, Heading, Leaf, Paragraph
from commons.kernel.errors import FieldError, RuleBrokenError
from commons.kernel.text import t
from commons.procurement.catalogue import (
    BLANK,
    PIECES,
    Catalogue,
    Layout,
    Piece,
    Route,
    Slot,
    Status,
)
from commons.procurement.clause_text import fill
from commons.procurement.french import PRICE_FORMS, PROCEDURES, citation, day
from commons.procurement.model import Choice, Dossier, Finding
from commons.procurement.parts import PARTS, TO_COMPLETE, basis_note
from commons.procurement.rules.law import cite
from commons.procurement.rules.lint import lint

_ALWAYS_BLOCKING = frozenset({"K1", "X1"})
"""A clause that does not exist or a blank without answer: nothing could be written."""

_BLOCKING = frozenset({"E1", "E2", "E3", "K2", *_ALWAYS_BLOCKING})
"""What a document may not leave out, unless a person set it aside with a reason."""

_REVIEW = (
    "Projet à relire par le service juridique ou achats avant publication. Il ne remplace "
    "pas un conseil juridique."
)


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that keep the documents from being made."""
    return tuple(
        finding
        for finding in findings
        if finding.rule in _BLOCKING and (finding.rule in _ALWAYS_BLOCKING or finding.counts)
    )


def _refuse(findings: Sequence[Finding]) -> None:
    if findings:
        raise RuleBrokenError(
            t("Les documents ne peuvent pas être écrits : il manque au dossier ce que voici."),
            [
                FieldError(
                    str(finding.place),
                    t(
                        "{message} {correction}",
                        message=finding.message,
                        correction=finding.correction,
                    ),
                )
                for finding in findings
            ],
        )


def _facts(dossier: Dossier) -> dict[str, str]:
    return {
        "title": dossier.title,
        "reference": dossier.reference,
        "buyer": dossier.buyer.name,
        "need": dossier.need,
        "procedure": PROCEDURES[dossier.procedure],
        "consultation_on": day(dossier.consultation_on),
        "offers_until": day(dossier.offers_until) if dossier.offers_until else "",
        "contact": dossier.buyer.contact,
        "months": f"{dossier.months} mois" if dossier.months else "",
        "price_form": PRICE_FORMS[dossier.price.form],
        "place_of_performance": dossier.place_of_performance,
    }


def _prose(slot: Slot, dossier: Dossier) -> tuple[Block, ...]:
    facts = _facts(dossier)
    missing = [name for name in BLANK.findall(slot.body) if not facts[name]]
    text = BLANK.sub(lambda match: facts[match[1]] or TO_COMPLETE, slot.body).strip()
    comment = "À compléter avant publication." if missing else slot.comment or None
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return (
        Article(
            slot.title,
            tuple(
                Paragraph(part, comment=comment if number == 0 else None)
                for number, part in enumerate(paragraphs)
            ),
        ),
    )


def _clause(choice: Choice, dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    clause = catalogue.clauses[choice.clause]
    text = fill(clause, clause.body(choice.level), choice.answers)
    blocks: list[Leaf] = [Paragraph(text, comment=" ".join(clause.cautions))]
    if clause.kind in {"execution", "specification", "property"}:
        blocks.append(Paragraph(f"Preuve : {clause.evidence}"))
    sources = [citation.source for citation in clause.legal_basis]
    return (Article(clause.title, (*blocks, *basis_note(dossier, catalogue, *sources))),)


def _is_on(route: Route, dossier: Dossier) -> bool:
    return route == "all" or (route == "competitive") == dossier.is_competitive


def _slot(slot: Slot, dossier: Dossier, catalogue: Catalogue) -> tuple[Block, ...]:
    if not _is_on(slot.route, dossier):
        return ()
    if slot.part:
        return PARTS[slot.part](dossier, catalogue)
    if slot.clause:
        choice = dossier.choice(slot.clause)
        return _clause(choice, dossier, catalogue) if choice else ()
    return _prose(slot, dossier)


def _unverified(layout: Layout, dossier: Dossier, catalogue: Catalogue) -> tuple[Alert, ...]:
    """The texts this document cites which nobody has checked yet."""
    doubtful: Status = "AV"
    chosen = [catalogue.clauses[name] for name in layout.clauses if dossier.choice(name)]
    cited = {c.source for clause in chosen for c in clause.legal_basis}
    bases = [
        cite(catalogue, source, dossier.consultation_on)
        for source in sorted(cited)
        if catalogue.sources[source].ccag in {"none", dossier.ccag}
    ]
    named = [citation(basis) for basis in bases if basis.status == doubtful]
    named += [
        f"CCAG-{d.ccag}, art. {d.article} (à vérifier)"
        for clause in chosen
        for d in clause.derogations
        if d.ccag == dossier.ccag and d.status == doubtful
    ]
    if not named:
        return ()
    return (Alert("Textes à vérifier", " ; ".join(named) + ".", kind="unverified"),)


def _set_aside(layout: Layout, findings: Iterable[Finding]) -> tuple[Alert, ...]:
    return tuple(
        Alert(
            f"Constat {finding.rule} mis à l'écart",
            f"{finding.message} Motif : {finding.set_aside}",
            kind="caution",
        )
        for finding in findings
        if finding.rule in _BLOCKING and finding.set_aside and finding.document == layout.piece
    )


def _document(
    layout: Layout, dossier: Dossier, catalogue: Catalogue, findings: Sequence[Finding]
) -> Document:
    blocks: list[Block] = [
        Paragraph(_REVIEW, note=True),
        *_set_aside(layout, findings),
        *_unverified(layout, dossier, catalogue),
    ]
    for section in layout.sections:
        inside = [b for slot in section.slots for b in _slot(slot, dossier, catalogue)]
        if inside:
            blocks += [Heading(section.heading), *inside]
    return Document(
        title=layout.title,
        blocks=tuple(blocks),
        dated=dossier.consultation_on,
        reference=f"{dossier.reference} · {layout.piece}",
        subtitle=dossier.title,
        author=dossier.buyer.name,
        parties=(dossier.buyer.name,),
        footer=f"{layout.piece} · {dossier.reference}",
    )


def wanted(dossier: Dossier, catalogue: Catalogue) -> tuple[Piece, ...]:
    """The documents asked for that this route has, in their order."""
    return tuple(
        piece
        for piece in PIECES
        if (not dossier.documents or piece in dossier.documents)
        and _is_on(catalogue.layouts[piece].route, dossier)
    )


def assemble(dossier: Dossier, catalogue: Catalogue) -> tuple[Document, ...]:
    """The documents asked for, in the order RC, CCAP, CCTP, AE, BPU; all of them by default.

    A purchase without competition has no RC. The estimated amount is in none of them.

    Raises `RuleBrokenError` naming what is missing: an environmental criterion or condition
    where the law asks for one and no reason sets it aside, a clause that does not exist, a
    blank without answer, clauses that contradict each other, criteria for a consultation.
    """
    findings = lint(dossier, catalogue)
    _refuse(blocking(findings))
    pieces = wanted(dossier, catalogue)
    if "RC" in pieces and not dossier.criteria:
        raise RuleBrokenError(
            t("Le règlement de la consultation attend des critères pondérés.")
        )
    return tuple(
        _document(catalogue.layouts[piece], dossier, catalogue, findings) for piece in pieces
    )


def combine(dossier: Dossier, documents: Sequence[Document]) -> Document:
    """One document with each of `documents` as a part, their sections one level below."""
    blocks: list[Block] = []
    for document in documents:
        blocks.append(Heading(document.title))
        blocks += [
            replace(block, level=2) if isinstance(block, Heading) else block
            for block in document.blocks
        ]
    return Document(
        title="Dossier de consultation" if dossier.is_competitive else "Dossier d'achat",
        blocks=tuple(blocks),
        dated=dossier.consultation_on,
        reference=dossier.reference,
        subtitle=dossier.title,
        author=dossier.buyer.name,
        parties=(dossier.buyer.name,),
        footer=dossier.reference,
    )
