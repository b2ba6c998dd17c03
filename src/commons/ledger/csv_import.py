"""Contributions kept in a spreadsheet, read row by row with a verdict each.

Spreadsheet habits are welcome: byte-order mark or Windows encoding, `;`, `,` or tabs,
decimal commas, French or English headings, dates as people write them.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Protocol, TypeAlias
from uuid import UUID, uuid5

from commons.kernel.composing import composed
from commons.kernel.duration import parse_minutes
from commons.kernel.errors import InputError
from commons.kernel.quantity import MINUTE, parse_plain, plain
from commons.kernel.text import Text, t
from commons.ledger.canonical import encode

ROWS_MAX = 200_000
BYTES_MAX = 50_000_000
CELL_CHARACTERS_MAX = 10_000

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "jour", "day", "le"),
    "contributor": ("contributeur", "contributrice", "contributor", "qui", "nom", "name"),
    "duration": ("duree", "temps", "heures", "duration", "hours", "time"),
    "minutes": ("minutes", "min"),
    "quantity": ("quantite", "quantity"),
    "unit": ("unite", "unit"),
    "description": ("description", "quoi", "activite", "tache", "objet", "what", "task"),
    "links": ("liens", "lien", "preuve", "links", "link", "proof"),
    "nature": ("nature",),
    "reward": ("retribution", "reward", "statut"),
}
NATURES = {
    "travail": "work",
    "nature": "in-kind",
    "en nature": "in-kind",
    "materiel": "material",
    "savoir": "knowledge",
    "connaissance": "knowledge",
}
REWARDS = {
    "benevole": "pro-bono",
    "benevolat": "pro-bono",
    "ouvert": "open",
    "ouvert a retribution": "open",
    "a retribuer": "open",
}
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\Z")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row that can be read. `entry_id` is the same whenever this file is read again."""

    line: int
    entry_id: UUID
    day: date
    contributor: str
    quantity: Decimal
    unit: str
    description: str
    links: str
    nature: str
    reward: str


@dataclass(frozen=True, slots=True)
class FaultyRow:
    line: int
    text: Text


Row: TypeAlias = ImportedRow | FaultyRow


class CsvReader(Protocol):
    """What `csv.reader` gives: rows, and the number of the last line read."""

    line_num: int

    def __next__(self) -> list[str]: ...


def read_contributions(data: bytes, commons_id: UUID) -> list[Row]:
    """Every row of the file, in order, read or refused with its reason.

    The key of a row is a UUIDv5 of the commons, the row's meaning and its occurrence
    number in the file: reading the file twice adds nothing, and two identical real days
    stay two. Raises `InputError` if the file as a whole cannot be read.
    """
    columns, rows = _table(data)
    seen: Counter[bytes] = Counter()
    result: list[Row] = []
    for line, cells in rows:
        if len(result) >= ROWS_MAX:
            raise InputError(t("Plus de {limit} lignes : coupez le fichier.", limit=ROWS_MAX))
        try:
            result.append(_read(line, _named(columns, cells), commons_id, seen))
        except InputError as error:
            result.append(FaultyRow(line, error.text))
    if not result:
        raise InputError(t("Ce fichier n'a aucune ligne de contribution."))
    return result


