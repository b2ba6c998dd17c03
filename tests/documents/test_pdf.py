"""PDF: an archive that reads aloud, carries its data and never changes by itself."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf.pdfa import validate_written
from tests.programs import program

from commons.documents.blocks import (
    Article,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Run,
    Table,
)
from commons.documents.pdf import render_pdf
from commons.kernel.errors import InputError

DAY = date(2026, 11, 23)
LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=("Cc", "Cf"))
WORDS = st.text(LETTERS, max_size=400)


@pytest.fixture(scope="module")
def rendered(minutes: Document) -> bytes:
    return render_pdf(minutes)


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


@dataclass(frozen=True)
class Node:
    kind: str
    words: str
    alt: str


def nodes(node: pikepdf.Object) -> Iterator[Node]:
    words, alt = (str(node.get(key, "")) for key in ("/ActualText", "/Alt"))
    yield Node(str(node.S).removeprefix("/"), words, alt)
    for kid in node.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from nodes(kid)


def structure(content: bytes) -> list[Node]:
    with opened(content) as pdf:
        return list(nodes(pdf.Root.StructTreeRoot.K))


def printed(content: bytes, folder: Path) -> str:
    file = folder / "document.pdf"
    file.write_bytes(content)
    command = [program("pdftotext"), "-layout", str(file), "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def small(*blocks: Paragraph | Items | Table | Facts) -> Document:
    return Document("Note", (Article("Objet", blocks),), DAY)


def test_the_same_document_gives_the_same_bytes(minutes: Document, rendered: bytes) -> None:
    assert render_pdf(minutes) == rendered


def test_an_unvalidated_draft_has_the_same_bytes(minutes: Document, rendered: bytes) -> None:
    assert render_pdf(minutes, validate=False) == rendered


def test_the_file_is_a_valid_pdf_a_3b(rendered: bytes) -> None:
    report = validate_written(BytesIO(rendered), "3b")
    assert report.passed, report.findings


def test_only_our_typefaces_are_embedded(rendered: bytes) -> None:
    with opened(rendered) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        names = {str(o.BaseFont) for o in fonts if o.get("/Type") == "/Font"}
        embedded = {str(o.FontName) for o in fonts if "/FontFile2" in o}
    assert names == embedded
    assert all("SourceSerif4" in name or "AtkinsonHyperlegible" in name for name in names)
    assert b"Helvetica" not in rendered


def test_the_file_says_its_title_language_and_only_its_own_date(rendered: bytes) -> None:
    with opened(rendered) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo.Title) == "Procès-verbal du tour"
        metadata = pdf.Root.Metadata.read_bytes().decode()
    assert metadata.count("2026-11-23T12:00:00") == 3


def test_the_data_is_attached_as_the_source_of_the_document(rendered: bytes) -> None:
    with opened(rendered) as pdf:
        attached = pdf.attachments["tour.json"]
        assert attached.get_file().read_bytes() == b'{"rounds":1}'
        assert str(attached.obj.AFRelationship) == "/Data"
        assert len(pdf.Root.AF) == 1


def test_the_structure_has_headings_lists_tables_and_a_described_figure(
    rendered: bytes,
) -> None:
    found = structure(rendered)
    kinds = {node.kind for node in found}
    assert {"Document", "H1", "H2", "P", "L", "LI", "Lbl", "LBody", "Link"} <= kinds
    assert {"Table", "TR", "TH", "TD", "Figure", "TOC", "TOCI"} <= kinds
    figure = next(node for node in found if node.kind == "Figure")
    assert "Deux demandes sur trois" in figure.alt


def test_words_are_whole_in_the_structure_though_lines_break(rendered: bytes) -> None:
    said = [node.words for node in structure(rendered)]
    assert any("s’en occupent : 1\u202f250,00" in words for words in said)
    assert "Article 1 bis – Mandat" in said


def test_every_mark_on_a_page_belongs_to_the_structure(rendered: bytes) -> None:
    with opened(rendered) as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        for index, page in enumerate(pdf.pages):
            content = page.Contents.read_bytes()
            assert content.count(b" BDC") == len(numbers[2 * index + 1])
            assert content.count(b"EMC") == content.count(b" BDC") + content.count(b" BMC")


def test_a_long_document_has_a_table_of_contents_and_a_short_one_none(
    rendered: bytes,
) -> None:
    assert "TOC" in {node.kind for node in structure(rendered)}
    short = render_pdf(small(Paragraph("Bonjour.")))
    assert "TOC" not in {node.kind for node in structure(short)}


def test_a_document_of_many_short_lines_has_its_table_of_contents_too() -> None:
    lines = tuple(Paragraph("a") for _ in range(260))
    assert "TOC" in {node.kind for node in structure(render_pdf(small(*lines)))}


def test_pages_are_numbered_out_of_their_total(rendered: bytes, tmp_path: Path) -> None:
    with opened(rendered) as pdf:
        pages = len(pdf.pages)
    text = printed(rendered, tmp_path)
    assert all(f"page {n} / {pages}" in text for n in range(1, pages + 1))


def test_a_table_repeats_its_head_on_each_page(rendered: bytes, tmp_path: Path) -> None:
    pages = [page for page in printed(rendered, tmp_path).split("\f") if "Ligne " in page]
    assert len(pages) > 1
    assert all("Demandé" in page for page in pages)


def test_signatures_stand_on_the_page_of_their_last_article(
    rendered: bytes, tmp_path: Path
) -> None:
    pages = printed(rendered, tmp_path).split("\f")
    signed = next(page for page in pages if "Pour Ville de Saint-Ouvert" in page)
    assert "Différends" in signed.replace("Sommaire", "")


def test_copied_text_keeps_its_words(rendered: bytes, tmp_path: Path) -> None:
    text = printed(rendered, tmp_path)
    assert "celles et ceux qui s’en occupent" in " ".join(text.split())
    assert "Code de vérification : 8F3A-22C1-90BD" in text


def test_narrow_spaces_have_their_true_name_in_the_file(rendered: bytes) -> None:
    with opened(rendered) as pdf:
        maps = [
            item.ToUnicode.read_bytes()
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item
        ]
    assert any(b"<202F>" in each for each in maps)
    assert not any(b"<E02F>" in each for each in maps)


@pytest.mark.parametrize("length", [300, 3000])
def test_a_very_long_word_wraps_inside_the_column(length: int, tmp_path: Path) -> None:
    word = "é" * length
    cell = Table(("Mot", "Note"), ((word, "court"),), "ll")
    content = render_pdf(
        small(Paragraph(word), Items((word,)), cell, Facts(((word[:90], word),)))
    )
    assert printed(content, tmp_path).count("é") >= 4 * length


def test_a_line_end_typed_in_a_text_is_kept() -> None:
    content = render_pdf(small(Paragraph("Première ligne\nSeconde ligne")))
    assert validate_written(BytesIO(content), "3b").passed


@pytest.mark.parametrize("bad", ["\x00", "\x1b[31m", "\u202e", "\ud800", "\ue000"])
def test_a_character_that_is_not_one_to_read_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match=r"U\+"):
        render_pdf(small(Paragraph(f"Jardin{bad}")))


def test_a_character_without_a_glyph_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="🌱"):
        render_pdf(small(Paragraph("Semer 🌱 ensemble")))


def test_markup_in_a_text_is_printed_and_not_obeyed(tmp_path: Path) -> None:
    typed = "<b>gras</b> & <font size=99>x</font> {blanc} %s </para>"
    assert typed in printed(render_pdf(small(Paragraph(typed))), tmp_path)


def test_a_script_link_becomes_plain_words() -> None:
    content = render_pdf(small(Paragraph((Run("ici", href="javascript:alert(1)"),))))
    assert b"javascript" not in content
    with opened(content) as pdf:
        assert all("/Annots" not in page for page in pdf.pages)


def test_an_empty_document_still_validates() -> None:
    content = render_pdf(Document("", (), DAY))
    assert validate_written(BytesIO(content), "3b").passed


def test_headings_may_start_at_any_level() -> None:
    blocks = (Heading("Section", 2), Paragraph("x"), Heading("Partie"), Article("Objet", ()))
    assert render_pdf(Document("Note", blocks, DAY))


def test_a_row_taller_than_a_page_is_continued(tmp_path: Path) -> None:
    tall = "mot " * 3000
    content = render_pdf(small(Table(("A", "B"), ((tall, "x"),), "ll")))
    assert printed(content, tmp_path).count("mot") >= 3000


@settings(max_examples=12, deadline=None)
@given(title=WORDS, body=WORDS, item=WORDS)
def test_any_western_text_gives_a_valid_file(title: str, body: str, item: str) -> None:
    blocks = (Article(title, (Paragraph(body), Items((item,)))),)
    content = render_pdf(replace(small(), title=title, blocks=blocks))
    assert validate_written(BytesIO(content), "3b").passed
