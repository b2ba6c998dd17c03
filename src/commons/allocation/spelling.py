"""Text of files in the one form in which equal letters are equal, or refused by its line.

A result has to be written in the journal's spelling, which takes composed text only and
neither NUL nor half characters: what could not be written there is not read either.

Source: Unicode Standard Annex #15, normalization form C.
"""

import re

from commons.kernel.composing import composed, is_stream_safe
from commons.kernel.errors import InputError
from commons.kernel.text import t

_UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")
_LINE_END = re.compile("\r\n|\r|\n")


def spelled(written: str, line: int) -> str:
    """`written` composed. Raises `InputError` naming `line` for what cannot be written."""
    if written.isascii() and "\0" not in written:
        return written
    if _UNSPEAKABLE.search(written) or not is_stream_safe(written):
        raise InputError(
            t(
                "Ligne {line} : elle contient un caractère qui ne s'écrit pas : retirez-le.",
                line=line,
            )
        )
    return composed(written)


def spelled_cells(cells: list[str], line: int) -> list[str]:
    """Cells whose quotation marks were taken away: what they held apart may compose."""
    return [spelled(cell, line) for cell in cells]


def spelled_file(data: bytes) -> str:
    """A whole UTF-8 file, with or without byte-order mark, composed.

    Raises `InputError` naming the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(errors="replace")
        raise not_utf8(1 + line_ends(before)) from error
    if text.isascii() and "\0" not in text:
        return text
    if _UNSPEAKABLE.search(text) or not is_stream_safe(text):
        for line, written in enumerate(_LINE_END.split(text), start=1):
            spelled(written, line)
    return composed(text)


def line_ends(text: str) -> int:
    """How many lines end in `text`: at a line feed, a carriage return, or both together."""
    return sum(1 for _ in _LINE_END.finditer(text))


def not_utf8(line: int) -> InputError:
    """The refusal of a file that stops being UTF-8 at `line`."""
    return InputError(
        t(
            "Ligne {line} : ce fichier n'est pas en UTF-8. Enregistrez-le en UTF-8, puis "
            "recommencez.",
            line=line,
        )
    )
