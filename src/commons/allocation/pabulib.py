"""Elections in the Pabulib format: sections META, PROJECTS and VOTES, `;` between cells.

Format: Stolicki, Szufa & Talmon, « Pabulib: A Participatory Budgeting Library », 2020.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from commons.allocation.election import RANKED, Ballot, Election, Proposal
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

VOTE_TYPES = ("approval", "cumulative", "scoring", "choose-1", RANKED)
WITH_POINTS = frozenset({"cumulative", "scoring"})
SECTIONS = ("META", "PROJECTS", "VOTES")
NUMBER_CHARACTERS_MAX = 30
_SPACES = str.maketrans("", "", " \u00a0\u202f")


def read_election(data: bytes, budget: Fraction | None = None) -> Election:
    """Read a `.pb` file; `budget`, if given, stands in for the file's own.

    An approval written twice on one ballot counts once; points of zero support nothing.
    Raises `InputError`, with the line where there is one, for a missing section or column,
    a duplicate (section, META key, column, project, voter), an unknown project, too many
    cells, several choices where there is one, an open quotation mark, a number that is
    none. Nothing in the file is passed over in silence.
    """
    reader = _Reader(data)
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
    ballots: Counter[Ballot] = Counter()
    known: dict[tuple[str, ...], Ballot] = {}
    voters: set[str] = set()
    columns = ("voter_id", "vote", *(("points",) if vote_type in WITH_POINTS else ()))
    for voter, *marks in reader.rows("VOTES", columns):
        _enter(voters, voter, reader.line)
        written = tuple(marks)
        if (ballot := known.get(written)) is None:
            ballot = known[written] = _ballot(written, places, vote_type, reader.line)
        if ballot:
            ballots[ballot] += 1
    reader.finish()
    return Election(budget, proposals, ballots, len(voters), vote_type)


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
        exact = number(cost, t("le coût, ligne {line}", line=reader.line))
        yield Proposal(proposal_id, exact, name)


def _enter(voters: set[str], voter: str, line: int) -> None:
    if not voter:
        raise InputError(t("Ligne {line} : il manque l'identifiant du votant.", line=line))
    if voter in voters:
        raise InputError(
            t("Ligne {line} : « {voter} » vote deux fois.", line=line, voter=voter[:40])
        )
    voters.add(voter)


def _ballot(
    written: Sequence[str], places: Mapping[str, int], vote_type: str, line: int
) -> Ballot:
    chosen = [name.strip() for name in written[0].split(",") if name.strip()]
    for name in chosen:
        if name not in places:
            raise InputError(
                t("Ligne {line} : vote pour « {name} », inconnue.", line=line, name=name[:40])
            )
    if vote_type in WITH_POINTS or vote_type == RANKED:
        _refuse_repeats(chosen, line)
    if vote_type == RANKED:
        return tuple((places[name], rank) for rank, name in enumerate(chosen, start=1))
    if vote_type in WITH_POINTS:
        points = _points(written[1], len(chosen), line)
        marks = {places[name]: given for name, given in zip(chosen, points, strict=True)}
        return tuple(sorted((place, given) for place, given in marks.items() if given))
    approved = {places[name] for name in chosen}
    if vote_type == "choose-1" and len(approved) > 1:
        raise InputError(
            t("Ligne {line} : un seul choix est permis par bulletin (choose-1).", line=line)
        )
    return tuple((place, 1) for place in sorted(approved))


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
        if not re.fullmatch(r"[0-9]{1,30}", part):
            raise InputError(
                t("Ligne {line} : des points sont un nombre entier positif.", line=line)
            )
    return [int(part) for part in parts]


def number(typed: str, what: Text) -> Fraction:
    """A non-negative decimal number, exactly: `12.5`, `12,5`, `1 250`.

    Raises `InputError` naming `what`, also for `1,250`: a thousand to some readers, one and
    a quarter to others.
    """
    cleaned = typed.translate(_SPACES)
    if re.fullmatch(r"[0-9]{1,3},[0-9]{3}", cleaned):
        raise InputError(
            t(
                "« {typed} » peut se lire de deux façons, écrivez-le sans virgule : {what}.",
                typed=typed[:40],
                what=what,
            )
        )
    whole, _, part = cleaned.replace(",", ".", 1).partition(".")
    if not re.fullmatch(r"[0-9]{1,30}", whole + part) or len(cleaned) > NUMBER_CHARACTERS_MAX:
        raise InputError(
            t("« {typed} » n'est pas un nombre positif : {what}.", typed=typed[:40], what=what)
        )
    return Fraction(int(whole + part), 10 ** len(part))


class _Reader:
    """Sections one after the other, a line at a time; `line` is where one stands."""

    def __init__(self, data: bytes) -> None:
        if b"\0" in data:
            raise InputError(t("Ce fichier n'est pas un fichier Pabulib."))
        lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
        self._csv = csv.reader(lines, delimiter=";")
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
        self._open(section)
        heading = self._heading(section, needed)
        width = len(heading)
        order = [heading.get(name, width) for name in (*needed, *optional)]
        while (row := self._next()) is not None:
            if len(row) == 1 and row[0].strip() in SECTIONS:
                self._opened = row[0].strip()
                return
            if len(row) > width and open_ended:
                row[width - 1 :] = [";".join(row[width - 1 :])]
            self._check_width(row, width)
            row += [""] * (width + 1 - len(row))
            yield [row[place].strip() for place in order]

    def finish(self) -> None:
        """Refuse what follows the last section: nothing is read past it."""
        if self._opened in SECTIONS:
            raise InputError(
                t(
                    "Ligne {line} : rien ne suit les votes, surtout pas {section}.",
                    line=self.line,
                    section=self._opened,
                )
            )

    def _heading(self, section: str, needed: Sequence[str]) -> dict[str, int]:
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
        return heading

    def _check_width(self, row: list[str], width: int) -> None:
        if len(row) < 2:
            raise InputError(
                t(
                    "Ligne {line} : « {row} » n'est pas complet.",
                    line=self.line,
                    row=row[0][:40],
                )
            )
        if any(cell.strip() for cell in row[width:]):
            raise InputError(
                t(
                    "Ligne {line} : {count} cellules pour {width} colonnes. Mettez entre "
                    "guillemets un texte qui contient un point-virgule.",
                    line=self.line,
                    count=len(row),
                    width=width,
                )
            )

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
        while True:
            self.line = self._csv.line_num + 1
            try:
                row = next(self._csv)
            except StopIteration:
                self.line -= 1
                return None
            except UnicodeDecodeError as error:
                raise InputError(t("Ce fichier n'est pas en UTF-8.")) from error
            except csv.Error as error:
                raise InputError(t("La ligne {line} ne se lit pas.", line=self.line)) from error
            if self._csv.line_num != self.line:
                raise InputError(
                    t("Ligne {line} : un guillemet n'est pas refermé.", line=self.line)
                )
            if any(cell.strip() for cell in row):
                return row
