"""Texts that people typed, made harmless for the programs that read an export."""

import re
import unicodedata
from collections.abc import Mapping

from commons.kernel.addresses import without_addresses

DESCRIPTION_MAX = 500
"""Longer descriptions are cut in the plain-text books; CSV and JSON-LD hold them whole."""
_UNSEEN = {"Cc", "Cf", "Cs"}


def shown_texts(opened: Mapping[str, str]) -> dict[str, str]:
    """What may leave of free texts: no e-mail address, of links only those of the web."""
    shown = {name: without_addresses(value) for name, value in opened.items()}
    if "links" in shown:
        links = opened["links"].split()
        web = [without_addresses(link) for link in links if link.startswith("http")]
        shown["links"] = " ".join(web)
    return shown


def one_line(text: str, limit: int = 0) -> str:
    """The text on one line, in NFC, without characters that do not print or reorder others.

    White space becomes single spaces; `limit` cuts what is longer and says so with `…`.
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", " ".join(text.split()))
        text = "".join(char for char in text if unicodedata.category(char) not in _UNSEEN)
    text = " ".join(text.split())
    return f"{text[: limit - 1]}…" if limit and len(text) > limit else text


def quoted(text: str) -> str:
    """A text between quotation marks, as Beancount reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def uncommented(text: str) -> str:
    """A description in which hledger and Ledger see no comment begin."""
    return text.replace(";", ",")


def tag_value(text: str) -> str:
    """A value of a tag that hledger and Ledger take for neither another tag nor a date."""
    return " ".join(re.sub(r"[,;:\[\]|]", " ", text).split())
