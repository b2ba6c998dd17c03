"""The history of a git folder, as claims that await attestation: commits, never value.

For the command line only. The folder's own configuration, hooks, filters and attributes
are not trusted: git is run so that it reads objects and runs nothing of the folder's.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid5

from commons.kernel.addresses import has_address, without_addresses
from commons.kernel.errors import InputError
from commons.kernel.text import t

SECONDS_MAX = 300
FIELDS = "%H%x00%aI%x00%aN%x00%aE%x00%s%x00"
CO_AUTHORS = "%(trailers:key=Co-authored-by,valueonly,separator=%x1d)%x00"
FIELD_COUNT = 6
_PERSON = re.compile(r"\s*(?P<name>[^<]*?)\s*<(?P<email>[^<>\s]+)>\s*\Z")


@dataclass(frozen=True, slots=True)
class GitPerson:
    """An author as the history and its `.mailmap` name them. The address stays here."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class GitClaim:
    """That a person had a part in a commit. `entry_id` depends on no address.

    `subject` is that of the commit, without the e-mail addresses that stood in it.
    """

    entry_id: UUID
    commit: str
    day: date
    person: GitPerson
    subject: str


def read_history(folder: Path, commons_id: UUID) -> list[GitClaim]:
    """Every commit reachable from HEAD, oldest first, one claim per author and co-author.

    `.mailmap` of the folder is followed. Raises `InputError` if `folder` is no git
    repository, has no commit, or git is not installed.
    """
    form = f"--format={FIELDS}{CO_AUTHORS}"
    cells = _git(folder, "log", "--reverse", "--use-mailmap", form, "HEAD").split("\0")
    claims = []
    mapped: dict[str, GitPerson | None] = {}
    for start in range(0, len(cells) - FIELD_COUNT + 1, FIELD_COUNT):
        sha, moment, name, email, subject, trailers = cells[start : start + FIELD_COUNT]
        day = datetime.fromisoformat(moment).astimezone(UTC).date()
        persons = [GitPerson(_named(name.strip()), email.strip())]
        for trailer in trailers.split("\x1d"):
            if trailer not in mapped:
                mapped[trailer] = _person(folder, trailer)
            other = mapped[trailer]
            if other is not None and other not in persons:
                persons.append(other)
        for place, person in enumerate(persons):
            entry_id = uuid5(commons_id, f"git:{sha.strip()}:{place}")
            told = without_addresses(subject.strip())
            claims.append(GitClaim(entry_id, sha.strip(), day, person, told))
    return claims


def _person(folder: Path, trailer: str) -> GitPerson | None:
    """A co-author as the `.mailmap` names them; nothing if the trailer names nobody."""
    found = _PERSON.match(trailer)
    if found is None:
        return None
    named = f"{found['name']} <{found['email']}>"
    again = _PERSON.match(_git(folder, "check-mailmap", named)) or found
    return GitPerson(_named(again["name"]), again["email"])


def _named(name: str) -> str:
    """The name of an author; of one who gives an address as a name, what stands before `@`."""
    return (name.partition("@")[0] if has_address(name) else name) or "?"


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
