"""The votes of a Pabulib file, a line at a time: what is written alike is read once.

Source: the Pabulib format, as `pabulib` says.
"""

import csv
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from commons.allocation.ballots import PackedBallots, pack
from commons.allocation.election import RANKED, WITH_POINTS
from commons.allocation.spelling import spelled_cells
from commons.kernel.errors import InputError
from commons.kernel.text import t

POINTS_DIGITS_MAX = 6
SECTIONS = ("META", "PROJECTS", "VOTES")
_DRAWERS = 256


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of VOTES: where its columns stand, how many there are, the line before them."""

    lines: Iterator[str]
    columns: Mapping[str, int]
    width: int
    line: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its line, as wide as the heading."""
        number = self.line
        for line in self.lines:
            number += 1
            if '"' in line:
                cells = self._quoted(line, number)
            else:
                cells = line.rstrip("\r\n").split(";")
            if len(cells) != self.width:
                if len(cells) == 1:
                    if not cells[0].strip():
                        continue
                    _refuse_section(cells[0].strip(), number)
                cells = whole(cells, self.width, number)
            yield number, cells

    def _quoted(self, line: str, number: int) -> list[str]:
        reader = csv.reader(chain([line], self.lines), delimiter=";")
        try:
            cells = next(reader)
        except csv.Error as error:
            raise InputError(t("La ligne {line} ne se lit pas.", line=number)) from error
        if reader.line_num != 1 or not _closed(line):
            raise InputError(t("Ligne {line} : un guillemet n'est pas refermé.", line=number))
        return spelled_cells(cells, number)


def _closed(line: str) -> bool:
    """Whether the last line of a file does not leave a quoted cell open."""
    try:
        next(csv.reader([line], delimiter=";", strict=True))
    except csv.Error as error:
        return "unexpected end" not in str(error)
    return True


def whole(row: list[str], width: int, line: int) -> list[str]:
    """The row filled up to one cell more than `width`; refused if it says more than that."""
    if len(row) < 2:
        raise InputError(
            t("Ligne {line} : « {row} » n'est pas complet.", line=line, row=row[0][:40])
        )
    if any(cell.strip() for cell in row[width:]):
        raise InputError(
            t(
                "Ligne {line} : {count} cellules pour {width} colonnes. Mettez entre "
                "guillemets un texte qui contient un point-virgule.",
                line=line,
                count=len(row),
                width=width,
            )
        )
    return row + [""] * (width + 1 - len(row))


def _refuse_section(cell: str, line: int) -> None:
    if cell in SECTIONS:
        raise InputError(
            t(
                "Ligne {line} : rien ne suit les votes, surtout pas {section}.",
                line=line,
                section=cell,
            )
        )


class Votes:
    """Votes counted by what is written, until `ballots` merges what means the same."""

    def __init__(self, places: Mapping[str, int], vote_type: str) -> None:
        self.places = places
        self.vote_type = vote_type
        self.cells = 2 if vote_type in WITH_POINTS else 1
        self.columns = ("voter_id", "vote", *(("points",) if self.cells == 2 else ()))
        self.voters = 0
        self._known: dict[str, int] = {}
        self._packed: list[str] = []
        self._times: list[int] = []

    def read(self, table: Table) -> set[int]:
        """Count all rows; the hashes that several voters share are left to be looked at."""
        voter_at, vote_at = table.columns["voter_id"], table.columns["vote"]
        points_at = table.columns["points"] if self.cells == 2 else None
        drawers = [array("q") for _ in range(_DRAWERS)]
        known, times = self._known, self._times
        for line, cells in table.rows():
            if not (voter := cells[voter_at].strip()):
                raise InputError(
                    t("Ligne {line} : il manque l'identifiant du votant.", line=line)
                )
            mark = hash(voter)
            drawers[mark % _DRAWERS].append(mark)
            written = cells[vote_at]
            if points_at is not None:
                written = f"{written};{cells[points_at]}"
            if (at := known.get(written)) is None:
                known[written] = len(times)
                self._packed.append(self._ballot(written, line))
                times.append(1)
            else:
                times[at] += 1
        self.voters = sum(map(len, drawers))
        return {
            mark
            for drawer in drawers
            if len(set(drawer)) < len(drawer)
            for mark, found in Counter(drawer).items()
            if found > 1
        }

    def ballots(self) -> PackedBallots:
        counts: dict[str, int] = {}
        for packed, times in zip(self._packed, self._times, strict=True):
            if packed:
                counts[packed] = counts.get(packed, 0) + times
        return PackedBallots(counts, self.cells, self.vote_type == RANKED)

    def _ballot(self, written: str, line: int) -> str:
        named, _, points = written.partition(";")
        chosen = [name.strip() for name in named.split(",") if name.strip()]
        for name in chosen:
            if name not in self.places:
                raise InputError(
                    t(
                        "Ligne {line} : vote pour « {name} », inconnue.",
                        line=line,
                        name=name[:40],
                    )
                )
        if self.cells == 2 or self.vote_type == RANKED:
            _refuse_repeats(chosen, line)
        found = [self.places[name] for name in chosen]
        if self.cells == 2:
            given = _points(points.strip(), len(chosen), line)
            marks = sorted(mark for mark in zip(found, given, strict=True) if mark[1])
            return pack(marks, 2)
        if self.vote_type == RANKED:
            return "".join(map(chr, found))
        approved = sorted(set(found))
        if self.vote_type == "choose-1" and len(approved) > 1:
            raise InputError(
                t("Ligne {line} : un seul choix est permis par bulletin (choose-1).", line=line)
            )
        return "".join(map(chr, approved))


def refuse_second_votes(table: Table, suspects: set[int]) -> None:
    """Refuse the first voter, among those whose hash is suspect, who votes again."""
    at = table.columns["voter_id"]
    seen: set[str] = set()
    for line, cells in table.rows():
        voter = cells[at].strip()
        if hash(voter) in suspects:
            if voter in seen:
                raise InputError(
                    t("Ligne {line} : « {voter} » vote deux fois.", line=line, voter=voter[:40])
                )
            seen.add(voter)


def _refuse_repeats(chosen: list[str], line: int) -> None:
    if len(set(chosen)) != len(chosen):
        name = next(name for name, times in Counter(chosen).items() if times > 1)
        raise InputError(
            t("Ligne {line} : « {name} » choisie deux fois.", line=line, name=name[:40])
        )


def _points(written: str, count: int, line: int) -> list[int]:
    parts = [part.strip() for part in written.split(",")] if written else []
    if len(parts) != count:
        raise InputError(t("Ligne {line} : il faut des points pour chaque choix.", line=line))
    for part in parts:
        if not re.fullmatch(rf"[0-9]{{1,{POINTS_DIGITS_MAX}}}", part):
            raise InputError(
                t(
                    "Ligne {line} : des points sont un nombre entier de 0 à 999 999.",
                    line=line,
                )
            )
    return [int(part) for part in parts]
