"""Tables of a DOCX: real ones, whose heads repeat and whose rows do not part."""

from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from commons.documents import docx_styles as styles
from commons.documents.blocks import BarFigure, Facts, Inline, Signature, Signatures, Table
from commons.documents.docx_styles import element
from commons.documents.docx_text import add_paragraph, in_style, write
from commons.documents.look import INK_HEX, LINE_HEX
from commons.kernel.money import money

TEXT_WIDTH_MM = 154.0
SIDES = {
    "l": WD_ALIGN_PARAGRAPH.LEFT,
    "c": WD_ALIGN_PARAGRAPH.CENTER,
    "r": WD_ALIGN_PARAGRAPH.RIGHT,
}


def add_table(document: WordDocument, block: Table) -> None:
    if block.caption:
        write(add_paragraph(document, "Caption"), block.caption)
    bodies = [*block.rows, *([] if block.total is None else [block.total])]
    table = _table(document, 1 + len(bodies), block.widths or (1.0,) * len(block.head))
    _fill(table.rows[0], block.head, block.align, styles.HEAD_CELL)
    _repeat(table.rows[0])
    _border(table.rows[0], "bottom", INK_HEX, 10)
    last = len(bodies) - 1
    for index, (row, cells) in enumerate(zip(list(table.rows)[1:], bodies, strict=True)):
        is_total = block.total is not None and index == last
        _fill(row, cells, block.align, styles.HEAD_CELL if is_total else styles.CELL)
        _border(row, "bottom", LINE_HEX, 4)
        if is_total:
            _border(row, "top", INK_HEX, 10)
    _space_after(document)


def add_facts(document: WordDocument, block: Facts) -> None:
    if not block.rows:
        return
    table = _table(document, len(block.rows), (0.32, 0.68))
    for row, cells in zip(table.rows, block.rows, strict=True):
        write(_paragraph(row.cells[0], styles.HEAD_CELL), cells[0])
        write(_paragraph(row.cells[1], styles.CELL), cells[1])
        _border(row, "bottom", LINE_HEX, 4)
    _space_after(document)


def add_figure(document: WordDocument, block: BarFigure) -> None:
    """The numbers of a drawing, as a table that can be edited, and its sentence."""
    rows = tuple(
        (bar.label, money(bar.asked_cents), money(bar.given_cents)) for bar in block.bars
    )
    head = ("Qui", "Demandé", "Attribué")
    add_table(document, Table(head, rows, "lrr", block.title, widths=(3, 1.2, 1.2)))
    write(add_paragraph(document, styles.NOTE), block.reading)


def add_signatures(document: WordDocument, block: Signatures) -> None:
    place = block.place or "……………………………"
    opening = add_paragraph(document, styles.SIGNATURE)
    opening.paragraph_format.space_before = Mm(6)
    opening.paragraph_format.space_after = Mm(3)
    write(opening, f"Fait à {place}, le ……………………………")
    rows = [block.parties[i : i + 2] for i in range(0, len(block.parties), 2)]
    if not rows:
        return
    table = _table(document, len(rows), (1.0, 1.0))
    for row, parties in zip(table.rows, rows, strict=True):
        _border(row, "top", INK_HEX, 6)
        for cell, party in zip(row.cells, parties, strict=False):
            _signature(cell, party)
    _space_after(document)


def _signature(cell: _Cell, party: Signature) -> None:
    first = _paragraph(cell, styles.SIGNATURE)
    first.paragraph_format.space_before = Mm(2)
    write(first, f"Pour {party.party}").runs[0].bold = True
    for line in filter(None, (party.name, party.quality)):
        write(add_paragraph(cell, styles.SIGNATURE), line)
    last = write(add_paragraph(cell, styles.NOTE), "Signature")
    last.paragraph_format.space_before = Mm(2)
    last.paragraph_format.space_after = Mm(22)


def _table(document: WordDocument, rows: int, widths: Sequence[float]) -> WordTable:
    table: WordTable = document.add_table(rows=rows, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    sizes = [Mm(TEXT_WIDTH_MM * share / sum(widths)) for share in widths]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    for row in table.rows:
        for cell, size in zip(row.cells, sizes, strict=True):
            cell.width = size
        row._tr.get_or_add_trPr().append(element("cantSplit"))  # noqa: SLF001 -- no other way
    return table


def _fill(row: _Row, cells: Sequence[Inline], align: str, style: str) -> None:
    for cell, inline, side in zip(row.cells, cells, align, strict=True):
        paragraph = _paragraph(cell, style)
        paragraph.alignment = SIDES[side]
        write(paragraph, inline)


def _paragraph(cell: _Cell, style: str) -> WordParagraph:
    return in_style(cell.paragraphs[0], style)


def _repeat(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(element("tblHeader"))  # noqa: SLF001 -- no other way


def _border(row: _Row, side: str, color: str, eighths: int) -> None:
    for cell in row.cells:
        holder = cell._tc.get_or_add_tcPr()  # noqa: SLF001 -- python-docx has no borders
        borders = holder.find(qn("w:tcBorders"))
        if borders is None:
            borders = element("tcBorders")
            holder.append(borders)
        line = element(side, val="single", sz=str(eighths), space="0", color=color)
        borders.insert(0 if side == "top" else len(borders), line)


def _space_after(document: WordDocument) -> None:
    """Room under a table, which has no spacing of its own."""
    gap = add_paragraph(document, styles.CELL)
    gap.paragraph_format.space_after = Mm(1.5)