def _table(data: bytes) -> tuple[dict[str, int], Iterator[tuple[int, list[str]]]]:
    if len(data) > BYTES_MAX:
        raise InputError(t("Ce fichier dépasse 50 Mo : coupez-le."))
    if b"\0" in data:
        raise InputError(t("Ce fichier n'est pas un tableau CSV : exportez-le en CSV."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        heading = next(reader, [])
    except csv.Error as error:
        raise InputError(t("Ce fichier n'est pas un tableau CSV lisible.")) from error
    columns = _columns(heading)
    return columns, _rows(reader)


def _rows(reader: CsvReader) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                t("La ligne {line} ne se lit pas comme du CSV.", line=reader.line_num)
            ) from error
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _columns(heading: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = _fold(cell)
        for column, names in HEADINGS.items():
            if name in names:
                if column in columns:
                    raise InputError(
                        t("Deux colonnes disent la même chose : {name}.", name=cell.strip())
                    )
                columns[column] = place
    needed = {"date", "contributor", "description"} - columns.keys()
    if not columns.keys() & {"duration", "minutes", "quantity"}:
        needed.add("duration")
    if needed:
        wanted = ", ".join(sorted(HEADINGS[column][0] for column in needed))
        raise InputError(
            t(
                "Il manque une colonne : {wanted}. La première ligne doit nommer les colonnes, "
                "par exemple « date;contributeur;durée;description ».",
                wanted=wanted,
            )
        )
    return columns


def _fold(text: str) -> str:
    """Lower case, without accents or needless spaces."""
    plain_text = composed(text.strip().casefold(), "NFKD")
    kept = "".join(char for char in plain_text if not unicodedata.combining(char))
    return " ".join(kept.split())


def _named(columns: Mapping[str, int], cells: list[str]) -> dict[str, str]:
    named = {}
    for column, place in columns.items():
        cell = cells[place].strip() if place < len(cells) else ""
        if len(cell) > CELL_CHARACTERS_MAX:
            raise InputError(t("Une cellule est trop longue."))
        named[column] = composed(cell)
    return named


def _read(
    line: int, cells: Mapping[str, str], commons_id: UUID, seen: Counter[bytes]
) -> ImportedRow:
    day = _day(cells["date"])
    quantity, unit = _amount(cells)
    contributor = cells["contributor"]
    if not contributor:
        raise InputError(t("La colonne « contributeur » est vide."))
    if not cells["description"]:
        raise InputError(t("La colonne « description » est vide."))
    nature = _choice(cells.get("nature", ""), NATURES, "work")
    reward = _choice(cells.get("reward", ""), REWARDS, "pro-bono")
    meaning = {
        "day": day.isoformat(),
        "contributor": contributor,
        "quantity": plain(quantity),
        "unit": unit,
        "description": cells["description"],
        "links": cells.get("links", ""),
        "nature": nature,
        "reward": reward,
    }
    canonical = encode(meaning)
    seen[canonical] += 1
    return ImportedRow(
        line=line,
        entry_id=uuid5(commons_id, f"{canonical.decode()}#{seen[canonical]}"),
        day=day,
        contributor=contributor,
        quantity=quantity,
        unit=unit,
        description=cells["description"],
        links=cells.get("links", ""),
        nature=nature,
        reward=reward,
    )


@lru_cache(maxsize=1024)
def _day(typed: str) -> date:
    try:
        if found := _DAY_FIRST.match(typed):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _YEAR_FIRST.match(typed):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise InputError(t("Le {typed} n'existe pas au calendrier.", typed=typed)) from error
    raise InputError(
        t("« {typed} » n'est pas une date comme 20/11/2026 ou 2026-11-20.", typed=typed[:40])
    )


def _amount(cells: Mapping[str, str]) -> tuple[Decimal, str]:
    if cells.get("minutes"):
        return Decimal(parse_minutes(f"{cells['minutes']} min")), MINUTE.code
    if cells.get("duration"):
        return Decimal(parse_minutes(cells["duration"])), MINUTE.code
    typed, unit = cells.get("quantity", ""), cells.get("unit", "")
    if not typed:
        raise InputError(t("La durée est vide."))
    if not unit or _fold(unit) in {"h", "heure", "heures"}:
        return Decimal(parse_minutes(typed)), MINUTE.code
    if _fold(unit) in {"min", "minute", "minutes"}:
        return Decimal(parse_minutes(f"{typed} min")), MINUTE.code
    cleaned = typed.replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    return parse_plain(cleaned.replace(",", ".")), unit


def _choice(typed: str, known: Mapping[str, str], default: str) -> str:
    if not typed:
        return default
    folded = _fold(typed)
    if folded in known:
        return known[folded]
    if folded in known.values():
        return folded
    raise InputError(
        t(
            "« {typed} » ne se comprend pas ici. On peut écrire : {known}.",
            typed=typed[:40],
            known=", ".join(known),
        )
    )
