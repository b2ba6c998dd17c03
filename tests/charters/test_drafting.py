"""From answers to a charter: which articles, what they say, what may not be said."""

import json
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf.pdfa import validate_written

from commons.charters.model import CharterModel
from commons.charters.rules import charter_data, check_answers, draft_charter, questions
from commons.documents.blocks import Article, Document, Heading, Paragraph, Signatures
from commons.documents.docx import render_docx
from commons.documents.html import render_html
from commons.documents.outline import entries
from commons.documents.pdf import render_pdf
from commons.documents.printing import texts
from commons.documents.typography import printable
from commons.kernel.errors import InputError

Draft = Callable[..., Document]
DAY = date(2026, 11, 23)
BLANK = re.compile(r"\{[a-z_0-9]+\}")


def titles(document: Document) -> list[str]:
    return [entry.text for _, entry in entries(document.blocks) if entry and entry.article]


def said(document: Document) -> str:
    return " ".join(" ".join(texts(document)).split())


def refused(draft: Draft, answers: dict[str, object]) -> dict[str, str]:
    with pytest.raises(InputError) as fault:
        draft(answers)
    return {error.field: str(error.text) for error in fault.value.errors}


def test_a_collective_gets_article_1_bis_and_the_fifteen_others(
    draft: Draft, garden: dict[str, object]
) -> None:
    found = titles(draft(garden))
    assert found[:3] == [
        "Article 1 – Parties",
        "Article 1 bis – Signataires, mandat et porteur",
        "Article 2 – Le commun concerné",
    ]
    assert found[-1] == "Article 15 – Différends"
    assert len(found) == 16


def test_an_association_signs_by_its_representative_without_article_1_bis(
    draft: Draft, association: dict[str, object]
) -> None:
    document = draft(association)
    assert not any("bis" in title for title in titles(document))
    signing = next(block for block in document.blocks if isinstance(block, Signatures))
    assert [(party.name, party.quality) for party in signing.parties] == [
        ("Claire Morel", "maire"),
        ("Yann Le Goff", "président"),
    ]


def test_every_member_of_a_collective_signs(draft: Draft, garden: dict[str, object]) -> None:
    signing = next(b for b in draft(garden).blocks if isinstance(b, Signatures))
    assert [party.name for party in signing.parties] == [
        "Claire Morel",
        "Amina Belkacem",
        "Yann Le Goff",
        "Lucie Nguyen",
    ]
    assert signing.parties[3].quality == "trésorière du collectif"


def test_agents_and_data_have_their_article_only_if_committed(
    draft: Draft, garden: dict[str, object]
) -> None:
    found = titles(draft(garden | {"public_commitments": ["visibility"]}))
    assert not any("Agents" in title or "Données" in title for title in found)
    assert found[-1] == "Article 13 – Différends"


def test_the_scope_always_says_no_money_no_order_no_exclusivity(
    draft: Draft, garden: dict[str, object], association: dict[str, object]
) -> None:
    for answers in (garden, association, association | {"public_commitments": ["guarantor"]}):
        text = said(draft(answers))
        assert "aucun engagement financier" in text
        assert "ne vaut ni commande, ni subvention, ni promesse de commande" in text
        assert "n’accorde aucune exclusivité" in text
        assert "passera par le code de la commande publique" in text


def test_what_nobody_has_read_in_the_law_says_so(
    draft: Draft, garden: dict[str, object]
) -> None:
    text = said(draft(garden))
    assert "art. L2121-29 (à vérifier)" in text
    assert "art. L113-9 (à vérifier)" not in text


def test_an_optional_answer_left_out_leaves_no_trace(
    draft: Draft, garden: dict[str, object]
) -> None:
    del garden["carrier_name"], garden["carrier_siret"], garden["commons_licence"]
    text = said(draft(garden))
    assert "porteur juridique" not in text
    assert "Licence de ses contenus" not in text


def test_a_carrier_without_its_siret_is_refused(
    draft: Draft, garden: dict[str, object]
) -> None:
    del garden["carrier_siret"]
    assert "SIRET" in refused(draft, garden)["carrier_siret"]


def test_a_missing_answer_is_refused_by_its_name_and_question(
    draft: Draft, garden: dict[str, object]
) -> None:
    del garden["mediator"]
    garden["territory"] = "   "
    found = refused(draft, garden)
    assert set(found) == {"mediator", "territory"}
    assert "médiateur" in found["mediator"]


def test_every_fault_is_told_at_once(draft: Draft, garden: dict[str, object]) -> None:
    garden |= {"public_siret": "123", "duration_months": 48, "principles": ["openness"]}
    found = refused(draft, garden)
    assert set(found) == {"public_siret", "duration_months", "principles"}
    assert "il en faut 14" in found["public_siret"]
    assert "de 2 à 36" in found["duration_months"]


