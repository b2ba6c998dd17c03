"""Every text of a document, read before it is drawn."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from commons.documents import fonts
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
from commons.documents.outline import plain
from commons.documents.typography import printable
from commons.kernel.errors import InputError
from commons.kernel.text import t


def texts(document: Document) -> Iterator[str]:
    """All that would be printed, in no promised order."""
    yield from (document.title, document.subtitle, document.reference, document.footer)
    yield from (document.code, document.author, *document.parties)
    for block in document.blocks:
        yield from map(plain, _inlines(block))


def _inlines(block: Block) -> Iterator[Inline]:
    match block:
        case Heading():
            yield block.text
        case Article():
            yield block.title
            for leaf in block.blocks:
                yield from _of_leaf(leaf)
        case Signatures():
            yield block.place
            for party in block.parties:
                yield from (party.party, party.name, party.quality)
        case _:
            yield from _of_leaf(block)


def _of_leaf(block: Leaf) -> Iterator[Inline]:
    match block:
        case Paragraph():
            yield block.text
        case Items():
            yield from block.items
        case Alert():
            yield from (block.title, block.text)
        case Facts():
            for label, value in block.rows:
                yield from (label, value)
        case Table():
            yield from (block.caption, *block.head)
            yield from _cells([*block.rows, block.total or ()])
        case BarFigure():
            yield from (block.title, block.reading, *(bar.label for bar in block.bars))


def _cells(rows: Sequence[Sequence[Inline]]) -> Iterator[Inline]:
    for row in rows:
        yield from row


def text_length(document: Document) -> int:
    """How many characters `document` has, before anything is laid out."""
    return sum(map(len, texts(document)))


def check_printable(document: Document) -> None:
    """Raise `InputError` if a character cannot be printed with our typefaces."""
    for text in texts(document):
        missing = fonts.unprintable(printable(text))
        if missing:
            raise InputError(
                t(
                    "Le PDF ne peut pas imprimer « {characters} » dans « {text} » : "
                    "écrivez ce passage en lettres latines, grecques ou cyrilliques.",
                    characters=" ".join(missing[:10]),
                    text=text[:60],
                )
            )


def spelled_out(document: Document) -> Document:
    """`document` with each character that cannot be printed written as its code.

    « 🌱 » becomes `[U+1F331]`: for texts that people typed and that must not be refused.
    """
    made: Document = _spelled(document)
    return made


def _spelled(part: Any) -> Any:  # noqa: ANN401 -- whatever a document is made of
    if isinstance(part, str):
        return spelled(part)
    if isinstance(part, tuple):
        return tuple(map(_spelled, part))
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{f.name: _spelled(getattr(part, f.name)) for f in fields(part)})
    return part


def spelled(text: str) -> str:
    """`text` as it can be printed: `[U+1F331]` stands for a character that cannot."""
    try:
        shown = printable(text)
    except InputError:
        pass
    else:
        if not fonts.unprintable(shown):
            return shown
    lines = text.replace("\r\n", "\n")
    return "".join(map(_spelled_character, unicodedata.normalize("NFC", lines)))


def _spelled_character(character: str) -> str:
    try:
        shown = printable(character)
    except InputError:
        shown = character
    else:
        if not fonts.unprintable(shown):
            return shown
    return "".join(f"[U+{ord(part):04X}]" for part in shown)
