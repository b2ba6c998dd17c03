"""What the demonstration works on: read whole before anything is written."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from commons.allocation.election import Election
from commons.allocation.pabulib import read_election
from commons.content import content_folder
from commons.kernel.errors import DomainError, InputError
from commons.kernel.text import t
from commons.ledger.csv_import import read_contributions
from commons.ledger.git_import import read_history
from commons.registry.publiccode import PublicCode, read_publiccode
from commons.registry.rules import commons_facts

NOBODY = UUID(int=0)
_CURRENCY = re.compile(rb"^currency;([^\r\n;]+)", re.MULTILINE)
_DESCRIPTION = re.compile(rb"^description;\"?([^\r\n\"]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ElectionFile:
    """An election and the file it came from. `currency` is `EUR` where the file is silent."""

    name: str
    source: bytes
    election: Election
    currency: str
    title: str


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A publiccode.yml, what was read of it, and its SHA-256."""

    name: str
    code: PublicCode
    sha256: str


@dataclass(frozen=True, slots=True)
class Inputs:
    election: ElectionFile
    publiccodes: tuple[CodeFile, ...]
    history: Path | None
    contributions: bytes


@contextmanager
def read_inputs(
    election: Path | None,
    publiccodes: Sequence[Path],
    git: Path | None,
    contributions: Path | None,
) -> Iterator[Inputs]:
    """The files given, or those of `examples/` in their place; faults come before any write.

    The example history lives in a temporary folder for as long as the context. Without git
    on the machine there is none, and a folder that was asked for is refused.
    """
    examples = content_folder("examples")
    counted = _election(election or examples / "election.pb")
    described = tuple(
        _publiccode(path) for path in publiccodes or [examples / "publiccode.yml"]
    )
    rows = _bytes(contributions or examples / "contributions.csv")
    read_contributions(rows, NOBODY)
    if git is not None:
        read_history(git, NOBODY)
        yield Inputs(counted, described, git, rows)
        return
    with tempfile.TemporaryDirectory(prefix="commons-history-") as folder:
        history = _example_history(examples / "history.fast-export", Path(folder))
        yield Inputs(counted, described, history, rows)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(t("{file} ne peut pas être lu.", file=path.name)) from error


def _named(path: Path, error: DomainError) -> InputError:
    return InputError(t("{file} : {why}", file=path.name, why=error.text), error.errors)


def _election(path: Path) -> ElectionFile:
    source = _bytes(path)
    try:
        election = read_election(source)
    except DomainError as error:
        raise _named(path, error) from error
    head = source[:20_000]
    currency = _first(_CURRENCY, head) or "EUR"
    return ElectionFile(path.name, source, election, currency, _first(_DESCRIPTION, head))


def _first(pattern: re.Pattern[bytes], head: bytes) -> str:
    found = pattern.search(head)
    return found[1].decode("utf-8", errors="replace").strip()[:120] if found else ""


def _publiccode(path: Path) -> CodeFile:
    source = _bytes(path)
    try:
        code = read_publiccode(source)
        commons_facts(code.typed)
        return CodeFile(path.name, code, sha256(source).hexdigest())
    except DomainError as error:
        raise _named(path, error) from error


def _example_history(stream: Path, folder: Path) -> Path | None:
    git = shutil.which("git")
    if git is None:
        return None
    with stream.open("rb") as commits:
        for arguments, source in (
            (["init", "--quiet", "--initial-branch=main"], None),
            (["fast-import", "--quiet"], commits),
        ):
            subprocess.run(  # noqa: S603 -- git of the machine, on our own file
                [git, "-C", str(folder), *arguments],
                stdin=source or subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                check=True,
            )
    return folder
