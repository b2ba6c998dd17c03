"""A document's blocks become what reportlab lays out, and the tree of their structure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from commons.documents import fonts, look
from commons.documents.blocks import (
    Alert,
    Article,
    BarFigure,
    Document,
    Facts,
    Heading,
    Inline,
    Items,
    Leaf,
    Paragraph,
    Signatures,
    Table,
)
from commons.documents.dates import in_french
from commons.documents.drawings import bar_figure
from commons.documents.flowables import (
    Drawing,
    Label,
    Panel,
    Rule,
    TaggedParagraph,
    TaggedTable,
    markup,
    tagged,
)
from commons.documents.look import Look
from commons.documents.outline import Entry, article_depth, entries, introduces
from commons.documents.tagging import Element


@dataclass(slots=True)
class Layout:
    """The flowables in order, the tree they hang in, and the headings to find again."""

    has_parts: bool
    story: list[Flowable] = field(default_factory=list)
    root: Element = field(default_factory=lambda: Element("Document"))
    headings: list[tuple[Entry, str]] = field(default_factory=list)
    contents: "list[ContentsLine]" = field(default_factory=list)


class ContentsLine(TaggedParagraph):
    """A line of the table of contents; its page number is drawn once it is known."""

    target: str = ""
    blPara: Any  # noqa: N815 -- reportlab's name
    _wrapWidths: list[float]  # noqa: N815 -- reportlab's name
    place: tuple[int, float, float] = (0, 0.0, 0.0)

    def draw(self) -> None:
        super().draw()
        canvas = tagged(self)
        x, y = canvas.absolutePosition(0, 0)
        self.place = (canvas.getPageNumber(), x, y)
        if self.element is not None:
            canvas.link_to(self.target, self.width, self.height, self.element)

    def last_line_end(self) -> float:
        """Where the words of the last line end, from the left of the column."""
        last = self.blPara.lines[-1]
        room = self._wrapWidths[-1]
        unused = last[0] if isinstance(last, tuple) else last.extraSpace
        return float(self.style.leftIndent + room - unused)


def lay_out(document: Document, *, contents: bool) -> Layout:
    """Everything between the margins; `contents` puts a table of contents after the title."""
    made = Layout(has_parts=article_depth(document.blocks) > 1)
    made.story.extend(_title_block(document, made.root))
    place = len(made.story)
    listing = made.root.add("TOC") if contents else None
    blocks = list(entries(document.blocks))
    for index, (block, entry) in enumerate(blocks):
        following = blocks[index + 1][0] if index + 1 < len(blocks) else None
        if entry is not None:
            pieces: list[Flowable] = [_heading(entry, made)]
            if isinstance(block, Article):
                pieces.extend(_leaves(block.blocks, made.root))
            if isinstance(following, Signatures):
                pieces.extend(_signatures(following, made.root))
                pieces = [*_together(pieces), *pieces]
            made.story.extend(pieces)
        elif isinstance(block, Signatures):
            if index == 0 or blocks[index - 1][1] is None:
                pieces = _signatures(block, made.root)
                made.story.extend([*_together(pieces), *pieces])
        elif not isinstance(block, Heading | Article):
            made.story.extend(_leaf(block, made.root))
    if document.code:
        made.story.extend(_code(document.code, made.root))
    if listing is not None:
        made.story[place:place] = _contents(made, listing)
    made.story = list(_never_last(made.story))
    return made


def _never_last(story: Sequence[Flowable]) -> Iterator[Flowable]:
    """Before a heading, a page break unless there is room for some of what follows it."""
    leading = False
    for index, piece in enumerate(story):
        keeps = isinstance(piece, TaggedParagraph) and piece.keeps_next
        if keeps and not leading:
            yield CondPageBreak(_room_with_next(story[index:]))
        leading = keeps
        yield piece


def _room_with_next(story: Sequence[Flowable]) -> float:
    room = 0.0
    for piece in story:
        if isinstance(piece, TaggedParagraph) and piece.keeps_next:
            room += piece.wrap(look.TEXT_WIDTH, look.TEXT_HEIGHT)[1]
            room += piece.getSpaceBefore() + piece.getSpaceAfter()
        elif not isinstance(piece, CondPageBreak | Spacer):
            return room + (piece.tall if isinstance(piece, Drawing) else look.SOME_LINES)
    return room


def _title_block(document: Document, root: Element) -> Iterator[Flowable]:
    marks = " · ".join(filter(None, [document.reference, in_french(document.dated)]))
    yield _text(marks, look.MASTHEAD, root.add("P"))
    yield Spacer(0, 9)
    yield _text(document.title, look.TITLE, root.add("H1"))
    if document.subtitle:
        yield _text(document.subtitle, look.SUBTITLE, root.add("P"))
    if document.parties:
        yield Spacer(0, 4)
        if len(document.parties) > 1:
            yield _text("Entre", look.MASTHEAD, root.add("P"))
        shape = replace(
            look.BODY, family=fonts.SANS, size=11.2, leading=15.4, after=1, bold=True
        )
        for party in document.parties:
            yield _text(party, shape, root.add("P"))
    yield Spacer(0, 6)
    yield Rule()


def _text(inline: Inline, shape: Look, element: Element) -> TaggedParagraph:
    return TaggedParagraph.of(inline, shape, element)


def _heading(entry: Entry, made: Layout) -> TaggedParagraph:
    is_part = made.has_parts and entry.depth == 1
    shape = look.PART if is_part else look.HEADINGS[entry.depth]
    paragraph = _text(entry.text, shape, made.root.add(f"H{entry.depth + 1}"))
    paragraph.bookmark = f"titre-{len(made.headings) + 1}"
    above = made.headings[-1][0].depth if made.headings else 0
    paragraph.outline = (entry.text, min(entry.depth, above + 1) - 1)
    made.headings.append((entry, paragraph.bookmark))
    return paragraph


def _leaves(blocks: Sequence[Leaf], parent: Element) -> Iterator[Flowable]:
    for block, after in zip_longest(blocks, blocks[1:]):
        for piece in _leaf(block, parent):
            if introduces(block, after) and isinstance(piece, TaggedParagraph):
                piece.keeps_next = True
            yield piece


def _leaf(block: Leaf, parent: Element) -> Iterator[Flowable]:
    match block:
        case Paragraph():
            shape = look.NOTE if block.note else look.BODY
            yield _text(block.text, shape, parent.add("Note" if block.note else "P"))
        case Items():
            yield from _items(block, parent)
        case Table():
            yield from _table(block, parent)
        case Facts():
            yield from _facts(block, parent)
        case Alert():
            yield from _alert(block, parent)
        case BarFigure():
            yield _text(block.title, look.CAPTION, parent.add("P"))
            yield bar_figure(block, parent)
            yield _text(block.reading, look.NOTE, parent.add("P"))


def _items(block: Items, parent: Element) -> Iterator[Flowable]:
    listing = parent.add("L")
    for number, item in enumerate(block.items, start=1):
        holder = listing.add("LI")
        label = Label(f"{number}." if block.numbered else "•", holder.add("Lbl"))
        shape = look.ITEM if number < len(block.items) else replace(look.ITEM, after=7)
        if block.numbered and len(block.items) > 9:
            shape = replace(shape, left=22)
        paragraph = _text(item, shape, holder.add("LBody"))
        paragraph.label = label
        yield paragraph


def _table(block: Table, parent: Element) -> Iterator[Flowable]:
    if block.caption:
        yield _text(block.caption, look.CAPTION, parent.add("P"))
    table = parent.add("Table")
    rows = [_row(block.head, block.align, look.HEAD_CELL, table, scope="Column")]
    rows.extend(_row(row, block.align, look.CELL, table) for row in block.rows)
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, 0), 1, look.INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, look.LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    if block.total is not None:
        rows.append(_row(block.total, block.align, look.HEAD_CELL, table))
        style.append(("LINEABOVE", (0, -1), (-1, -1), 1, look.INK))
        style.append(("NOSPLIT", (0, -2), (-1, -1)))
    yield TaggedTable(
        rows,
        colWidths=_widths(block.widths or (1.0,) * len(block.head)),
        repeatRows=1,
        style=style,
        spaceBefore=2,
        spaceAfter=10,
        splitInRow=1,
    )


def _widths(relative: Sequence[float]) -> list[float]:
    return [look.TEXT_WIDTH * each / sum(relative) for each in relative]


def _row(
    cells: Sequence[Inline], align: str, shape: Look, table: Element, scope: str = ""
) -> list[TaggedParagraph]:
    row = table.add("TR")
    return [
        _text(
            cell,
            replace(shape, align=look.ALIGN[side]),
            row.add("TH" if scope else "TD", scope=scope),
        )
        for cell, side in zip(cells, align, strict=True)
    ]


def _facts(block: Facts, parent: Element) -> Iterator[Flowable]:
    table = parent.add("Table")
    rows = []
    for label, value in block.rows:
        row = table.add("TR")
        head = _text(
            label, replace(look.HEAD_CELL, color=look.SOFT_INK), row.add("TH", scope="Row")
        )
        rows.append(
            [head, _text(value, replace(look.CELL, size=9.8, leading=13.4), row.add("TD"))]
        )
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, look.LINE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    if rows:
        yield TaggedTable(
            rows,
            colWidths=_widths((0.34, 0.66)),
            style=style,
            spaceBefore=3,
            spaceAfter=9,
            splitInRow=1,
        )


def _alert(block: Alert, parent: Element) -> Iterator[Flowable]:
    word, rule, wash = look.ALERTS[block.kind]
    note = parent.add("Sect")
    title = Look(
        family=fonts.SANS,
        size=9.8,
        leading=13.4,
        bold=True,
        color=rule,
        before=12,
        after=0,
        left=13,
        right=10,
        keeps_next=True,
    )
    body = replace(title, size=9.4, leading=13, bold=False, color=look.INK, before=0, after=16)
    first = _text(f"{word} : {block.title}", title, note.add("P"))
    first.panel = Panel(rule, wash, above=7, below=0)
    second = _text(block.text, replace(body, keeps_next=False), note.add("P"))
    second.panel = Panel(rule, wash, above=2, below=8)
    yield first
    yield second


def _signatures(block: Signatures, parent: Element) -> list[Flowable]:
    section = parent.add("Sect")
    place = block.place or "……………………………"
    shape = replace(look.BODY, before=16, after=8)
    made = [_text(f"Fait à {place}, le ……………………………", shape, section.add("P"))]
    cells = []
    for party in block.parties:
        signed = section.add("Div")
        strong = replace(look.CELL, bold=True, size=10, leading=13.6)
        lines = [_text(f"Pour {party.party}", strong, signed.add("P"))]
        if party.name:
            lines.append(_text(party.name, look.CELL, signed.add("P")))
        if party.quality:
            lines.append(_text(party.quality, look.CELL, signed.add("P")))
        lines.append(_text("Signature", replace(look.NOTE, before=7, after=0), signed.add("P")))
        cells.append(lines)
    rows = [
        [cells[i], cells[i + 1] if i + 1 < len(cells) else ""] for i in range(0, len(cells), 2)
    ]
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEABOVE", (0, 0), (-1, -1), 0.8, look.INK),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 62),
    ]
    table = TaggedTable(rows, colWidths=_widths((0.5, 0.5)), style=style, splitByRow=1)
    return [*made, table] if rows else list(made)


def _together(pieces: Sequence[Flowable]) -> list[Flowable]:
    """A page break, taken only if `pieces` (or at least their end) would be parted."""
    for kept in (pieces, pieces[-3:]):
        height = sum(
            each.wrap(look.TEXT_WIDTH, look.TEXT_HEIGHT)[1]
            + each.getSpaceBefore()
            + each.getSpaceAfter()
            for each in kept
        )
        if height <= look.TEXT_HEIGHT:
            return [CondPageBreak(height)] if kept is pieces else []
    return []


def _code(code: str, parent: Element) -> Iterator[Flowable]:
    yield Spacer(0, 8)
    yield Rule()
    shape = replace(look.NOTE, before=0, after=0)
    yield _text(f"Code de vérification : {code}", shape, parent.add("P"))


def _contents(made: Layout, listing: Element) -> Iterator[Flowable]:
    title = _text("Sommaire", replace(look.HEADINGS[2], before=4), listing.add("Caption"))
    yield title
    for entry, target in made.headings:
        shape = replace(look.CONTENTS, left=12.0 * (entry.depth - 1))
        line = ContentsLine(markup(entry.text, shape.family), look.style(shape))
        line.element = listing.add("TOCI", words=entry.text)
        line.target = target
        made.contents.append(line)
        yield line
    yield Spacer(0, 4)
    yield Rule()
