"""Claims from a CSV file: `name;claim[;floor][;cap][;weight]`."""

import csv
import io
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from commons.allocation.division import Claim
from commons.kernel.errors import InputError
from commons.kernel.text import t

COLUMNS = ("name", "claim", "floor", "cap", "weight")
CENTS_MAX = 10**17


def read_claims(data: bytes) -> list[Claim]:
    """Claims in the order of the file, amounts in cents.

    UTF-8 with or without byte-order mark, `;` (or `,` where the heading has no `;`),
    decimal comma or point. Raises `InputError` naming the line.
    """
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(t("Ce fichier n'est pas en UTF-8.")) from error
    if "\0" in text:
        raise InputError(t("Ce fichier n'est pas un fichier CSV."))
    separator = ";" if ";" in text.split("\n", 1)[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    claims: list[Claim] = []
    columns: dict[str, int] | None = None
    try:
        for row in reader:
            if columns is None:
                columns = _columns([cell.strip().lower() for cell in row])
            elif any(cell.strip() for cell in row):
                claims.append(_claim(reader.line_num, _cells(reader.line_num, row, columns)))
    except csv.Error as error:
        raise InputError(t("La ligne {line} ne se lit pas.", line=reader.line_num)) from error
    return claims


def _columns(heading: list[str]) -> dict[str, int]:
    unknown = [name for name in heading if name not in COLUMNS]
    if unknown or len(set(heading)) != len(heading) or not {"name", "claim"} <= set(heading):
        raise InputError(
            t("La première ligne doit être « name;claim », et au besoin « ;floor;cap;weight ».")
        )
    return {name: heading.index(name) for name in heading}


def _cells(line: int, row: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    if len(row) != len(columns):
        raise InputError(
            t(
                "La ligne {line} a {count} colonnes au lieu de {width}.",
                line=line,
                count=len(row),
                width=len(columns),
            )
        )
    return {name: row[place].strip() for name, place in columns.items()}


def _claim(line: int, cells: Mapping[str, str]) -> Claim:
    if not cells["name"]:
        raise InputError(t("La ligne {line} n'a pas de nom.", line=line))
    cap = cells.get("cap", "")
    weight = cells.get("weight", "")
    return Claim(
        name=cells["name"],
        cents=cents(cells["claim"], line),
        floor=cents(cells.get("floor") or "0", line),
        cap=cents(cap, line) if cap else None,
        weight=Fraction(_number(weight, line)) if weight else Fraction(1),
    )


def cents(typed: str, line: int = 0) -> int:
    """Whole cents of an amount as people type it: `12`, `12,50`, `1 250.00`.

    Raises `InputError` for more than two decimals, a sign, or anything else; `line` says
    where, 0 for nowhere in a file.
    """
    amount = _number(typed, line) * 100
    if amount != amount.to_integral_value() or amount >= CENTS_MAX:
        raise InputError(
            t(
                "Ligne {line} : « {typed} » n'est pas un montant au centime près.",
                line=line,
                typed=typed,
            )
        )
    return int(amount)


def _number(typed: str, line: int) -> Decimal:
    cleaned = typed.replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    try:
        number = Decimal(cleaned.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not cleaned.replace(",", "").replace(".", "").isascii() or not cleaned[:1].isdigit():
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or "e" in cleaned.lower() or "_" in cleaned:
        raise InputError(
            t(
                "Ligne {line} : « {typed} » n'est pas un nombre positif.",
                line=line,
                typed=typed[:40],
            )
        )
    return number
