"""A database taken whole and put back: pg_dump and pg_restore, with what proves the journals.

The dump and the heads in the manifest are of one snapshot, so a backup made while the service
writes is consistent. The dump is logical: it goes from one major version of PostgreSQL to
the next.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.backup.archive import Facts, check_passphrase, open_archive, write_archive
from commons.db.embedded import client_program
from commons.db.engine import open_engine
from commons.db.grants import is_empty
from commons.erased import NAME as LIST
from commons.erased import ErasedAgain, erase_again, keep_list, read_list
from commons.instance import Addresses, check_inhabited, open_database, open_instance
from commons.kernel.errors import InputError, RuleBrokenError
from commons.kernel.text import t
from commons.ledger.checkpoint import Checkpoint, parse_checkpoint
from commons.ledger.heads import heads, logs_by_origin, prefix_holds
from commons.ledger.verdict import size_of
from commons.settings import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, how many kept checkpoints it was compared with, who was erased."""

    facts: Facts
    journals: int
    entries: int
    compared: int
    erased: ErasedAgain


async def back_up(settings: Settings, target: Path, passphrase: str, now: datetime) -> Facts:
    """Write the whole instance into the file `target`, while it serves or not.

    Raises `InputError` if the passphrase is too short, there is no instance, or the file
    cannot be written or the database read.
    """
    check_passphrase(passphrase)
    check_inhabited(settings)
    with _beside(target) as folder:
        dump = Path(folder) / "database.dump"
        facts = await _dump(settings, dump, now)
        keys = {
            path.name: path.read_bytes() for path in sorted(settings.keys_dir.glob("*.key"))
        }
        try:
            write_archive(target, facts, keys, dump, passphrase)
        except OSError as error:
            raise _unwritable(target) from error
    return facts


