"""What our typefaces can print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.documents import fonts

LATIN = [*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA0, 0x100))]
FRENCH = [*"ŒœŸ€«»–—’‘“”…→•☐☑−", "\u202f", "\u2009", "\u00a0", "\u2011"]
EXTENDED = set(map(chr, range(0x100, 0x180)))
ABSENT = set("ĬĭĲĳŦŧ")
"""Letters of Esperanto-era orthographies and ligatures that the serif does not draw."""


@pytest.mark.parametrize("family", [fonts.SERIF, fonts.SANS])
def test_every_letter_of_western_europe_is_printed(family: str) -> None:
    assert fonts.unprintable("".join(LATIN + FRENCH)) == ()
    assert "".join(part for _, part in fonts.pieces("".join(FRENCH), family)) == "".join(FRENCH)


def test_latin_extended_is_printed_but_for_six_rare_letters() -> None:
    assert set(fonts.unprintable("".join(sorted(EXTENDED)))) <= ABSENT


def test_what_the_sans_lacks_is_set_in_the_serif() -> None:
    assert fonts.pieces("case ☐ ici", fonts.SANS) == [
        (fonts.SANS, "case "),
        (fonts.SERIF, "☐"),
        (fonts.SANS, " ici"),
    ]


def test_an_emoji_is_named_as_unprintable_once() -> None:
    assert fonts.unprintable("🌱 semer 🌱") == ("🌱",)


def test_each_family_ships_with_its_licence() -> None:
    for family in (fonts.SERIF, fonts.SANS):
        licence = (fonts.FOLDER / f"{family}-OFL.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in licence.upper()
        assert len(list(fonts.FOLDER.glob(f"{family}-*.ttf"))) == len(fonts.FACES)


@given(st.text(max_size=60))
def test_cutting_a_text_into_faces_loses_nothing(text: str) -> None:
    assert "".join(part for _, part in fonts.pieces(text, fonts.SANS)) == text