def test_an_answer_to_no_question_is_refused(draft: Draft, garden: dict[str, object]) -> None:
    assert set(refused(draft, garden | {"price": "10"})) == {"price"}


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("public_other_commitments", "verser 2 000 € par an"),
        ("public_other_commitments", "Acheter les récoltes du jardin"),
        ("public_other_commitments", "accorder une SUBVENTION"),
        ("public_other_commitments", "réserver au commun l'Exclusivité du terrain"),
        ("commons_other_commitments", "fournir ses légumes pour 300 euros"),
    ],
)
def test_a_promise_of_money_purchase_or_exclusivity_is_refused(
    draft: Draft, garden: dict[str, object], field: str, item: str
) -> None:
    assert "une charte" in refused(draft, garden | {field: [item]})[field]


def test_a_word_that_only_looks_like_a_promise_passes(
    draft: Draft, garden: dict[str, object]
) -> None:
    answers = garden | {"public_other_commitments": ["tenir un stand au marché européen"]}
    assert "marché européen" in said(draft(answers))


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\u202e"])
def test_an_invisible_character_in_an_answer_is_refused_by_its_field(
    draft: Draft, garden: dict[str, object], bad: str
) -> None:
    assert "invisible" in refused(draft, garden | {"mediator": f"la{bad}Maison"})["mediator"]


def test_all_three_formats_are_made_and_stay_the_same(
    draft: Draft, garden: dict[str, object]
) -> None:
    document = draft(garden)
    pdf = render_pdf(document)
    assert pdf == render_pdf(draft(garden))
    assert render_docx(document) == render_docx(draft(garden))
    assert validate_written(BytesIO(pdf), "3b").passed
    assert not BLANK.search(render_html(document))


def test_the_machine_form_names_every_article_by_its_hash(
    partnership: CharterModel, garden: dict[str, object], draft: Draft
) -> None:
    answers = check_answers(partnership, garden)
    data = charter_data(partnership, answers, dated=DAY, reference="CHARTE-2026-004")
    told = json.loads(data)
    assert [each["number"] for each in told["articles"]][:3] == ["1", "1 bis", "2"]
    assert all(re.fullmatch("[0-9a-f]{64}", each["sha256"]) for each in told["articles"])
    assert told["answers"]["starts_on"] == "2027-01-01"
    attached = draft(garden).attachments[0]
    assert attached.content == data
    assert data.decode() == json.dumps(
        told, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def test_the_order_in_which_answers_come_changes_nothing(
    draft: Draft, garden: dict[str, object]
) -> None:
    turned = dict(reversed(garden.items()))
    turned["principles"] = list(reversed(["openness", "reciprocity", "subsidiarity"]))
    garden["principles"] = ["openness", "reciprocity", "subsidiarity"]
    assert draft(turned) == draft(garden)


def test_what_people_must_weigh_is_a_comment(draft: Draft, garden: dict[str, object]) -> None:
    articles = [block for block in draft(garden).blocks if isinstance(block, Article)]
    firsts = [a.blocks[0] for a in articles]
    comments = [first.comment for first in firsts if isinstance(first, Paragraph)]
    assert any(comment and "Article conseillé" in comment for comment in comments)


def test_annexes_come_after_the_signatures(draft: Draft, garden: dict[str, object]) -> None:
    blocks = draft(garden).blocks
    signed = next(n for n, block in enumerate(blocks) if isinstance(block, Signatures))
    assert isinstance(blocks[signed - 1], Article)
    assert isinstance(blocks[signed + 1], Heading)


def test_a_question_appears_with_its_article(partnership: CharterModel) -> None:
    nothing = {ask.name for ask in questions(partnership, {})}
    assert "agent_hours" not in nothing
    assert "signatories" not in nothing
    asked = questions(
        partnership, {"public_commitments": ["agents"], "legal_personality": "non"}
    )
    assert {"agent_hours", "signatories", "mandate_holder"} <= {ask.name for ask in asked}


READABLE = st.characters(categories=["L", "N", "P", "S"])
ANSWERS = st.fixed_dictionaries(
    {
        "legal_personality": st.just("non"),
        "non_enclosure": st.booleans(),
        "assembly_exists": st.booleans(),
        "public_commitments": st.lists(
            st.sampled_from(["places", "agents", "data", "training"]), min_size=1, unique=True
        ),
        "mediator": st.text(
            st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=90
        ),
        "committee_meetings": st.integers(1, 12),
    }
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=ANSWERS)
def test_no_blank_is_ever_left_unfilled(
    partnership: CharterModel, garden: dict[str, object], chosen: dict[str, object]
) -> None:
    document = draft_charter(partnership, garden | chosen, dated=DAY, reference="X")
    typed = printable(str(chosen["mediator"]))
    found = [text for text in texts(document) if BLANK.search(text.replace(typed, ""))]
    assert found == []
    assert f"médiation : {typed}." in said(document)
