"""DOCX: made to be edited, with numbering that follows."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from commons.documents.blocks import Article, Document, Heading, Paragraph
from commons.documents.docx import ZIP_DATE, render_docx
from commons.documents.typography import printable
from commons.kernel.errors import InputError

LETTERS = st.characters(max_codepoint=0x2FFF, categories=["L", "N", "P", "Z"])
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def rendered(minutes: Document) -> bytes:
    return render_docx(minutes)


def part(content: bytes, name: str) -> str:
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


def styled(content: bytes) -> list[tuple[str, str]]:
    """The style and the words of each paragraph."""
    word = docx.Document(BytesIO(content))
    return [(str(p.style.name), p.text) for p in word.paragraphs if p.style is not None]


def test_the_same_document_gives_the_same_bytes(minutes: Document, rendered: bytes) -> None:
    assert render_docx(minutes) == rendered


def test_nothing_inside_has_another_date_than_the_document(rendered: bytes) -> None:
    with ZipFile(BytesIO(rendered)) as archive:
        assert {info.date_time for info in archive.infolist()} == {ZIP_DATE}
    assert part(rendered, "docProps/core.xml").count("2026-11-23T12:00:00Z") == 2
    assert 'w:date="2026-11-23T12:00:00Z"' in part(rendered, "word/comments.xml")


def test_articles_are_numbered_by_the_word_processor(rendered: bytes) -> None:
    titles = [words for style, words in styled(rendered) if style == "Heading 1"]
    assert titles[:2] == ["Parties", "Budget"]
    numbering = part(rendered, "word/numbering.xml")
    assert 'w:lvlText w:val="Article %1 –"' in numbering
    assert 'w:lvlText w:val="Article %1 bis –"' in numbering
    assert '<w:pStyle w:val="Heading1"/>' in numbering


def test_the_style_of_articles_points_to_the_numbering(rendered: bytes) -> None:
    word = docx.Document(BytesIO(rendered))
    tied = {}
    for name in ("Heading 1", "Article bis", "Titre sans numéro"):
        numbered = word.styles[name].element.pPr.numPr
        tied[name] = (numbered.ilvl.val, numbered.numId.val)
    assert tied["Heading 1"][0] == 0
    assert tied["Article bis"] == (1, tied["Heading 1"][1])
    assert tied["Titre sans numéro"][1] == 0


def test_a_heading_beside_the_articles_has_no_number(rendered: bytes) -> None:
    assert ("Titre sans numéro", "Préambule") in styled(rendered)


def test_articles_of_a_document_in_parts_are_second_headings(minutes: Document) -> None:
    blocks = (Heading("Première partie"), Article("Objet", (Paragraph("x"),)))
    found = styled(render_docx(replace(minutes, blocks=blocks)))
    assert ("Heading 1", "Première partie") in found
    assert ("Heading 2", "Objet") in found


def test_the_head_of_a_table_repeats_and_rows_do_not_part(rendered: bytes) -> None:
    table = docx.Document(BytesIO(rendered)).tables[0]
    marks = [{child.tag for child in row._tr.get_or_add_trPr()} for row in table.rows]
    assert [qn("w:tblHeader") in each for each in marks] == [True] + [False] * 71
    assert all(qn("w:cantSplit") in each for each in marks)
    assert table.rows[-1].cells[0].text == "Total"


def test_what_must_be_decided_is_a_comment_in_the_margin(rendered: bytes) -> None:
    comments = list(docx.Document(BytesIO(rendered)).comments)
    assert [comment.text for comment in comments] == ["Vérifiez le mandat."]


def test_each_numbered_list_counts_from_one(rendered: bytes) -> None:
    body = part(rendered, "word/document.xml")
    numbers = re.findall(
        r'<w:pStyle w:val="ListNumber"/><w:numPr>.*?w:numId w:val="(\d+)"', body
    )
    assert len(numbers) == 3
    assert numbers[0] == numbers[1] != numbers[2]


def test_pages_are_numbered_by_fields(rendered: bytes) -> None:
    footer = next(n for n in ZipFile(BytesIO(rendered)).namelist() if "footer" in n)
    assert 'w:instr="PAGE"' in part(rendered, footer)
    assert 'w:instr="NUMPAGES"' in part(rendered, footer)


def test_the_last_article_is_kept_with_the_signatures(rendered: bytes) -> None:
    written = docx.Document(BytesIO(rendered)).paragraphs
    last = max(n for n, paragraph in enumerate(written) if paragraph.text == "Différends")
    assert all(
        paragraph.paragraph_format.keep_with_next for paragraph in written[last : last + 2]
    )


def test_a_link_is_a_real_link(rendered: bytes) -> None:
    assert "https://poudrerie.example/journal?a=1&amp;b=2" in part(
        rendered, "word/_rels/document.xml.rels"
    )


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\u202e", "\ud800"])
def test_a_character_that_is_not_one_to_read_is_refused(minutes: Document, bad: str) -> None:
    with pytest.raises(InputError, match=r"U\+"):
        render_docx(replace(minutes, blocks=(Paragraph(f"Jardin{bad}"),)))


@settings(max_examples=8, deadline=None)
@given(st.text(LETTERS, max_size=200))
def test_what_was_written_is_what_is_read(text: str) -> None:
    content = render_docx(Document("Note", (Paragraph(text),), DAY))
    assert styled(content)[-1] == ("Normal", printable(text))
