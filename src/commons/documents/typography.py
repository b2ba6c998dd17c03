"""Text made fit for a document: one form of accents, nothing invisible, nothing that acts."""

import unicodedata

from commons.kernel.composing import composed
from commons.kernel.errors import InputError
from commons.kernel.text import t

_DROPPED = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"), None)
"""Zero-width characters and soft hyphens, which people paste without seeing them."""

_SPACES = dict.fromkeys(map(ord, "\n\u00a0\u2009\u202f"), None)
"""Spaces that French uses; `str.isprintable` does not count them as printable."""

_REFUSED = {"Cc", "Cs", "Co", "Cn", "Cf"}
"""Control, surrogate, private, unassigned, and format (what turns text around) characters."""


def printable(text: str) -> str:
    r"""Return `text` composed (NFC) and without zero-width characters.

    Line ends become `\n`, tabulations a space. Raises `InputError` for a character that
    is not one to read: a NUL, an escape, a mark that reverses the direction of text.
    """
    if text.translate(_SPACES).isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    plain = composed(plain.translate(_DROPPED))
    for place, character in enumerate(plain, start=1):
        if character != "\n" and unicodedata.category(character) in _REFUSED:
            raise InputError(
                t(
                    "Le texte contient un caractère invisible ({code}, en position {place}) "
                    "qui ne peut pas figurer dans un document : retapez ce passage.",
                    code=f"U+{ord(character):04X}",
                    place=place,
                )
            )
    return plain
