"""Rows of a CSV file as people make them, each with the line it stands on.

Source of the format: RFC 4180, with `;` and decimal commas as French spreadsheets write.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.spelling import spelled, spelled_file
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

_NUMBER = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{0,15}))?")
_AMOUNT = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{0,2}))?")
_LONG = re.compile(r"[0-9]+(?:[.,][0-9]*)?")
_LONG_AMOUNT = re.compile(r"[0-9]{16,}(?:[.,][0-9]{0,2})?")
DIGITS_MAX = 15
_TWO_WAYS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
SPACES = str.maketrans("", "", " \u00a0\u202f")
"""What people write between thousands."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line by column, without spaces around; `line` counts from 1."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell that must say something. Raises `InputError` naming the line."""
        found = self.cells[column]
        if not found:
            raise InputError(t("La ligne {line} n'a pas de nom.", line=self.line))
        return found


def heading_of(data: bytes) -> tuple[str, ...]:
    """The columns that the first line names, in small letters.

    Raises `InputError` for a column that stands twice: one of the two would be passed over.
    """
    first = _first_line(spelled_file(data))
    reader = csv.reader(io.StringIO(first), delimiter=_separator(first))
    try:
        found = tuple(cell.strip().lower() for cell in next(reader, []))
    except csv.Error as error:
        raise InputError(t("La ligne {line} ne se lit pas.", line=1)) from error
    if twice := [name for name in found if found.count(name) > 1]:
        raise InputError(t("La colonne « {name} » est là deux fois.", name=twice[0][:40]))
    return found


def _first_line(text: str) -> str:
    return re.split("[\r\n]", text, maxsplit=1)[0]


def read_rows(data: bytes) -> Iterator[Row]:
    """The rows below the heading, blank ones left out.

    UTF-8 with or without byte-order mark, `;` (or `,` where the heading has no `;`), any
    line ends. Raises `InputError` naming the line.
    """
    columns = heading_of(data)
    text = spelled_file(data)
    separator = _separator(_first_line(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        next(reader, None)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                raise InputError(
                    t(
                        "La ligne {line} a {count} colonnes au lieu de {width}.",
                        line=reader.line_num,
                        count=len(cells),
                        width=len(columns),
                    )
                )
            stripped = (cell.strip() for cell in cells)
            yield Row(reader.line_num, dict(zip(columns, stripped, strict=True)))
    except csv.Error as error:
        raise InputError(t("La ligne {line} ne se lit pas.", line=reader.line_num)) from error


def cells_of(typed: str, line: int) -> list[str]:
    """The cells of one line that someone typed, parted by `;`, without spaces around.

    Raises `InputError` naming the line, also for a quotation mark that is not closed or a
    character that cannot be written.
    """
    try:
        text = [spelled(typed, line)]
        reader = csv.reader(text, delimiter=";", skipinitialspace=True, strict=True)
        return [cell.strip() for row in reader for cell in row]
    except csv.Error as error:
        raise InputError(t("La ligne {line} ne se lit pas.", line=line)) from error


def _separator(first: str) -> str:
    return ";" if ";" in first else ","


def check_reading(cleaned: str, typed: str, what: Text) -> None:
    """Raises `InputError` for `1,250`: a thousand to some readers, one and a quarter to others.

    `what` says where it stands.
    """
    if _TWO_WAYS.fullmatch(cleaned):
        raise InputError(
            t(
                "« {typed} » peut se lire de deux façons, écrivez-le sans virgule : {what}.",
                typed=typed[:40],
                what=what,
            )
        )


def number(typed: str, line: int) -> Fraction:
    """A number that is not negative, with a decimal comma or point, exactly as written.

    Raises `InputError` naming the line, also for `1,250`, which reads in two ways.
    """
    cleaned = typed.translate(SPACES)
    check_reading(cleaned, typed, t("ligne {line}", line=line))
    found = _NUMBER.fullmatch(cleaned)
    if not found and _LONG.fullmatch(cleaned):
        raise InputError(t("Ligne {line} : {fault}", line=line, fault=too_long(typed)))
    if not found:
        raise InputError(
            t(
                "Ligne {line} : « {typed} » n'est pas un nombre positif.",
                line=line,
                typed=typed[:40],
            )
        )
    return Fraction(f"{found[1]}.{found[2] or 0}")


def too_long(typed: str) -> Text:
    """The fault of a number with more digits than are read."""
    return t(
        "« {typed} » est un nombre trop long : {limit} chiffres au plus.",
        typed=f"{typed[:40]}…" if len(typed) > 40 else typed,
        limit=DIGITS_MAX,
    )


def cents(typed: str, line: int | None = None) -> int:
    """Whole cents of an amount as people type it: `12`, `12,50`, `1 250.00`.

    Raises `InputError`, naming the line if there is one, for a sign or anything else that is
    no number, and for more than two decimals even if they are zeros: `1,250` is a thousand
    to some readers.
    """
    cleaned = typed.translate(SPACES)
    found = _AMOUNT.fullmatch(cleaned)
    if not found:
        fault = t(
            "« {typed} » n'est pas un montant au centime près : écrivez-le comme 1250,00.",
            typed=typed[:40],
        )
        if _LONG_AMOUNT.fullmatch(cleaned):
            fault = too_long(typed)
        if line is not None:
            fault = t("Ligne {line} : {fault}", line=line, fault=fault)
        raise InputError(fault)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
