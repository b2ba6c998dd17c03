"""The typefaces of the documents, and which characters they can print."""

import re
import threading
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"
SERIF = "SourceSerif4"
SANS = "AtkinsonHyperlegibleNext"
FACES = ("Regular", "Bold", "Italic", "BoldItalic")

NARROW_SPACE = "\u202f"
NARROW_SPACE_INSIDE = "\ue02f"
"""How the fonts also name the narrow no-break space.

reportlab breaks lines at U+202F as if it were an ordinary space, which would part
« 1 250 » in two. The finished file is told the true name again.
"""

_registering = threading.Lock()


def face(family: str, *, bold: bool = False, italic: bool = False) -> str:
    """The name of a face, once reportlab knows all of them."""
    _register()
    return f"{family}-{('Bold' if bold else '') + ('Italic' if italic else '') or 'Regular'}"


@cache
def _register() -> None:
    with _registering:
        if f"{SANS}-{FACES[-1]}" in pdfmetrics.getRegisteredFontNames():
            return
        for family in (SERIF, SANS):
            for name in FACES:
                pdfmetrics.registerFont(
                    TTFont(f"{family}-{name}", str(FOLDER / f"{family}-{name}.ttf"))
                )
            pdfmetrics.registerFontFamily(
                f"{family}-Regular",
                normal=f"{family}-Regular",
                bold=f"{family}-Bold",
                italic=f"{family}-Italic",
                boldItalic=f"{family}-BoldItalic",
            )


@cache
def _coverage(family: str) -> frozenset[str]:
    """What every face of `family` can print."""
    _register()
    loaded = (pdfmetrics.getFont(f"{family}-{name}") for name in FACES)
    maps = (font.face.charToGlyph for font in loaded if isinstance(font, TTFont))
    shared = frozenset.intersection(*map(frozenset, maps))
    return frozenset(map(chr, shared)) | {"\n"}


def unprintable(text: str) -> tuple[str, ...]:
    """The characters of `text` that none of our typefaces has, in order of appearance."""
    known = _coverage(SERIF)
    return tuple(dict.fromkeys(c for c in text if c not in known))


@cache
def _missing_from(family: str) -> re.Pattern[str]:
    spare = "".join(sorted(_coverage(SERIF) - _coverage(family)))
    return re.compile(f"([{re.escape(spare)}]+)") if spare else re.compile(r"(?!)")


def pieces(text: str, family: str) -> list[tuple[str, str]]:
    """Cut `text` into (family, part): what `family` lacks is set in the serif."""
    parts = _missing_from(family).split(text)
    return [(SERIF if i % 2 else family, part) for i, part in enumerate(parts) if part]
