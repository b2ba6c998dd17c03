"""Erasing a person from an instance, and the list by which a restored one erases them again.

A backup is older than the erasures that came after it. So whoever was erased is also written,
under a mark that only this instance's key can make, into a file beside the database, to be
kept with the backups.
"""

import fcntl
import hmac
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.leaving import forget_claims, withdraw_claims
from commons.identity.leaving import erased_people, forget, forget_again, known_people
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.erasing import ErasingStore

FORM = "commons-erased/1"
NAME = "erased-people.list"
MARK_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """People whom a restored instance forgot again, and the euros it still said due to them."""

    people: int = 0
    due: Decimal = Decimal(0)


async def erase_person(db: AsyncConnection, person_id: UUID, now: datetime) -> None:
    """Erase someone everywhere, in the caller's transaction.

    What they ask of envelopes that are not divided yet is withdrawn. Raises `RuleBrokenError`
    while money is due to them, and for the last steward of a place.
    """
    await withdraw_claims(db, person_id, now)
    await ErasingStore(db).erase(person_id, now)
    await forget_claims(db, person_id)
    await forget(db, person_id, now)


def mark_of(key: bytes, person_id: UUID) -> str:
    """What stands for an erased person in the list: nothing to who has not the key."""
    return hmac.digest(key, b"erased:" + person_id.bytes, "sha256").hex()


async def keep_list(db: AsyncConnection, key: bytes, folder: Path) -> Path:
    """Add the marks that the list in `folder` lacks, durably; no line is ever removed."""
    path = folder / NAME
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        whole = text[: text.rfind("\n") + 1]
        # A line that a power cut tore is taken away; its mark comes again from the database.
        file.truncate(len(whole))
        lines = whole.splitlines()
        marks = sorted(mark_of(key, person_id) for person_id in await erased_people(db))
        new = [] if lines else [FORM]
        new += [mark for mark in marks if mark not in set(lines)]
        file.write("".join(f"{line}\n" for line in new))
        file.flush()
        os.fsync(handle)
    return path


def read_list(path: Path) -> frozenset[str]:
    """The marks of a list; a last line that was torn is no mark.

    Raises `InputError` naming the line that cannot be read.
    """
    try:
        text = path.read_text(encoding="ascii")
        form, *marks = text[: text.rfind("\n") + 1].splitlines() or [""]
    except (OSError, UnicodeDecodeError):
        form, marks = "", []
    if form != FORM:
        raise InputError(t("{file} n'est pas une liste de personnes effacées.", file=path.name))
    for number, mark in enumerate(marks, start=2):
        if len(mark) != MARK_CHARACTERS or not set(mark) <= set("0123456789abcdef"):
            raise InputError(
                t("{file}, ligne {line} : illisible.", file=path.name, line=number)
            )
    return frozenset(marks)


async def sweep(db: AsyncConnection, person_id: UUID, now: datetime) -> None:
    """Erase what someone erased had still on its way when they were: a claim, an entry."""
    await withdraw_claims(db, person_id, now)
    await ErasingStore(db).erase_again(person_id, now)
    await forget_claims(db, person_id)


async def erase_again(
    db: AsyncConnection, key: bytes, marks: Collection[str], now: datetime
) -> ErasedAgain:
    """Erase everyone of `marks` the database still knows, and what its journals erased."""
    store = ErasingStore(db)
    await store.apply_all()
    people, due = 0, Decimal(0)
    for person_id in await known_people(db):
        if mark_of(key, person_id) in marks:
            people, due = people + 1, due + await store.due_to(person_id)
            await sweep(db, person_id, now)
            await forget_again(db, person_id, now)
    for person_id in await erased_people(db):
        await sweep(db, person_id, now)
    return ErasedAgain(people, due)
