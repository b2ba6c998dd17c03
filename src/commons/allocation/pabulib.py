"""Elections in the Pabulib format: sections META, PROJECTS and VOTES, `;` between cells.

Source: Stolicki, Szufa & Talmon, « Pabulib: A Participatory Budgeting Library », 2020.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import BinaryIO

from commons.allocation.ballots import NUMBER_MAX
from commons.allocation.csv_rows import SPACES, check_reading
from commons.allocation.election import RANKED, Election, Proposal
from commons.allocation.pabulib_votes import (
    SECTIONS,
    Table,
    Votes,
    refuse_second_votes,
    whole,
)
from commons.allocation.spelling import line_ends, not_utf8, spelled, spelled_cells
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

VOTE_TYPES = ("approval", "cumulative", "scoring", "choose-1", RANKED)
NUMBER_CHARACTERS_MAX = 30


def read_election(source: bytes | BinaryIO, budget: Fraction | None = None) -> Election:
    """Read a `.pb` file; `budget`, if given, stands in for the file's own.

    The file is read a line at a time and identical ballots are merged as they come, so that
    memory grows with the different ballots (and eight bytes a voter, to find who votes
    twice). An approval written twice on one ballot counts once; points of zero support
    nothing. Raises `InputError`, with the line where there is one, for a missing section or
    column, a duplicate (section, META key, column, project, voter), an unknown project, too
    many cells, several choices where there is one, an open quotation mark, a number that is
    none, a character that cannot be written. Text is composed (NFC) before it is compared.
    Nothing in the file is passed over in silence.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    reader = _Reader(stream)
    meta = _meta(reader)
    vote_type = meta.get("vote_type", "")
    if vote_type not in VOTE_TYPES:
        raise InputError(t("Le type de vote « {kind} » est inconnu.", kind=vote_type[:40]))
    if budget is None:
        if "budget" not in meta:
            raise InputError(t("Le fichier ne donne pas de budget."))
        budget = number(meta["budget"], t("le budget"))
    proposals = tuple(_proposals(reader))
    places = {proposal.proposal_id: place for place, proposal in enumerate(proposals)}
    votes = Votes(places, vote_type)
    suspects = votes.read(reader.votes(votes.columns))
    reader.detach()
    if suspects:
        _look_again(stream, votes, suspects)
    return Election(budget, proposals, votes.ballots(), votes.voters, vote_type, meta)


def _look_again(stream: BinaryIO, votes: Votes, suspects: set[int]) -> None:
    """Read the file a second time, to tell who votes twice from hashes that are alike."""
    stream.seek(0)
    reader = _Reader(stream)
    _meta(reader)
    for _ in _proposals(reader):
        pass
    refuse_second_votes(reader.votes(votes.columns), suspects)
    reader.detach()


def _meta(reader: "_Reader") -> dict[str, str]:
    meta: dict[str, str] = {}
    for key, value in reader.rows("META", ("key", "value"), open_ended=True):
        if key in meta:
            raise InputError(
                t("Ligne {line} : « {key} » est donné deux fois.", line=reader.line, key=key)
            )
        meta[key] = value
    return meta


def _proposals(reader: "_Reader") -> Iterator[Proposal]:
    seen: set[str] = set()
    for proposal_id, cost, name in reader.rows("PROJECTS", ("project_id", "cost"), ("name",)):
        if not proposal_id:
            raise InputError(t("Ligne {line} : il manque un identifiant.", line=reader.line))
        if proposal_id in seen:
            raise InputError(
                t(
                    "Ligne {line} : deux propositions portent le même identifiant « {name} ».",
                    line=reader.line,
                    name=proposal_id[:40],
                )
            )
        seen.add(proposal_id)
        if len(seen) > NUMBER_MAX:
            raise InputError(t("Ligne {line} : trop de propositions.", line=reader.line))
        exact = number(cost, t("le coût, ligne {line}", line=reader.line))
        yield Proposal(proposal_id, exact, name)


