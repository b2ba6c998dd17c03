"""Runs, links, fields and comments inside the paragraphs of a DOCX."""

from datetime import UTC, date, datetime, time

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from commons.documents.blocks import Inline, Run
from commons.documents.docx_styles import element
from commons.documents.links import safe_href
from commons.documents.look import GREEN_HEX
from commons.documents.typography import printable


def add_paragraph(holder: WordDocument | _Cell, style: str) -> WordParagraph:
    """An empty paragraph of the named style in a document or a cell."""
    return in_style(holder.add_paragraph(), style)


def in_style(paragraph: WordParagraph, style: str) -> WordParagraph:
    """Set the style by its identifier: by its name, each paragraph would read all styles."""
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001 -- ten times faster
    return paragraph


def write(paragraph: WordParagraph, inline: Inline) -> WordParagraph:
    """Add the runs of `inline` to `paragraph`, and return it."""
    for run in (Run(inline),) if isinstance(inline, str) else inline:
        made = paragraph.add_run(printable(run.text))
        made.bold = True if run.bold else None
        made.italic = True if run.italic else None
        href = safe_href(run.href)
        if href:
            made.font.underline = True
            made.font.color.rgb = RGBColor.from_string(GREEN_HEX.upper())
            relation = paragraph.part.relate_to(
                href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            link = element("hyperlink")
            link.set(qn("r:id"), relation)
            paragraph._p.replace(made._r, link)  # noqa: SLF001 -- python-docx has no links
            link.append(made._r)  # noqa: SLF001 -- the same
    return paragraph


def add_field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """A field the word processor fills in, such as PAGE."""
    field = element("fldSimple", instr=instruction)
    run = paragraph.add_run(shown)._r  # noqa: SLF001 -- python-docx has no fields
    paragraph._p.replace(run, field)  # noqa: SLF001 -- the same
    field.append(run)


def add_comment(
    document: WordDocument, paragraph: WordParagraph, text: str, dated: date, author: str
) -> None:
    """A margin comment on the whole of `paragraph`, dated as the document."""
    comment = document.add_comment(
        paragraph.runs, text=printable(text), author=printable(author), initials="c"
    )
    stamp = datetime.combine(dated, time(12, tzinfo=UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    comment._comment_elm.set(qn("w:date"), stamp)  # noqa: SLF001 -- it would be the clock's


def bookmark(paragraph: WordParagraph, number: int, name: str) -> None:
    """Name the place of a heading, so that the table of contents can lead there."""
    held = paragraph._p  # noqa: SLF001 -- python-docx has no bookmarks
    held.insert(1, element("bookmarkStart", id=str(number), name=name))
    held.append(element("bookmarkEnd", id=str(number)))
