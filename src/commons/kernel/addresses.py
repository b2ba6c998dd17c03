"""E-mail addresses in what people write: they are neither kept in a journal nor let out."""

import re

from commons.kernel.errors import InputError
from commons.kernel.text import t

WITHHELD = "[adresse retirée]"
REFUSED = t(
    "Une adresse électronique ne s'écrit pas ici : ce texte pourra être téléchargé. Retirez-la."
)
_PART = r"[^\s@<>\"'(),;:/]"
_ADDRESS = re.compile(rf"(?<!{_PART}){_PART}++@(?:[\w-]+\.)+[^\W\d_]{{2,}}")


def has_address(text: str) -> bool:
    """Whether something of the text can be written to; « paquet@4.17.21 » cannot."""
    return "@" in text and _ADDRESS.search(text) is not None


def without_addresses(text: str) -> str:
    """The text with `WITHHELD` where its e-mail addresses stood."""
    return _ADDRESS.sub(WITHHELD, text) if "@" in text else text


def refuse_addresses(text: str) -> str:
    """The text as it is. Raises `InputError` if an e-mail address stands in it."""
    if has_address(text):
        raise InputError(REFUSED)
    return text
