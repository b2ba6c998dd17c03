"""Claims from a CSV file: `name;claim[;floor][;cap][;weight]`."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction

from commons.allocation.division import Claim
from commons.kernel.errors import InputError
from commons.kernel.text import t

COLUMNS = ("name", "claim", "floor", "cap", "weight")
_NUMBER = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{0,15}))?")
_AMOUNT = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{0,2}))?")
_SPACES = str.maketrans("", "", " \u00a0\u202f")


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
    cap = cells.get("cap")
    return Claim(
        name=cells["name"],
        cents=cents(cells["claim"], line),
        floor=cents(cells.get("floor") or "0", line),
        cap=cents(cap, line) if cap else None,
        weight=_weight_at(line, cells.get("weight") or "1"),
    )


def _weight_at(line: int, typed: str) -> Fraction:
    found = _NUMBER.fullmatch(typed.translate(_SPACES))
    if not found:
        raise InputError(
            t(
                "Ligne {line} : « {typed} » n'est pas un nombre positif.",
                line=line,
                typed=typed[:40],
            )
        )
    return Fraction(f"{found[1]}.{found[2] or 0}")


def cents(typed: str, line: int | None = None) -> int:
    """Whole cents of an amount as people type it: `12`, `12,50`, `1 250.00`.

    Raises `InputError`, naming the line if there is one, for a sign or anything else that is
    no number, and for more than two decimals even if they are zeros: `1,250` is a thousand
    to some readers.
    """
    found = _AMOUNT.fullmatch(typed.translate(_SPACES))
    if not found:
        fault = t(
            "« {typed} » n'est pas un montant au centime près : écrivez-le comme 1250,00.",
            typed=typed[:40],
        )
        if line is not None:
            fault = t("Ligne {line} : {fault}", line=line, fault=fault)
        raise InputError(fault)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
