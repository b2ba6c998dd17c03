"""Documents as DOCX, made to be edited: named styles, numbering that follows, real tables."""

from datetime import UTC, datetime, time
from io import BytesIO
from itertools import zip_longest
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from commons.documents import docx_styles as styles
from commons.documents.blocks import (
    Alert,
    Article,
    BarFigure,
    Block,
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
from commons.documents.docx_styles import element
from commons.documents.docx_tables import add_facts, add_figure, add_signatures, add_table
from commons.documents.docx_text import (
    add_comment,
    add_field,
    add_paragraph,
    bookmark,
    in_style,
    write,
)
from commons.documents.look import ALERTS
from commons.documents.outline import article_depth, entries, introduces
from commons.documents.printing import text_length
from commons.documents.typography import printable

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
CHARACTERS_BEFORE_CONTENTS = 9200
"""About four pages: a longer document has a table of contents."""

KEPT_CHARACTERS = 1500
"""A last article no longer than this is kept whole with the signatures under it."""


def render_docx(document: Document) -> bytes:
    """A DOCX whose articles renumber themselves; the same document gives the same bytes.

    Comments of paragraphs become margin comments. Attachments are not carried. Raises
    `InputError` for a character that is not one to read.
    """
    return _same_bytes(_Writer(document).write())


def _same_bytes(written: bytes) -> bytes:
    """The same archive with fixed dates."""
    target = BytesIO()
    with ZipFile(BytesIO(written)) as source, ZipFile(target, "w", ZIP_DEFLATED) as out:
        for name in source.namelist():
            info = ZipInfo(name, ZIP_DATE)
            info.create_system, info.compress_type = 0, ZIP_DEFLATED
            out.writestr(info, source.read(name), compresslevel=6)
    return target.getvalue()


class _Writer:
    """One document being written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.docx = docx.Document()
        self.level = article_depth(document.blocks)
        self.lists = styles.ARTICLES + 100

    def write(self) -> bytes:
        styles.prepare_styles(self.docx, article_level=self.level)
        self._page()
        self._properties()
        self._title_block()
        if text_length(self.document) > CHARACTERS_BEFORE_CONTENTS:
            self._contents()
        blocks = self.document.blocks
        for number, block in enumerate(blocks):
            after = blocks[number + 1] if number + 1 < len(blocks) else None
            self._block(block, number, after)
        if self.document.code:
            self._add(styles.NOTE, f"Code de vérification : {self.document.code}")
        target = BytesIO()
        self.docx.save(target)
        return target.getvalue()

    def _add(self, style: str, inline: Inline) -> WordParagraph:
        return write(add_paragraph(self.docx, style), inline)

    def _page(self) -> None:
        section = self.docx.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(28)
        section.top_margin, section.bottom_margin = Mm(24), Mm(24)
        foot = section.footer.paragraphs[0]
        in_style(foot, styles.NOTE)
        known = filter(None, [self.document.title, self.document.reference])
        write(foot, self.document.footer or " · ".join(known))
        foot.paragraph_format.tab_stops.clear_all()
        foot.paragraph_format.tab_stops.add_tab_stop(Mm(154), WD_TAB_ALIGNMENT.RIGHT)
        foot.add_run("\tpage ")
        add_field(foot, "PAGE", "1")
        foot.add_run(" / ")
        add_field(foot, "NUMPAGES", "1")

    def _properties(self) -> None:
        stamp = datetime.combine(self.document.dated, time(12, tzinfo=UTC))
        known = self.docx.core_properties
        known.title, known.author = (
            printable(self.document.title),
            printable(self.document.author),
        )
        known.last_modified_by, known.comments, known.keywords = "commons", "", ""
        known.created = known.modified = stamp.replace(tzinfo=None)
        known.language, known.revision = self.document.language, 1

    def _title_block(self) -> None:
        known = [self.document.reference, in_french(self.document.dated)]
        self._add(styles.REFERENCE, " · ".join(filter(None, known)))
        self._add("Title", self.document.title)
        if self.document.subtitle:
            self._add("Subtitle", self.document.subtitle)
        if self.document.parties:
            if len(self.document.parties) > 1:
                self._add(styles.REFERENCE, "Entre").paragraph_format.space_after = Pt(0)
            for party in self.document.parties:
                self._add(styles.PARTY, party)

    def _contents(self) -> None:
        """A table of contents the word processor completes with page numbers."""
        self._add(styles.PARTY, "Sommaire").paragraph_format.space_before = Pt(14)
        opening = add_paragraph(self.docx, styles.CELL)
        run = opening.add_run()
        run._r.append(element("fldChar", fldCharType="begin", dirty="true"))  # noqa: SLF001 -- no API
        code = element("instrText")
        code.text = ' TOC \\o "1-3" \\h \\z \\u '
        run._r.append(code)  # noqa: SLF001 -- no API
        run._r.append(element("fldChar", fldCharType="separate"))  # noqa: SLF001 -- no API
        line = opening
        for number, (_, entry) in enumerate(entries(self.document.blocks)):
            if entry is not None:
                line = line if line is opening and not line.text else self._add(styles.CELL, "")
                line.paragraph_format.left_indent = Mm(5 * (entry.depth - 1))
                link = element("hyperlink", anchor=f"titre{number}")
                link.append(line.add_run(printable(entry.text))._r)  # noqa: SLF001 -- no API
                line._p.append(link)  # noqa: SLF001 -- no API
        line.add_run()._r.append(element("fldChar", fldCharType="end"))  # noqa: SLF001 -- no API

    def _block(self, block: Block, number: int, after: Block | None) -> None:
        match block:
            case Heading():
                named = self.level == 1 and block.level == 1
                style = styles.UNNUMBERED if named else self._heading_style(block)
                self._heading(style, block.text, number)
            case Article():
                style = styles.ARTICLE_BIS if block.bis else f"Heading {self.level}"
                signed = isinstance(after, Signatures)
                first = len(self.docx.paragraphs) if signed else 0
                self._heading(style, block.title, number)
                for leaf, follower in zip_longest(block.blocks, block.blocks[1:]):
                    self._leaf(leaf, leads=introduces(leaf, follower))
                if signed:
                    self._keep(first)
            case Signatures():
                add_signatures(self.docx, block)
            case _:
                self._leaf(block)

    def _heading_style(self, block: Heading) -> str:
        """Not the style that numbers articles."""
        return f"Heading {block.level if block.level != self.level else block.level + 1}"

    def _heading(self, style: str, text: str, number: int) -> None:
        bookmark(self._add(style, text), number, f"titre{number}")

    def _keep(self, first: int) -> None:
        """Keep the last article with the signatures, or at least its end."""
        written = self.docx.paragraphs[first:]
        whole = sum(len(each.text) for each in written) <= KEPT_CHARACTERS
        for paragraph in written if whole else written[-1:]:
            paragraph.paragraph_format.keep_with_next = True

    def _leaf(self, block: Leaf, *, leads: bool = False) -> None:
        match block:
            case Paragraph():
                made = self._add(styles.NOTE if block.note else "Normal", block.text)
                if leads:
                    made.paragraph_format.keep_with_next = True
                if block.comment is not None:
                    author = self.document.author
                    add_comment(self.docx, made, block.comment, self.document.dated, author)
            case Items():
                self._items(block)
            case Table():
                add_table(self.docx, block)
            case Facts():
                add_facts(self.docx, block)
            case BarFigure():
                add_figure(self.docx, block)
            case Alert():
                word = ALERTS[block.kind][0]
                self._add(styles.alert_title_style(block.kind), f"{word} : {block.title}")
                self._add(styles.alert_style(block.kind), block.text)

    def _items(self, block: Items) -> None:
        if block.numbered:
            self.lists += 1
            styles.restart_numbers(self.docx, self.lists)
        for item in block.items:
            made = self._add("List Number" if block.numbered else "List Bullet", item)
            if block.numbered:
                numbered = made._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 -- no API
                numbered.get_or_add_ilvl().val = 0
                numbered.get_or_add_numId().val = self.lists
