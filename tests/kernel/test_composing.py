"""A letter under a hundred thousand marks is refused at once, wherever text comes in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.file_kinds import kind_of
from commons.kernel.composing import MARKS_MAX, composed, is_stream_safe
from commons.kernel.errors import InputError
from commons.kernel.identifiers import clean_text, slug_of

PILE = "a" + "\u0301\u0327" * 100_000


@given(text=st.text())
def test_what_people_write_is_composed_as_it_always_was(text: str) -> None:
    assert is_stream_safe(text)
    assert composed(text) == unicodedata.normalize("NFC", text)


def test_thirty_marks_pass_and_one_more_does_not() -> None:
    assert composed("a" + "\u0301" * MARKS_MAX)
    with pytest.raises(InputError):
        composed("a" + "\u0301" * (MARKS_MAX + 1))


def test_a_pile_of_marks_is_refused_before_it_is_sorted() -> None:
    with pytest.raises(InputError):
        clean_text(PILE, len(PILE))
    with pytest.raises(InputError):
        slug_of(PILE)
    with pytest.raises(InputError):
        kind_of("x.csv", PILE.encode())
