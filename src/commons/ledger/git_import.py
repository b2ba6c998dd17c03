"""The history of a git repository, as claims that await attestation: commits, never value.

Read from a folder, on the command line only, or from the text that `COMMAND` writes. The
folder's own configuration, hooks, filters and attributes are not trusted: git is run so that
it reads objects and runs nothing of the folder's. E-mail addresses go no further than
`GitPerson.email` (LED-11).
"""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias
from uuid import UUID, uuid5

from commons.kernel.addresses import without_addresses
from commons.kernel.composing import composed
from commons.kernel.errors import InputError
from commons.kernel.identifiers import clean_text
from commons.kernel.text import t
from commons.ledger.csv_import import BYTES_MAX, ROWS_MAX, FaultyRow
from commons.ledger.rules import TEXT_CHARACTERS_MAX

SECONDS_MAX = 300
FIELDS = "%H%x00%aI%x00%aN%x00%aE%x00%s%x00"
CO_AUTHORS = "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x1d)%x00"
FIELD_COUNT = 6
COMMAND = (
    "git log --reverse --use-mailmap --output=historique.txt "
    '--format="%H%x09%aI%x09%aN <%aE>%x09%s%x09'
    '%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x09)"'
)
"""Writes a line for each commit: its hash, moment, author, subject and co-authors, by tabs."""
PERSONS_MAX = 50
"""A commit by more people than this is no claim that anyone could attest."""
NAME_CHARACTERS_MAX = 120
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ADDRESS = re.compile(r"([^\s@]*)@\S*")
_BYTE_ORDERS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


@dataclass(frozen=True, slots=True)
class GitPerson:
    """An author as the history and its `.mailmap` name them. The address stays here."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class GitClaim:
    """That a person had a part in a commit. `entry_id` depends on no address.

    `line` is that of the text, or the number of the commit in the folder's history.
    """

    line: int
    entry_id: UUID
    commit: str
    day: date
    person: GitPerson
    subject: str


Claim: TypeAlias = GitClaim | FaultyRow


def read_log(data: bytes, commons_id: UUID) -> list[Claim]:
    """The claims of a text that `COMMAND` wrote, or why a line holds none, in order.

    The keys are those of `read_history`: a commit read from either is the same claim. Here
    the `.mailmap` has been followed for authors, not for co-authors. Raises `InputError` if
    the file as a whole is no such text.
    """
    lines = _lines(data)
    if not any(_COMMIT.fullmatch(line[:65].partition("\t")[0]) for line in lines):
        raise InputError(
            t("Ce fichier n'est pas un historique git : refaites-le avec la commande donnée.")
        )
    claims: list[Claim] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            claims += _claims_of_line(number, line, commons_id)
    return claims


def read_history(folder: Path, commons_id: UUID) -> list[Claim]:
    """Every commit reachable from HEAD, oldest first, one claim per author and co-author.

    `.mailmap` of the folder is followed. Raises `InputError` if `folder` is no git
    repository, has no commit, or git is not installed.
    """
    form = f"--format={FIELDS}{CO_AUTHORS}"
    cells = _git(folder, "log", "--reverse", "--use-mailmap", form, "HEAD").split("\0")
    claims: list[Claim] = []
    mapped: dict[str, GitPerson | None] = {}
    for start in range(0, len(cells) - FIELD_COUNT + 1, FIELD_COUNT):
        sha, moment, name, email, subject, trailers = cells[start : start + FIELD_COUNT]
        persons = [GitPerson(name.strip(), email.strip())]
        for trailer in trailers.split("\x1d"):
            if trailer not in mapped:
                mapped[trailer] = _mapped(folder, trailer)
            other = mapped[trailer]
            if other is not None:
                persons.append(other)
        number = start // FIELD_COUNT + 1
        claims += _claims(number, commons_id, sha.strip(), moment, persons, subject)
    return claims


def _lines(data: bytes) -> list[str]:
    """The lines of the text, in UTF-8 or as a Windows shell redirects them (UTF-16)."""
    if len(data) > BYTES_MAX:
        raise InputError(t("Ce fichier dépasse 50 Mo : coupez-le."))
    mark = next((mark for mark in _BYTE_ORDERS if data.startswith(mark)), b"")
    text = data.decode(_BYTE_ORDERS.get(mark, "utf-8"), errors="replace")
    if "\0" in text:
        raise InputError(
            t("Ce fichier n'est pas du texte : refaites-le avec la commande donnée.")
        )
    if text.count("\n") > ROWS_MAX:
        raise InputError(t("Plus de {limit} lignes : coupez le fichier.", limit=ROWS_MAX))
    return text.split("\n")


def _claims_of_line(number: int, line: str, commons_id: UUID) -> Sequence[Claim]:
    cells = line.rstrip("\r").split("\t", 4 + PERSONS_MAX)
    author = _person(cells[2]) if len(cells) > 3 else None
    if author is None or not _COMMIT.fullmatch(cells[0]):
        text = t("Cette ligne n'est pas celle d'un commit : « {line} ».", line=_shown(line))
        return [FaultyRow(number, text)]
    if "\t" in cells[-1]:
        text = t("Plus de {limit} personnes pour un commit.", limit=PERSONS_MAX)
        return [FaultyRow(number, text)]
    others = [person for cell in cells[4:] if (person := _person(cell))]
    return _claims(number, commons_id, cells[0], cells[1], [author, *others], cells[3])


def _claims(
    line: int,
    commons_id: UUID,
    commit: str,
    moment: str,
    persons: Sequence[GitPerson],
    subject: str,
) -> Sequence[Claim]:
    """One claim for each person, or why the commit can be the claim of none."""
    try:
        day = _day(moment)
        said = _subject(subject)
        if len(persons) > PERSONS_MAX:
            raise InputError(t("Plus de {limit} personnes pour un commit.", limit=PERSONS_MAX))
        named: dict[str, GitPerson] = {}
        for person in map(_named, persons):
            named.setdefault(person.email.casefold() or person.name, person)
    except InputError as error:
        return [FaultyRow(line, error.text)]
    return [
        GitClaim(line, uuid5(commons_id, f"git:{commit}:{place}"), commit, day, person, said)
        for place, person in enumerate(named.values())
    ]


def _day(moment: str) -> date:
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).date()
    except (ValueError, OverflowError) as error:
        raise InputError(
            t("« {moment} » n'est pas la date d'un commit.", moment=_shown(moment))
        ) from error


def _subject(typed: str) -> str:
    """What the commit says it does, without e-mail addresses: an entry's text is exported."""
    try:
        said = clean_text(typed.replace("\t", " "), TEXT_CHARACTERS_MAX)
    except InputError as error:
        raise InputError(
            t("Le sujet de ce commit ne s'écrit pas ici : consignez-le à la main.")
        ) from error
    return without_addresses(said)


