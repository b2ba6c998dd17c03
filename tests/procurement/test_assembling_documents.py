"""The documents of a purchase, as values."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from commons.content import content_folder
from commons.documents.blocks import (
    Alert,
    Article,
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Table,
)
from commons.kernel.errors import RuleBrokenError
from commons.procurement.assembly import assemble, combine
from commons.procurement.catalogue import Catalogue
from commons.procurement.dossier_file import read_dossier
from commons.procurement.model import Choice, Dossier, Estimate, Waiver


@pytest.fixture(scope="module")
def tools() -> Dossier:
    path = content_folder("examples") / "dossier.yaml"
    return read_dossier(path.read_text(encoding="utf-8"))


def words(blocks: Iterable[Block]) -> str:
    """All the text of `blocks`, one line per piece."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Article():
                lines += [block.title, words(block.blocks)]
            case Paragraph() | Alert() | Heading():
                lines += [str(block.text), getattr(block, "title", "")]
            case Table():
                lines += [*block.head, *(str(cell) for row in block.rows for cell in row)]
            case Items():
                lines += [str(item) for item in block.items]
            case Facts():
                lines += [f"{label} {value}" for label, value in block.rows]
            case _:
                pass
    return "\n".join(lines)


def articles(document: Document) -> list[str]:
    return [block.title for block in document.blocks if isinstance(block, Article)]


def leaves(document: Document) -> Sequence[Block]:
    inside = [
        b for block in document.blocks if isinstance(block, Article) for b in block.blocks
    ]
    return [*document.blocks, *inside]


def test_the_five_documents_come_in_order(tools: Dossier, catalogue: Catalogue) -> None:
    documents = assemble(tools, catalogue)
    assert [document.footer.split(" ")[0] for document in documents] == [
        "RC",
        "CCAP",
        "CCTP",
        "AE",
        "BPU",
    ]
    assert {document.dated for document in documents} == {date(2026, 11, 30)}


def test_the_mandatory_condition_and_criterion_are_there(
    tools: Dossier, catalogue: Catalogue
) -> None:
    rules, terms, *_ = assemble(tools, catalogue)
    assert "Critère environnemental" in articles(rules)
    assert "Condition environnementale" in articles(terms)


def test_documents_refuse_to_leave_out_what_is_mandatory(
    tools: Dossier, catalogue: Catalogue
) -> None:
    kept = tuple(c for c in tools.clauses if c.clause != "exec-environnement")
    with pytest.raises(RuleBrokenError, match="condition d'exécution"):
        assemble(replace(tools, clauses=kept), catalogue)
    price_only = (replace(tools.criteria[0], weight=Decimal(100)),)
    with pytest.raises(RuleBrokenError, match="environnementales"):
        assemble(replace(tools, criteria=price_only), catalogue)


def test_before_the_law_nothing_is_mandatory(tools: Dossier, catalogue: Catalogue) -> None:
    kept = tuple(c for c in tools.clauses if c.clause != "exec-environnement")
    early = replace(tools, clauses=kept, consultation_on=date(2026, 8, 20))
    assert assemble(early, catalogue)


def test_what_was_set_aside_is_printed_with_its_reason(
    tools: Dossier, catalogue: Catalogue
) -> None:
    kept = tuple(c for c in tools.clauses if c.clause != "exec-environnement")
    reason = "Analyse du service juridique jointe au dossier."
    waived = replace(tools, clauses=kept, waivers=(Waiver("E3", reason),))
    terms = assemble(waived, catalogue)[1]
    (alert,) = [b for b in terms.blocks if isinstance(b, Alert) and b.kind == "caution"]
    assert reason in str(alert.text)


def test_a_blank_without_answer_is_refused_even_set_aside(
    tools: Dossier, catalogue: Catalogue
) -> None:
    blank = tuple(replace(c, answers={}) for c in tools.clauses)
    dossier = replace(tools, clauses=blank, waivers=(Waiver("X1", "On verra plus tard."),))
    with pytest.raises(RuleBrokenError, match="besoin-objet-commun"):
        assemble(dossier, catalogue)