def _beside(target: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder for what is not whole yet, on the disk where it will be."""
    try:
        return tempfile.TemporaryDirectory(dir=target.parent)
    except OSError as error:
        raise _unwritable(target) from error


def _unwritable(target: Path) -> InputError:
    return InputError(t("On ne peut pas écrire {file} : choisissez --out.", file=str(target)))


async def _dump(settings: Settings, dump: Path, now: datetime) -> Facts:
    """Take the database into `dump`, with the heads of the very same moment."""
    async with open_database(settings) as addresses:
        engine = open_engine(addresses.owner, connections_max=1)
        try:
            async with engine.connect() as db:
                await db.execution_options(isolation_level="REPEATABLE READ")
                snapshot, notes = await heads(db)
                options = ["--format=custom", f"--snapshot={snapshot}", f"--file={dump}"]
                await _run("pg_dump", addresses.owner, options)
        finally:
            await engine.dispose()
    return Facts(now.isoformat(), settings.instance_name, version("commons"), notes)


async def restore(
    settings: Settings,
    source: Path,
    passphrase: str,
    *,
    kept: Sequence[Checkpoint] = (),
    erased: Collection[str] = (),
    now: datetime,
) -> Restored:
    """Put a backup back where nothing is yet; all of it, or nothing that can be served.

    Every journal is then hashed again and held against its last checkpoint, and against
    `kept`, checkpoints that someone kept elsewhere. Whoever is marked in `erased`, or in the
    list that the folder still holds, is erased again. Raises `InputError` if there is
    something already, `RuleBrokenError` if a journal does not hold.
    """
    marks = set(erased)
    if (listed := settings.data_dir / LIST).exists():
        marks |= read_list(listed)
    async with _from_nothing(settings):
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder) / "database.dump"
            opened = open_archive(source, passphrase, dump)
            async with open_database(settings) as addresses:
                await _refuse_inhabited(addresses)
                _stand(settings.restoring)
                options = ["--single-transaction", "--exit-on-error", "--no-owner"]
                options += ["--no-privileges", "--no-comments", str(dump)]
                await _run("pg_restore", addresses.owner, options)
        settings.keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, key in opened.keys.items():
            _write_key(settings.keys_dir / name, key)
        async with open_instance(settings, is_restoring=True) as instance:
            async with instance.transaction() as db:
                entries, compared = await _held(db, opened.facts, kept)
                again = await erase_again(db, instance.keyring.email, marks, now)
            async with instance.engine.connect() as db:
                await keep_list(db, instance.keyring.email, settings.data_dir)
        settings.restoring.unlink()
    journals = len(opened.facts.heads)
    return Restored(opened.facts, journals, entries, compared, again)


async def _held(
    db: AsyncConnection, facts: Facts, kept: Sequence[Checkpoint]
) -> tuple[int, int]:
    """How many sealed entries hold, and how many of `kept` they were compared with."""
    _, notes = await heads(db)
    if notes != dict(facts.heads):
        raise RuleBrokenError(t("Les journaux restaurés ne sont pas ceux du manifeste."))
    entries = 0
    for journal, note in notes.items():
        head = parse_checkpoint(note)
        entries += head.size
        await _check(db, UUID(journal), head)
    origins = await logs_by_origin(db)
    for head in kept:
        if head.origin not in origins:
            raise RuleBrokenError(
                t(
                    "La sauvegarde n'a pas le journal {origin}, dont vous avez gardé un point "
                    "de contrôle : elle est plus ancienne, ou d'une autre instance.",
                    origin=head.origin,
                )
            )
        await _check(db, origins[head.origin], head)
    return entries, len(kept)


async def _check(db: AsyncConnection, commons_id: UUID | None, head: Checkpoint) -> None:
    if not await prefix_holds(db, commons_id, head):
        raise RuleBrokenError(
            t(
                "Le journal {origin} ne contient pas le point de contrôle de {counted} : la "
                "sauvegarde est plus ancienne, ou l'histoire a été réécrite.",
                origin=head.origin,
                counted=size_of(head),
            )
        )


@asynccontextmanager
async def _from_nothing(settings: Settings) -> AsyncIterator[None]:
    """Refuse a folder that holds an instance; take away what a failed restore left."""
    ours = [settings.keys_dir]
    if not settings.database_url:
        ours.append(settings.data_dir / "postgres")
    for folder in ours:
        if folder.exists() and any(folder.iterdir()):
            raise InputError(
                t(
                    "{folder} contient déjà une instance. Restaurez dans un dossier neuf "
                    "(--data-dir) : rien n'est écrasé.",
                    folder=str(settings.data_dir),
                )
            )
    try:
        yield
    except BaseException:
        for folder in ours:
            shutil.rmtree(folder, ignore_errors=True)
        if not settings.database_url:
            settings.restoring.unlink(missing_ok=True)
        raise


async def _refuse_inhabited(addresses: Addresses) -> None:
    engine = open_engine(addresses.owner, connections_max=1)
    try:
        async with engine.connect() as db:
            if not await is_empty(db):
                raise InputError(
                    t("Cette base n'est pas vide : restaurez dans une base neuve.")
                )
    finally:
        await engine.dispose()


def _stand(mark: Path) -> None:
    """Make the mark of a restoration that is not complete, so that it outlives a power cut."""
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch(mode=0o600)
    handle = os.open(mark.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_key(path: Path, key: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(key)


async def _run(program: str, address: URL, options: Sequence[str]) -> None:
    """Run a client program of PostgreSQL; the password goes by the environment, not `ps`."""
    plain = address.set(drivername="postgresql", password=None)
    process = await asyncio.create_subprocess_exec(
        str(client_program(program)),
        f"--dbname={plain.render_as_string(hide_password=False)}",
        "--no-password",
        *options,
        env={
            "PGPASSWORD": address.password or "",
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await process.communicate()
    if process.returncode != 0:
        why = words.decode(errors="replace").strip()[-400:]
        raise InputError(t("{program} a échoué : {why}", program=program, why=why))
