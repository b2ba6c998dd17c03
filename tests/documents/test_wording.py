"""Small words: dates, amounts, accents, numbers of articles."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.documents.blocks import Article, Heading, Paragraph
from commons.documents.dates import in_french
from commons.documents.links import safe_href
from commons.documents.outline import article_depth, entries
from commons.documents.typography import printable
from commons.kernel.errors import InputError
from commons.kernel.money import money


def test_the_first_of_a_month_has_its_ordinal() -> None:
    assert in_french(date(2027, 1, 1)) == "1er\u00a0janvier 2027"
    assert in_french(date(2026, 11, 23)) == "23\u00a0novembre 2026"


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00\u00a0€"),
        (5, "0,05\u00a0€"),
        (125_000, "1\u202f250,00\u00a0€"),
        (123_456_789, "1\u202f234\u202f567,89\u00a0€"),
        (-5, "−0,05\u00a0€"),
    ],
)
def test_amounts_are_written_as_french_does(cents: int, written: str) -> None:
    assert money(cents) == written


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_no_cent_is_lost_in_writing_an_amount(cents: int) -> None:
    digits = "".join(c for c in money(cents) if c.isdigit())
    assert int(digits) == abs(cents)


def test_accents_are_composed_and_invisible_marks_dropped() -> None:
    assert printable("e\u0301te\u0301\u200b\ufeff") == "été"
    assert printable("a\r\nb\rc\td") == "a\nb\nc d"


@given(st.text(st.characters(exclude_categories=["C"]), max_size=50))
def test_what_can_be_read_is_kept(text: str) -> None:
    assert printable(text) == unicodedata.normalize("NFC", text)


@given(
    st.sampled_from("\x00\x01\x07\x1b\x7f\x85\u202a\u202e\u2066\ufffe"),
    st.text("ab", max_size=9),
)
def test_an_invisible_character_is_named_with_its_place(bad: str, before: str) -> None:
    with pytest.raises(InputError, match=f"U\\+{ord(bad):04X}, en position {len(before) + 1}"):
        printable(f"{before}{bad}b")


def test_a_bis_keeps_the_number_of_the_article_before() -> None:
    blocks = (Article("Un", ()), Article("Un bis", (), bis=True), Article("Deux", ()))
    labels = [entry.label for _, entry in entries(blocks) if entry]
    assert labels == ["Article 1", "Article 1 bis", "Article 2"]


def test_a_preamble_does_not_hold_the_articles_after_it() -> None:
    text = Paragraph("x")
    assert article_depth((Heading("Préambule"), text, Article("Un", ()))) == 1
    assert article_depth((Heading("Partie"), Article("Un", ()))) == 2


@pytest.mark.parametrize("href", ["https://a.example/b?c=d&e=f", "mailto:a@b.example"])
def test_web_and_mail_links_are_kept(href: str) -> None:
    assert safe_href(href) == href


@pytest.mark.parametrize(
    "href", [None, "", "javascript:x", "data:text/html,x", "https://a b", 'https://a"b', "/x"]
)
def test_other_links_are_not(href: str | None) -> None:
    assert safe_href(href) is None
