"""How a document looks on paper: page, colours, styles of paragraph."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from commons.documents import fonts

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 28 * mm
MARGIN_TOP = 24 * mm
MARGIN_BOTTOM = 26 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
TEXT_HEIGHT = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM
SOME_LINES = 54.0
"""Room for three lines of text, or the head and the first row of a table."""

INK_HEX, LINE_HEX, GREEN_HEX, OCHRE_HEX = "1c2321", "d9d5c9", "1f5f4a", "8a5a00"
INK = HexColor(f"#{INK_HEX}")
SOFT_INK = HexColor("#4d5753")
LINE = HexColor(f"#{LINE_HEX}")
PAPER = HexColor("#fbfaf6")
GREEN = HexColor(f"#{GREEN_HEX}")
GREEN_WASH = HexColor("#f0f5f1")
OCHRE = HexColor(f"#{OCHRE_HEX}")
OCHRE_WASH = HexColor("#fff4d6")

ALERTS = {
    "note": ("À noter", GREEN, GREEN_WASH),
    "caution": ("Attention", OCHRE, OCHRE_WASH),
    "unverified": ("À vérifier", OCHRE, OCHRE_WASH),
}
"""The word, the rule and the wash of each kind of alert; the word carries the meaning."""


@dataclass(frozen=True, slots=True)
class Look:
    """A style of paragraph, before reportlab. Sizes in points."""

    family: str = fonts.SERIF
    size: float = 10.8
    leading: float = 15.6
    bold: bool = False
    color: Color = INK
    before: float = 0
    after: float = 6
    left: float = 0
    right: float = 0
    align: int = 0
    keeps_next: bool = False
    """Never last on a page: some of what follows comes with it."""


BODY = Look()
NOTE = Look(family=fonts.SANS, size=8.6, leading=12, color=SOFT_INK, before=1, after=6)
ITEM = replace(BODY, left=15, after=3.2)
TITLE = Look(family=fonts.SANS, size=23, leading=28, bold=True, after=5)
SUBTITLE = Look(family=fonts.SANS, size=12.5, leading=17, color=SOFT_INK, after=10)
MASTHEAD = Look(family=fonts.SANS, size=9.4, leading=13.4, after=0)
HEADINGS = {
    1: Look(
        family=fonts.SANS,
        size=13.6,
        leading=17.6,
        bold=True,
        color=GREEN,
        before=15,
        after=5,
        keeps_next=True,
    ),
    2: Look(
        family=fonts.SANS,
        size=11.6,
        leading=15.4,
        bold=True,
        before=11,
        after=4,
        keeps_next=True,
    ),
    3: Look(
        family=fonts.SANS,
        size=10.6,
        leading=14,
        bold=True,
        before=8,
        after=3,
        keeps_next=True,
    ),
}
PART = replace(HEADINGS[1], size=16, leading=20, color=INK, before=20, after=7)
CELL = Look(family=fonts.SANS, size=9.2, leading=12.6, after=0)
HEAD_CELL = replace(CELL, bold=True, color=INK)
CAPTION = Look(
    family=fonts.SANS, size=9.2, leading=12.6, bold=True, before=8, after=4, keeps_next=True
)
CONTENTS = Look(family=fonts.SANS, size=9.8, leading=15, after=0, right=30)
ALIGN = {"l": 0, "c": 1, "r": 2}


@cache
def style(look: Look) -> ParagraphStyle:
    """The form reportlab wants a look in, always one of our faces."""
    face = fonts.face(look.family, bold=look.bold)
    options: dict[str, Any] = {
        "fontName": face,
        "bulletFontName": face,
        "fontSize": look.size,
        "leading": look.leading,
        "textColor": look.color,
        "spaceBefore": look.before,
        "spaceAfter": look.after,
        "leftIndent": look.left,
        "rightIndent": look.right,
        "alignment": look.align,
        "splitLongWords": 1,
        "allowWidows": 0,
        "allowOrphans": 0,
        "linkUnderline": 1,
        "underlineWidth": 0.5,
    }
    return ParagraphStyle(f"{face}-{look.size}", **options)