def test_the_table_of_criteria_has_weights_parts_and_total(
    tools: Dossier, catalogue: Catalogue
) -> None:
    rules = assemble(tools, catalogue)[0]
    table = next(b for b in leaves(rules) if isinstance(b, Table) and b.total)
    assert table.total == ("Total", "100 %")
    assert ("Environnement", "20 %") in table.rows
    assert ("dont : Documentation et accueil", "4,5 %") in table.rows
    scales = [b for b in leaves(rules) if isinstance(b, Table) and b.head[0] == "Note"]
    assert len(scales) == 3


def test_the_terms_end_with_the_articles_of_the_ccag_they_set_aside(
    tools: Dossier, catalogue: Catalogue
) -> None:
    def last(dossier: Dossier) -> str:
        return words(assemble(dossier, catalogue)[1].blocks[-1:])

    assert "CCAG-TIC, art. 46\nrégime des résultats\nà vérifier" in last(tools)
    assert "CCAG-PI, art. 35" in last(replace(tools, ccag="PI"))
    assert "ne déroge à aucun article du CCAG-FCS" in last(replace(tools, ccag="FCS"))
    assert "aucun CCAG" in last(replace(tools, ccag="none"))


def test_a_ccag_the_contract_does_not_use_is_never_cited(
    tools: Dossier, catalogue: Catalogue
) -> None:
    text = words(assemble(replace(tools, ccag="none"), catalogue)[1].blocks)
    assert "CCAG-TIC" not in text


def test_what_nobody_checked_is_shown_as_to_be_verified(
    tools: Dossier, catalogue: Catalogue
) -> None:
    terms = assemble(tools, catalogue)[1]
    (alert,) = [b for b in terms.blocks if isinstance(b, Alert)]
    assert alert.kind == "unverified"
    assert "à vérifier" in str(alert.text)


def test_every_clause_bears_its_basis_and_what_a_person_must_decide(
    tools: Dossier, catalogue: Catalogue
) -> None:
    titles = {catalogue.clauses[choice.clause].title for choice in tools.clauses}
    seen = set()
    for document in assemble(tools, catalogue):
        for block in document.blocks:
            if isinstance(block, Article) and block.title in titles:
                first, *_, last = block.blocks
                assert isinstance(first, Paragraph)
                assert isinstance(last, Paragraph)
                assert first.comment
                assert last.note
                seen.add(block.title)
    assert seen == titles


def test_the_estimated_amount_is_in_no_document(tools: Dossier, catalogue: Catalogue) -> None:
    secret = replace(tools, estimate=Estimate(Decimal("84321.00")))
    for document in assemble(secret, catalogue):
        text = words(document.blocks).replace("\u202f", "").replace(" ", "")
        assert "84321" not in text


def test_an_order_without_competition_has_no_consultation_rules(
    tools: Dossier, catalogue: Catalogue
) -> None:
    answers = {
        "objet": "l'adaptation du logiciel",
        "montant": "12 000",
        "consultes": "trois prestataires",
        "motif": "délai tenu",
    }
    order = replace(
        tools,
        procedure="below-threshold",
        estimate=Estimate(Decimal(12000)),
        criteria=(),
        clauses=(Choice("exec-environnement"), Choice("achat-faible-montant", answers=answers)),
    )
    documents = assemble(order, catalogue)
    assert [document.footer.split(" ")[0] for document in documents] == [
        "CCAP",
        "CCTP",
        "AE",
        "BPU",
    ]
    assert "Commande sous le seuil de dispense" in articles(documents[0])


def test_an_answer_with_braces_stays_as_it_was_typed(
    tools: Dossier, catalogue: Catalogue
) -> None:
    typed = "la mesure {mesure_2} et {inconnue}"
    clauses = tuple(
        replace(c, answers={"mesure_1": typed}) if c.clause == "exec-environnement" else c
        for c in tools.clauses
    )
    terms = assemble(replace(tools, clauses=clauses), catalogue)[1]
    assert typed in words(terms.blocks)


def test_one_combined_document_holds_all_of_them(tools: Dossier, catalogue: Catalogue) -> None:
    documents = assemble(tools, catalogue)
    whole = combine(tools, documents)
    parts = [b.text for b in whole.blocks if isinstance(b, Heading) and b.level == 1]
    assert parts == [document.title for document in documents]
    assert articles(whole) == [title for document in documents for title in articles(document)]
    assert assemble(tools, catalogue) == documents
