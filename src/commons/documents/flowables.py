"""What reportlab lays out, each piece knowing its place in the structure of the document."""

from collections.abc import Callable, Sequence
from typing import Any, cast
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Flowable, Paragraph, Table

from commons.documents import fonts, look
from commons.documents.blocks import Inline, Run
from commons.documents.links import safe_href
from commons.documents.look import Look
from commons.documents.tagging import Element, TaggedCanvas
from commons.documents.typography import printable


def words_of(inline: Inline) -> str:
    text = inline if isinstance(inline, str) else "".join(run.text for run in inline)
    return printable(text)


def markup(inline: Inline, family: str) -> str:
    """Paragraph markup for `inline`, with nothing in it that its author could inject."""
    runs = (Run(inline),) if isinstance(inline, str) else inline
    return "".join(_run_markup(run, family) for run in runs)


def _run_markup(run: Run, family: str) -> str:
    parts = []
    text = printable(run.text).replace(fonts.NARROW_SPACE, fonts.NARROW_SPACE_INSIDE)
    for used, part in fonts.pieces(text, family):
        marked = escape(part).replace("\n", "<br/>")
        if used != family:
            marked = f'<font face="{fonts.face(used)}">{marked}</font>'
        parts.append(marked)
    body = "".join(parts)
    if run.italic:
        body = f"<i>{body}</i>"
    if run.bold:
        body = f"<b>{body}</b>"
    href = safe_href(run.href)
    return f'<a href={quoteattr(href)} color="#{look.GREEN_HEX}">{body}</a>' if href else body


def tagged(flowable: Flowable) -> TaggedCanvas:
    """The canvas on which `flowable` is being drawn; `pdf` gives reportlab no other."""
    return cast("TaggedCanvas", flowable.canv)


class _SpacedText(PDFTextObject):
    """Ends each line with a space, so that copied words do not join at line ends."""

    def _textOut(self, text: str, TStar: int = 0) -> None:  # noqa: N802, N803 -- reportlab's
        super()._textOut(f"{text} " if TStar else text, TStar)  # type: ignore[misc]  # not in stubs


class TaggedParagraph(Paragraph):
    """A paragraph that marks itself; a table head repeated on a page is decoration."""

    element: Element | None = None
    label: "Label | None" = None
    panel: "Panel | None" = None
    keeps_next = False
    bookmark: str = ""
    outline: tuple[str, int] = ("", 0)
    """Its words in the side panel of a reader, and how deep (from 0)."""

    @classmethod
    def of(cls, inline: Inline, shape: Look, element: Element | None) -> "TaggedParagraph":
        text = words_of(inline)
        paragraph = cls(markup(inline, shape.family) or " ", look.style(shape))
        paragraph.element = element
        paragraph.keeps_next = shape.keeps_next
        linked = not isinstance(inline, str) and any(run.href for run in inline)
        if element is not None and not linked:
            element.words = text
        return paragraph

    def beginText(self, x: float, y: float) -> PDFTextObject:  # noqa: N802 -- reportlab's
        return _SpacedText(self.canv, x, y)

    def split(self, width: float, height: float) -> list[Flowable]:
        parts = super().split(width, height)
        for index, part in enumerate(parts):
            if part is not self and isinstance(part, TaggedParagraph):
                part.element, part.panel = self.element, self.panel
                part.label = self.label if index == 0 else None
                part.bookmark = self.bookmark if index == 0 else ""
                part.outline = self.outline
        return parts

    def draw(self) -> None:
        canvas = tagged(self)
        if self.panel is not None:
            with canvas.decorating():
                self.panel.draw(canvas, self.width, self.height)
        if self.bookmark:
            canvas.mark_place(self.bookmark, self.height + 6)
            canvas.addOutlineEntry(self.outline[0], self.bookmark, self.outline[1])
        if self.label is not None:
            self.label.draw(canvas, self.height, self.style)
        if self.element is None or (self.element.is_drawn() and self.element.type == "TH"):
            with canvas.decorating():
                super().draw()
        else:
            with canvas.marking(self.element):
                super().draw()


class Label:
    """What hangs left of an item: a bullet or a number."""

    def __init__(self, text: str, element: Element) -> None:
        self.text, self.element = text, element
        element.words = text

    def draw(self, canvas: TaggedCanvas, height: float, style: ParagraphStyle) -> None:
        face = fonts.face(fonts.SERIF)
        with canvas.marking(self.element):
            canvas.setFont(face, style.fontSize)
            canvas.setFillColor(look.GREEN)
            y = height - style.fontSize * 1.036
            canvas.drawRightString(style.leftIndent - 5, y, self.text)


class Panel:
    """The rule and the wash behind an alert; each paragraph of it draws its own part."""

    def __init__(self, rule: Color, wash: Color, above: float, below: float) -> None:
        self.rule, self.wash, self.above, self.below = rule, wash, above, below

    def draw(self, canvas: TaggedCanvas, width: float, height: float) -> None:
        total = height + self.above + self.below
        canvas.setFillColor(self.wash)
        canvas.rect(0, -self.below, width, total, fill=1, stroke=0)
        canvas.setFillColor(self.rule)
        canvas.rect(0, -self.below, 3, total, fill=1, stroke=0)


class TaggedTable(Table):
    """A table whose grid is decoration; its cells are tagged paragraphs."""

    def __init__(self, data: Sequence[list[Any]], **options: Any) -> None:  # noqa: ANN401 -- reportlab's own
        # Without this reportlab embeds Helvetica, even in cells that hold paragraphs.
        style = [("FONT", (0, 0), (-1, -1), fonts.face(fonts.SANS)), *options.pop("style", [])]
        super().__init__(data, style=style, **options)

    def _drawBkgrnd(self) -> None:  # noqa: N802 -- reportlab's name
        with tagged(self).decorating():
            super()._drawBkgrnd()  # type: ignore[misc]  # not in stubs

    def _drawLines(self) -> None:  # noqa: N802 -- reportlab's name
        with tagged(self).decorating():
            super()._drawLines()  # type: ignore[misc]  # not in stubs


class Rule(Flowable):
    """A hairline across the column."""

    def __init__(self) -> None:
        super().__init__()
        self.spaceBefore, self.spaceAfter = 2, 8

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002
        self.width = width
        return width, 0.6

    def draw(self) -> None:
        with tagged(self).decorating():
            self.canv.setStrokeColor(look.LINE)
            self.canv.setLineWidth(0.6)
            self.canv.line(0, 0, self.width, 0)


class Drawing(Flowable):
    """A figure drawn by `draw_on`, read aloud as the `alt` of its element."""

    def __init__(
        self, height: float, element: Element, draw_on: Callable[[TaggedCanvas, float], None]
    ) -> None:
        super().__init__()
        self.tall, self.element, self.draw_on = height, element, draw_on

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002
        self.width, self.height = width, self.tall
        return width, self.tall

    def draw(self) -> None:
        with tagged(self).marking(self.element):
            self.draw_on(tagged(self), self.width)