def number(typed: str, what: Text) -> Fraction:
    """A non-negative decimal number, exactly: `12.5`, `12,5`, `1 250`.

    Raises `InputError` naming `what`, also for `1,250`: a thousand to some readers, one and
    a quarter to others.
    """
    cleaned = typed.translate(SPACES)
    check_reading(cleaned, typed, what)
    whole, _, part = cleaned.replace(",", ".", 1).partition(".")
    if re.fullmatch("[0-9]+", whole + part) and len(cleaned) > NUMBER_CHARACTERS_MAX:
        raise InputError(
            t(
                "« {typed}… » est un nombre trop long, {limit} chiffres au plus : {what}.",
                typed=typed[:40],
                limit=NUMBER_CHARACTERS_MAX,
                what=what,
            )
        )
    if not re.fullmatch(r"[0-9]{1,30}", whole + part) or len(cleaned) > NUMBER_CHARACTERS_MAX:
        raise InputError(
            t("« {typed} » n'est pas un nombre positif : {what}.", typed=typed[:40], what=what)
        )
    return Fraction(int(whole + part), 10 ** len(part))


class _Reader:
    """Sections one after the other, a line at a time; `line` is where one stands."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        self.lines = self._whole_lines()
        self._csv = csv.reader(self.lines, delimiter=";")
        self._opened = ""
        self.line = 0

    def rows(
        self,
        section: str,
        needed: Sequence[str],
        optional: Sequence[str] = (),
        *,
        open_ended: bool = False,
    ) -> Iterator[list[str]]:
        """The rows of the next section, which must be `section`: needed cells, then optional.

        In an open-ended section the last column keeps the `;` it holds unquoted.
        """
        heading, width = self.heading(section, needed)
        order = [heading.get(name, width) for name in (*needed, *optional)]
        while (row := self._next()) is not None:
            if len(row) == 1 and row[0].strip() in SECTIONS:
                self._opened = row[0].strip()
                return
            if len(row) > width and open_ended:
                row[width - 1 :] = [";".join(row[width - 1 :])]
            row = whole(row, width, self.line)
            yield [row[place].strip() for place in order]

    def heading(self, section: str, needed: Sequence[str]) -> tuple[dict[str, int], int]:
        """Open `section`: where each of its columns stands, and how many there are."""
        self._open(section)
        cells = [cell.strip() for cell in self._next() or []]
        heading = {cell: place for place, cell in enumerate(cells)}
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
        if len(heading) != len(cells):
            raise InputError(
                t("Ligne {line} : une colonne est annoncée deux fois.", line=self.line)
            )
        return heading, len(cells)

    def votes(self, needed: Sequence[str]) -> Table:
        """What follows the heading of VOTES, for one to read line by line."""
        heading, width = self.heading("VOTES", needed)
        return Table(self.lines, heading, width, self.line)

    def detach(self) -> None:
        """Leave the stream open, for whoever gave it."""
        self._text.detach()

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

    def _whole_lines(self) -> Iterator[str]:
        try:
            for number, line in enumerate(self._text, start=1):
                is_plain = line.isascii() and "\0" not in line
                yield line if is_plain else spelled(line, number)
        except UnicodeDecodeError as error:
            raise not_utf8(self._first_fault()) from error

    def _first_fault(self) -> int:
        """The first line that is not UTF-8: the decoder is ahead of what was yielded."""
        stream = self._text.buffer
        stream.seek(0)
        line = 1
        for raw in stream:
            try:
                line += line_ends(raw.decode())
            except UnicodeDecodeError as error:
                return line + line_ends(raw[: error.start].decode())
        return line

    def _next(self) -> list[str] | None:
        while True:
            self.line = self._csv.line_num + 1
            try:
                row = next(self._csv)
            except StopIteration:
                self.line -= 1
                return None
            except csv.Error as error:
                raise InputError(t("La ligne {line} ne se lit pas.", line=self.line)) from error
            if self._csv.line_num != self.line:
                raise InputError(
                    t("Ligne {line} : un guillemet n'est pas refermé.", line=self.line)
                )
            if any(cell.strip() for cell in row):
                return spelled_cells(row, self.line)