def _named(person: GitPerson) -> GitPerson:
    """The person under a name that can be shown: of an address, what stands before the @."""
    name = " ".join(person.name.split())
    if len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise InputError(
            t("Le nom de la personne a plus de 120 caractères, ou un qui ne s'écrit pas.")
        )
    shown = " ".join(_ADDRESS.sub(r"\1", composed(name)).split())
    return GitPerson(shown or "?", person.email)


def _person(typed: str) -> GitPerson | None:
    """`Name <address>`, or nothing if that names nobody."""
    name, opened, rest = typed.strip().partition("<")
    email, closed, after = rest.partition(">")
    if not opened or not closed or after or ">" in name or len(email.split()) > 1:
        return None
    return GitPerson(name.strip(), email.strip())


def _mapped(folder: Path, trailer: str) -> GitPerson | None:
    """A co-author as the `.mailmap` names them; nothing if the trailer names nobody."""
    found = _person(trailer)
    if found is None or not found.email:
        return None
    named = f"{found.name} <{found.email}>"
    return _person(_git(folder, "check-mailmap", named)) or found


def _shown(typed: str) -> str:
    """The beginning of what cannot be read, as it can be shown."""
    start = without_addresses(typed[:200])[:40]
    return "".join(char if char.isprintable() else " " for char in start)


def _git(folder: Path, *arguments: str) -> str:
    environment = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        # A plain folder inside a repository is not that repository.
        "GIT_CEILING_DIRECTORIES": str(folder.resolve().parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "HOME": os.devnull,
    }
    trusted = [
        f"safe.directory={folder.resolve()}",
        f"core.hooksPath={os.devnull}",
        "core.fsmonitor=false",
        "core.pager=cat",
        "log.showSignature=false",
        "gpg.program=false",
        "diff.external=",
        "mailmap.file=",
        "mailmap.blob=HEAD:.mailmap",
    ]
    options = [part for setting in trusted for part in ("-c", setting)]
    try:
        result = subprocess.run(  # noqa: S603 -- fixed program, arguments of our own
            ["git", *options, "-C", str(folder), "--no-pager", *arguments],  # noqa: S607 -- found on PATH
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=SECONDS_MAX,
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError(t("Le programme git n'est pas installé sur cette machine.")) from error
    except subprocess.TimeoutExpired as error:
        raise InputError(t("La lecture de cet historique prend trop de temps.")) from error
    if result.returncode != 0:
        raise InputError(
            t(
                "{folder} n'est pas un dossier git avec une histoire : {why}",
                folder=str(folder),
                why=result.stderr.decode(errors="replace").strip()[:200],
            )
        )
    return result.stdout.decode(errors="replace")
