"""Documents as PDF/A-3b: tagged, with their data attached, the same bytes each time."""

from io import BytesIO
from typing import IO, Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from commons.documents import fonts, look
from commons.documents.blocks import Document
from commons.documents.drawings import fitting, say
from commons.documents.layout import ContentsLine, Layout, lay_out
from commons.documents.pdfa import archive
from commons.documents.printing import check_printable, text_length
from commons.documents.tagging import TaggedCanvas

CONTENTS_FROM_PAGES = 5
"""A table of contents stands in documents of more than four pages."""

_CHARACTERS_PER_PAGE = 2300
"""A first guess only; a wrong one costs a second layout, never a wrong result."""


def render_pdf(document: Document, *, validate: bool = True) -> bytes:
    """A tagged PDF/A-3b file with the attachments of `document` inside.

    The same document gives the same bytes. Validation reads the whole file again and takes
    as long as making it; a draft nobody keeps may do without. Raises `InputError` if a text
    holds a character that our typefaces lack or that is not one to read.
    """
    check_printable(document)
    guess = text_length(document) > _CHARACTERS_PER_PAGE * (CONTENTS_FROM_PAGES - 1)
    made, drawn, pages = _build(document, contents=guess)
    if (pages >= CONTENTS_FROM_PAGES) != guess:
        made, drawn, pages = _build(document, contents=not guess)
    return archive(drawn, document, made.root, validate=validate)


def _build(document: Document, *, contents: bool) -> tuple[Layout, bytes, int]:
    made = lay_out(document, contents=contents)
    target = BytesIO()
    template = _Template(target, document, made)
    template.build(made.story, canvasmaker=template.new_canvas)
    return made, target.getvalue(), template.page


class _Template(BaseDocTemplate):
    """One column on A4; page numbers wait until the last page is known."""

    def __init__(self, target: BytesIO, document: Document, made: Layout) -> None:
        super().__init__(
            target,
            pagesize=(look.PAGE_WIDTH, look.PAGE_HEIGHT),
            initialFontName=fonts.face(fonts.SANS),
            invariant=1,
            pageCompression=1,
            lang=document.language,
        )
        frame = Frame(
            look.MARGIN,
            look.MARGIN_BOTTOM,
            look.TEXT_WIDTH,
            look.TEXT_HEIGHT,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        self.addPageTemplates(PageTemplate(frames=[frame]))
        self.document, self.made = document, made

    def new_canvas(self, target: str | IO[bytes], /, **options: Any) -> TaggedCanvas:  # noqa: ANN401 -- reportlab's own
        return TaggedCanvas(target, finish=self.finish_page, **options)

    def finish_page(self, canvas: TaggedCanvas, pages: int) -> None:
        for line in self.made.contents:
            if line.place[0] == canvas.getPageNumber():
                _draw_page_number(canvas, line)
        with canvas.decorating():
            _draw_foot(canvas, self.document, pages)


def _draw_page_number(canvas: TaggedCanvas, line: ContentsLine) -> None:
    """The number at the right of a line of contents, and dots up to it."""
    face = fonts.face(fonts.SANS)
    size = look.CONTENTS.size
    _, x, y = line.place
    number = str(canvas.bookmarks.get(line.target, 1))
    right = x + look.TEXT_WIDTH
    baseline = y + look.CONTENTS.leading - size * 1.06
    with canvas.decorating():
        start = x + line.last_line_end() + 6
        end = right - stringWidth(number, face, size) - 6
        if end > start:
            canvas.setStrokeColor(look.LINE)
            canvas.setLineWidth(0.9)
            canvas.setDash([0.9, 3])
            canvas.line(start, baseline + 1.2, end, baseline + 1.2)
            canvas.setDash()
    if line.element is not None:
        with canvas.marking(line.element):
            canvas.setFont(face, size)
            canvas.setFillColor(look.INK)
            canvas.drawRightString(right, baseline, number)


def _draw_foot(canvas: TaggedCanvas, document: Document, pages: int) -> None:
    face, size = fonts.face(fonts.SANS), 8.4
    y = look.MARGIN_BOTTOM - 26
    canvas.setStrokeColor(look.LINE)
    canvas.setLineWidth(0.5)
    canvas.line(look.MARGIN, y + 14, look.PAGE_WIDTH - look.MARGIN, y + 14)
    number = f"page {canvas.getPageNumber()} / {pages}"
    room = look.TEXT_WIDTH - stringWidth(number, face, size) - 20
    words = document.footer or " · ".join(filter(None, [document.title, document.reference]))
    say(canvas, fitting(words, face, size, room), look.MARGIN, y, size, color=look.SOFT_INK)
    canvas.setFont(face, size)
    canvas.setFillColor(look.SOFT_INK)
    canvas.drawRightString(look.PAGE_WIDTH - look.MARGIN, y, number)
