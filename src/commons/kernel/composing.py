"""Unicode normal forms of what people send, in a time that grows with its length only.

To compose a text, the marks over one letter are sorted; a letter with a hundred thousand marks
would hold a processor for minutes. No writing has more than thirty: UAX #15 calls a text whose
runs are shorter « stream-safe ».
"""

import re
import unicodedata
from typing import Literal

from commons.kernel.errors import InputError
from commons.kernel.text import t

MARKS_MAX = 30
FIRST_MARK = "\u0300"
_MAY_BE_MARK = re.compile(f"[{FIRST_MARK}-\U0010ffff]")


def is_stream_safe(text: str) -> bool:
    """Whether no letter of the text has more than thirty combining marks."""
    if not _MAY_BE_MARK.search(text):
        return True
    run = 0
    for character in text:
        run = run + 1 if character >= FIRST_MARK and unicodedata.combining(character) else 0
        if run > MARKS_MAX:
            return False
    return True


def composed(text: str, form: Literal["NFC", "NFKD"] = "NFC") -> str:
    """The text in that normal form. Raises `InputError` if it is not stream-safe."""
    if not is_stream_safe(text):
        raise InputError(t("Ce texte contient un caractère qui ne s'écrit pas : retirez-le."))
    return unicodedata.normalize(form, text)
