"""Figures drawn on paper: bars from zero, the amount beside each, nothing by colour alone."""

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from commons.documents import fonts, look
from commons.documents.blocks import Bar, BarFigure
from commons.documents.figures import longest, reading
from commons.documents.flowables import Drawing
from commons.documents.tagging import Element, TaggedCanvas
from commons.documents.typography import printable
from commons.kernel.money import money

BAR_HEIGHT = 37.0
LEGEND_HEIGHT = 17.0
AMOUNT_WIDTH = 92.0
SIZE = 8.8


def bar_figure(figure: BarFigure, parent: Element) -> Flowable:
    """The bars of `figure`, read aloud as its title and its sentence."""
    element = parent.add("Figure", alt=printable(reading(figure)))
    full = longest(figure)
    height = LEGEND_HEIGHT + BAR_HEIGHT * len(figure.bars)

    def draw_on(canvas: TaggedCanvas, width: float) -> None:
        _legend(canvas, height)
        for index, bar in enumerate(figure.bars):
            top = height - LEGEND_HEIGHT - index * BAR_HEIGHT
            _bar(canvas, bar, top, (width - AMOUNT_WIDTH) / full)
        canvas.setStrokeColor(look.INK)
        canvas.setLineWidth(0.7)
        canvas.line(0, 4, 0, height - LEGEND_HEIGHT)

    return Drawing(height, element, draw_on)


def _legend(canvas: TaggedCanvas, height: float) -> None:
    canvas.setLineWidth(0.8)
    canvas.setStrokeColor(look.OCHRE)
    canvas.rect(0, height - 9, 14, 6, fill=0)
    say(canvas, "demandé (contour)", 19, height - 9)
    canvas.setFillColor(look.GREEN)
    canvas.rect(120, height - 9, 14, 6, fill=1, stroke=0)
    say(canvas, "attribué (plein)", 139, height - 9)


def _bar(canvas: TaggedCanvas, bar: Bar, top: float, scale: float) -> None:
    face = fonts.face(fonts.SANS, bold=True)
    say(canvas, fitting(bar.label, face, SIZE, look.TEXT_WIDTH - 4), 4, top - 10, bold=True)
    asked, given = bar.asked_cents * scale, bar.given_cents * scale
    canvas.setLineWidth(0.8)
    canvas.setStrokeColor(look.OCHRE)
    canvas.rect(0, top - 21, max(asked, 0.4), 7, fill=0)
    say(canvas, money(bar.asked_cents), asked + 5, top - 20.5)
    canvas.setFillColor(look.GREEN)
    canvas.rect(0, top - 31, max(given, 0.4), 7, fill=1, stroke=0)
    say(canvas, money(bar.given_cents), given + 5, top - 30.5)


def say(
    canvas: TaggedCanvas,
    text: str,
    x: float,
    y: float,
    size: float = SIZE,
    *,
    bold: bool = False,
    color: Color = look.INK,
) -> None:
    """Write one line from `x`, what the sans serif lacks in the serif."""
    canvas.setFillColor(color)
    for family, part in fonts.pieces(printable(text).replace("\n", " "), fonts.SANS):
        face = fonts.face(family, bold=bold)
        shown = part.replace(fonts.NARROW_SPACE, fonts.NARROW_SPACE_INSIDE)
        canvas.setFont(face, size)
        canvas.drawString(x, y, shown)
        x += stringWidth(shown, face, size)


def fitting(text: str, face: str, size: float, width: float) -> str:
    """`text` on one line of `width` points, its end replaced by « … » where it is too long."""
    shown = printable(text).replace("\n", " ")
    if stringWidth(shown, face, size) <= width:
        return shown
    while shown and stringWidth(f"{shown}…", face, size) > width:
        shown = shown[: -max(1, len(shown) // 40)]
    return f"{shown.rstrip()}…"
