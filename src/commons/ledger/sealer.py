"""The background sealer: one process at a time turns what waits into leaves.

Every process of the service runs one. Whoever holds the advisory lock seals, on the very
connection that holds it: when that process or its connection dies, the server lets the lock
go and another takes over. No position is remembered: what waits is what is in the queue.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from commons.db.engine import driver_of
from commons.kernel.clock import Clock
from commons.ledger.head_log import HeadStore
from commons.ledger.sealing import AT_ONCE, Sealer, Signer
from commons.ledger.tables import queue

LOG = logging.getLogger("commons")
PAUSE = timedelta(seconds=1)
TURN = 7262626373
"""The advisory lock of the sealer at work, of all processes on one database."""

TOGETHER_MAX = 50
"""Journals sealed in one transaction: each keeps one advisory lock until it commits."""

TAKE_TURN = text("SELECT pg_try_advisory_lock(:turn)")


async def seal_for_ever(
    engine: AsyncEngine, signer: Signer, clock: Clock, pause: timedelta = PAUSE
) -> NoReturn:
    """Seal about every second, while no other process does; whatever fails is tried again."""
    while True:
        try:
            await _hold_and_seal(engine, signer, clock, pause)
        except Exception as error:  # noqa: BLE001 -- nothing may end sealing for good
            LOG.warning("sealing is put off: %r", error)
        await asyncio.sleep(pause.total_seconds())


async def _hold_and_seal(
    engine: AsyncEngine, signer: Signer, clock: Clock, pause: timedelta
) -> NoReturn:
    async with engine.connect() as db:
        try:
            is_sealer = False
            while True:
                is_sealer = is_sealer or await take_turn(db)
                if is_sealer:
                    await seal_waiting(db, signer, clock)
                await asyncio.sleep(pause.total_seconds())
        finally:
            # Closed, not given back to the pool: the lock belongs to the connection.
            await db.invalidate()


async def take_turn(db: AsyncConnection) -> bool:
    """Whether this connection now is the sealer; the lock is kept until it closes."""
    async with db.begin():
        return bool(await db.scalar(TAKE_TURN, {"turn": TURN}))


async def seal_waiting(db: AsyncConnection, signer: Signer, clock: Clock) -> int:
    """Seal every journal that has something waiting, commons by commons.

    Small journals share a transaction, so that a thousand of them do not wait a thousand
    times for the disk; a fault in one leaves the others alone. Returns how many entries had
    waited.
    """
    query = select(queue.c.commons_id, func.count()).group_by(queue.c.commons_id)
    async with db.begin():
        waiting = sorted((row[0], row[1]) for row in await db.execute(query))
    for group in _groups(waiting):
        if not await _seal(db, signer, clock, group) and len(group) > 1:
            for commons_id in group:
                await _seal(db, signer, clock, [commons_id])
    # Also when nothing waits: a download seals a journal too, and its head must follow.
    async with db.begin():
        await HeadStore(db, signer).seal(clock())
    return sum(count for _, count in waiting)


def _groups(waiting: Sequence[tuple[UUID, int]]) -> Iterator[list[UUID]]:
    """Journals that are sealed together; one with much waiting comes again for the rest."""
    group: list[UUID] = []
    room = AT_ONCE
    for commons_id, count in waiting:
        if group and (count > room or len(group) == TOGETHER_MAX):
            yield group
            group, room = [], AT_ONCE
        group.append(commons_id)
        room -= min(count, AT_ONCE)
        for _ in range(AT_ONCE, count, AT_ONCE):
            yield group
            group, room = [commons_id], 0
    if group:
        yield group


async def _seal(
    db: AsyncConnection, signer: Signer, clock: Clock, group: Sequence[UUID]
) -> bool:
    """Seal these journals in one transaction; false if a fault undid them."""
    driver = None
    try:
        async with db.begin():
            driver = await driver_of(db)
            for commons_id in group:
                await Sealer(db, signer).seal(commons_id, clock())
    except Exception as error:
        if driver is None or driver.is_closed():
            raise
        LOG.warning("%s not sealed: %r", ", ".join(map(str, group)), error)
        return False
    return True
