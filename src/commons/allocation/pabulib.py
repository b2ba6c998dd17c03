"""Elections in the Pabulib format: sections META, PROJECTS and VOTES, `;` between cells.

Format: Stolicki, Szufa & Talmon, « Pabulib: A Participatory Budgeting Library », 2020.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from commons.allocation.election import Ballot, Election, Proposal
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

VOTE_TYPES = ("approval", "cumulative", "scoring", "choose-1", "ordinal")
WITH_POINTS = frozenset({"cumulative", "scoring"})
SECTIONS = ("META", "PROJECTS", "VOTES")
NUMBER_CHARACTERS_MAX = 30
csv.field_size_limit(10_000_000)


def read_election(data: bytes, budget: Fraction | None = None) -> Election:
    """Read a `.pb` file; `budget`, if given, stands in for the file's own.

    Choose-one ballots are approvals of one; an approval written twice counts once. Raises
    `InputError` naming the line for a missing section or column, a duplicate, an unknown
    proposal, a number that is none, and for ordinal ballots, which no rule here takes.
    """
    reader = _Reader(data)
    meta = {cells["key"]: cells["value"] for cells in reader.rows("META", ("key", "value"))}
    vote_type = meta.get("vote_type", "")
    if vote_type not in VOTE_TYPES:
        raise InputError(t("Le type de vote « {kind} » est inconnu.", kind=vote_type[:40]))
    if vote_type == "ordinal":
        raise InputError(
            t("Ces bulletins sont des classements : aucune règle offerte ici ne les prend.")
        )
    if budget is None:
        if "budget" not in meta:
            raise InputError(t("Le fichier ne donne pas de budget."))
        budget = number(meta["budget"], t("le budget"))
    proposals = tuple(_proposals(reader))
    places = {proposal.proposal_id: place for place, proposal in enumerate(proposals)}
    if len(places) != len(proposals):
        raise InputError(t("Deux propositions portent le même identifiant."))
    with_points = vote_type in WITH_POINTS
    columns = ("voter_id", "vote", "points") if with_points else ("voter_id", "vote")
    ballots: Counter[Ballot] = Counter()
    voters = 0
    for cells in reader.rows("VOTES", columns):
        voters += 1
        ballot = _ballot(cells, places, reader.line, with_points=with_points)
        if ballot:
            ballots[ballot] += 1
    return Election(budget, proposals, ballots, voters, vote_type)


def _proposals(reader: "_Reader") -> Iterator[Proposal]:
    for cells in reader.rows("PROJECTS", ("project_id", "cost")):
        if not cells["project_id"]:
            raise InputError(t("Ligne {line} : il manque un identifiant.", line=reader.line))
        cost = number(cells["cost"], t("le coût, ligne {line}", line=reader.line))
        yield Proposal(cells["project_id"], cost, cells.get("name", ""))


def _ballot(
    cells: Mapping[str, str], places: Mapping[str, int], line: int, *, with_points: bool
) -> Ballot:
    chosen = [name.strip() for name in cells["vote"].split(",") if name.strip()]
    points = [part.strip() for part in cells["points"].split(",")] if with_points else []
    if with_points and len([part for part in points if part]) != len(chosen):
        raise InputError(t("Ligne {line} : il faut des points pour chaque choix.", line=line))
    ballot: dict[int, int] = {}
    for index, name in enumerate(chosen):
        if name not in places:
            raise InputError(
                t("Ligne {line} : vote pour « {name} », inconnue.", line=line, name=name[:40])
            )
        if places[name] in ballot and with_points:
            raise InputError(
                t("Ligne {line} : « {name} » choisie deux fois.", line=line, name=name)
            )
        given = points[index] if with_points else "1"
        if not given.isascii() or not given.isdigit() or len(given) > NUMBER_CHARACTERS_MAX:
            raise InputError(t("Ligne {line} : des points sont un nombre entier.", line=line))
        ballot[places[name]] = int(given)
    return tuple(sorted((place, value) for place, value in ballot.items() if value > 0))


def number(typed: str, what: Text) -> Fraction:
    """A non-negative decimal number, exactly. Raises `InputError` naming `what`."""
    cleaned = typed.strip().replace(",", ".")
    whole, _, part = cleaned.partition(".")
    digits = whole + part
    if not digits.isascii() or not digits.isdigit() or len(digits) > NUMBER_CHARACTERS_MAX:
        raise InputError(
            t("« {typed} » n'est pas un nombre positif : {what}.", typed=typed[:40], what=what)
        )
    return Fraction(int(digits), 10 ** len(part))


class _Reader:
    """Sections one after the other; `line` is where one stands."""

    def __init__(self, data: bytes) -> None:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(t("Ce fichier n'est pas en UTF-8.")) from error
        if "\0" in text:
            raise InputError(t("Ce fichier n'est pas un fichier Pabulib."))
        self._csv = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        self._opened = ""

    @property
    def line(self) -> int:
        return self._csv.line_num

    def rows(self, section: str, needed: Iterable[str]) -> Iterator[dict[str, str]]:
        """The rows of the next section, which must be `section`, by column."""
        self._open(section)
        heading = [cell.strip() for cell in self._next() or []]
        missing = [name for name in needed if name not in heading]
        if missing:
            raise InputError(
                t(
                    "Section {section}, ligne {line} : il manque la colonne {missing}.",
                    section=section,
                    line=self.line,
                    missing=", ".join(missing),
                )
            )
        while (row := self._next()) is not None:
            if len(row) == 1 and row[0].strip() in SECTIONS:
                self._opened = row[0].strip()
                return
            if len(row) < 2:
                raise InputError(
                    t(
                        "Ligne {line} : « {row} » n'est pas complet.",
                        line=self.line,
                        row=row[0][:40],
                    )
                )
            row += [""] * (len(heading) - len(row))
            yield {name: cell.strip() for name, cell in zip(heading, row, strict=False)}

    def _open(self, section: str) -> None:
        if not self._opened:
            first = self._next() or []
            self._opened = first[0].strip() if first else ""
        if self._opened != section:
            raise InputError(
                t(
                    "Il manque la section {section} (ligne {line}).",
                    section=section,
                    line=self.line,
                )
            )
        self._opened = " "

    def _next(self) -> list[str] | None:
        try:
            for row in self._csv:
                if any(cell.strip() for cell in row):
                    return row
        except csv.Error as error:
            raise InputError(t("La ligne {line} ne se lit pas.", line=self.line)) from error
        return None
