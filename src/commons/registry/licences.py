"""Licences by their SPDX identifiers, checked and suggested, never guessed."""

import csv
import gzip
import io
import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from commons.kernel.errors import InputError
from commons.kernel.text import t

FILE = Path(__file__).parent / "data" / "licences.csv.gz"
_EXCEPTION = re.compile(r"[A-Za-z0-9.]+(-[A-Za-z0-9.]+)*-exception(-[0-9.]+)?\Z")


@cache
def licences() -> dict[str, str]:
    """SPDX identifier to full name."""
    text = gzip.decompress(FILE.read_bytes()).decode()
    return dict(csv.reader(io.StringIO(text), delimiter=";"))


@cache
def _by_lower_case() -> dict[str, str]:
    return {code.lower(): code for code in licences()}


def suggestion(typed: str) -> str | None:
    """The identifier that was most likely meant, or nothing."""
    wanted = typed.strip().lower()
    if wanted in _by_lower_case():
        return _by_lower_case()[wanted]
    near = get_close_matches(wanted, _by_lower_case(), n=1, cutoff=0.85)
    return _by_lower_case()[near[0]] if near else None


def check_licence(typed: str) -> str:
    """An SPDX identifier, or a simple expression with AND, OR, WITH.

    Raises `InputError` with the nearest identifier where there is one.
    """
    text = " ".join(typed.split())
    for word in re.sub(r"[()]", " ", text).split():
        if word in {"AND", "OR", "WITH"} or word.removesuffix("+") in licences():
            continue
        if _EXCEPTION.match(word):
            continue
        near = suggestion(word)
        if near:
            raise InputError(
                t(
                    "« {typed} » n'est pas un identifiant SPDX. Vouliez-vous dire {near} ?",
                    typed=word[:60],
                    near=near,
                )
            )
        raise InputError(
            t(
                "« {typed} » n'est pas un identifiant SPDX, comme CC-BY-SA-4.0 ou EUPL-1.2.",
                typed=word[:60],
            )
        )
    if not text:
        raise InputError(t("Écrivez un identifiant SPDX, comme CC-BY-SA-4.0."))
    return text
