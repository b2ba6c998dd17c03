"""HTML: what a page shows, with nothing its author could inject."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.documents.blocks import (
    Alert,
    Article,
    Bar,
    BarFigure,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Run,
    Signature,
    Signatures,
    Table,
)
from commons.documents.html import render_html
from commons.kernel.errors import InputError

DAY = date(2026, 11, 23)
ATTACK = "<script>alert('x')</script>\" onload=\"y"
VOID = {"br", "input"}


class Outline(HTMLParser):
    """Tags that open and close in order, and every attribute seen."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(document: Document) -> Outline:
    parser = Outline()
    parser.feed(render_html(document))
    assert parser.open == []
    return parser


def everything(text: str) -> Document:
    """A document that says `text` in every place there is."""
    return Document(
        text,
        (
            Heading(text),
            Article(
                text,
                (
                    Paragraph((Run(text, bold=True, italic=True, href="https://a.example"),)),
                    Items((text,)),
                    Table((text,), ((text,),), "r", text, (text,)),
                    Facts(((text, text),)),
                    Alert(text, text),
                    BarFigure(text, text, (Bar(text, 100, 50),)),
                ),
            ),
            Signatures((Signature(text, text, text),), text),
        ),
        DAY,
        reference=text,
        subtitle=text,
        parties=(text,),
        code=text,
    )


def test_everything_typed_is_escaped_wherever_it_stands() -> None:
    found = outline(everything(ATTACK))
    assert "script" not in found.seen
    assert "onload" not in found.attributes
    assert "&lt;script&gt;" in render_html(everything(ATTACK))


READABLE = st.characters(exclude_categories=["C"])


@given(st.text(READABLE, max_size=30))
def test_any_text_leaves_the_page_well_formed(text: str) -> None:
    plain = outline(everything("mot"))
    assert outline(everything(text)).seen <= plain.seen | {"br"}


def test_one_of_everything_is_well_formed(minutes: Document) -> None:
    found = outline(minutes)
    wanted = {"h1", "h2", "section", "table", "caption", "thead", "tfoot", "dl", "aside"}
    assert wanted | {"figure", "svg", "details", "ol", "ul", "a"} <= found.seen


def test_articles_are_numbered_as_on_paper(minutes: Document) -> None:
    html = render_html(minutes)
    assert "Article 1 bis – Mandat" in html
    assert "Article 2 – Budget" in html


def test_the_title_may_stand_under_the_title_of_a_page(minutes: Document) -> None:
    html = render_html(minutes, level=2)
    assert "<h1" not in html
    assert "<h2>Procès-verbal du tour</h2>" in html


def test_a_link_other_than_web_or_mail_loses_its_link(minutes: Document) -> None:
    run = Run("ici", href="javascript:alert(1)")
    html = render_html(replace(minutes, blocks=(Paragraph((run,)),)))
    assert "<p>ici</p>" in html


def test_a_nul_is_refused(minutes: Document) -> None:
    with pytest.raises(InputError):
        render_html(replace(minutes, title="Jardin\x00"))


def test_the_same_document_gives_the_same_page(minutes: Document) -> None:
    assert render_html(minutes) == render_html(minutes)
