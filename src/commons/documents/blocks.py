"""A document as plain values, the same for PDF, DOCX and HTML.

Whoever makes a document says what it is (a heading, an article, a table); the renderers
decide how it looks. Nothing here depends on a renderer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one style. `href` makes it a link (http, https or mailto)."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str | None = None


Inline: TypeAlias = str | tuple[Run, ...]
"""Text of a block: a plain string, or runs where part of it is styled."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading outside the numbered articles. `level` is 1 (part) or 2 (section)."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Inline
    note: bool = False
    """Small print: a source, a legal basis, a caution."""
    comment: str | None = None
    """What a person must decide here; a margin comment in DOCX, absent from the PDF."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, bulleted or numbered within itself."""

    items: tuple[Inline, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head repeats on each page. `align` has one letter per column.

    `total` is a last row set apart, or nothing.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    align: str
    caption: str = ""
    total: tuple[Inline, ...] | None = None
    widths: tuple[float, ...] = ()
    """Relative widths, one per column; equal when empty."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A *fiche*: labels and what they are, in two columns."""

    rows: tuple[tuple[str, Inline], ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """An *encart*: something to notice, its source and what to do. Never by colour alone."""

    title: str
    text: Inline
    kind: Literal["note", "caution", "unverified"] = "note"


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    asked_cents: int
    given_cents: int


@dataclass(frozen=True, slots=True)
class BarFigure:
    """Horizontal bars, asked beside given, drawn alike on a page and on paper."""

    title: str
    reading: str
    """One sentence that says what to see; the alternative text of the drawing."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Where one party signs: who, in which quality."""

    party: str
    name: str = ""
    quality: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signature blocks, kept together and with the article before them."""

    parties: tuple[Signature, ...]
    place: str = ""


Leaf: TypeAlias = Paragraph | Items | Table | Facts | Alert | BarFigure


@dataclass(frozen=True, slots=True)
class Article:
    """A numbered article. The number is the renderer's (and, in DOCX, the word processor's).

    `bis` keeps the number of the article before and adds « bis ».
    """

    title: str
    blocks: tuple[Leaf, ...]
    bis: bool = False


Block: TypeAlias = Heading | Article | Signatures | Leaf


@dataclass(frozen=True, slots=True)
class Attachment:
    """A machine-readable file carried inside the PDF (AFRelationship Data)."""

    name: str
    media_type: str
    content: bytes
    description: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. Same document, same bytes, in every format.

    `reference` identifies it for people; `dated` is printed and is the only date inside
    the files; `footer` stands beside the page numbers; `code` is the verification code
    printed at the end, empty when there is none.
    """

    title: str
    blocks: Sequence[Block]
    dated: date
    reference: str = ""
    subtitle: str = ""
    language: str = "fr"
    author: str = "commons"
    parties: tuple[str, ...] = ()
    footer: str = ""
    code: str = ""
    attachments: tuple[Attachment, ...] = field(default=())
