"""Whatever happens to one journal, or to one statement, sealing goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database
from tests.ledger.conftest import KEY, SIGNER, contribution

from commons.kernel.errors import RuleBrokenError
from commons.ledger.appending import append_all
from commons.ledger.sealer import seal_for_ever
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PAUSE = timedelta(milliseconds=10)
SIGNING = Signer(SIGNER, KEY)
FORGED = "INSERT INTO journal_leaf VALUES (:place, :number, gen_random_uuid(), '')"
BROKEN = "UPDATE journal_checkpoint SET frontier = :kept WHERE commons_id = :place"


@pytest.fixture
async def owned(fresh_database: Database) -> AsyncIterator[AsyncEngine]:
    """The database as its owner reaches it, who may do what the service may not."""
    engine = create_async_engine(fresh_database.owner, poolclass=NullPool)
    yield engine
    await engine.dispose()


async def opened(engine: AsyncEngine) -> UUID:
    commons_id = uuid4()
    async with engine.begin() as db:
        await JournalStore(db).open(commons_id, f"{SIGNER}/{commons_id}", NOON)
    await add(engine, commons_id, 1)
    return commons_id


async def add(engine: AsyncEngine, commons_id: UUID, number: int) -> None:
    async with engine.begin() as db:
        await append_all(db, commons_id, [contribution(number, 150)], NOON)


@asynccontextmanager
async def sealer_of(engine: AsyncEngine) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(seal_for_ever(engine, SIGNING, lambda: NOON, PAUSE))
    yield task
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def size(db: AsyncConnection, commons_id: UUID) -> int:
    latest = await Sealer(db, SIGNING).latest(commons_id)
    return latest.size if latest else 0


async def grown_to(engine: AsyncEngine, commons_id: UUID, wanted: int) -> None:
    for _ in range(500):
        async with engine.connect() as db:
            if await size(db, commons_id) == wanted:
                return
        await asyncio.sleep(0.02)
    pytest.fail("it is not sealed")


async def test_a_journal_that_cannot_be_sealed_holds_no_other_up(owned: AsyncEngine) -> None:
    poisoned, sound = await opened(owned), await opened(owned)
    async with owned.begin() as db:
        await Sealer(db, SIGNING).seal(poisoned, NOON)
        await db.execute(text(FORGED), {"place": poisoned, "number": 1})
    await add(owned, poisoned, 2)
    async with sealer_of(owned):
        await grown_to(owned, sound, 1)
        await add(owned, sound, 2)
        await grown_to(owned, sound, 2)
        async with owned.begin() as db:
            assert await size(db, poisoned) == 1
            away = text("DELETE FROM journal_leaf WHERE commons_id = :place AND leaf_hash = ''")
            await db.execute(away, {"place": poisoned})
        await grown_to(owned, poisoned, 2)


@pytest.mark.parametrize("spoilt", [bytes(32), b"", bytes(31), bytes(64)])
async def test_nothing_is_signed_on_a_tree_that_is_not_the_one_signed_before(
    owned: AsyncEngine, spoilt: bytes
) -> None:
    commons_id = await opened(owned)
    async with owned.begin() as db:
        await Sealer(db, SIGNING).seal(commons_id, NOON)
        latest = await Sealer(db, SIGNING).latest(commons_id)
        assert latest is not None
        kept = {"kept": spoilt, "place": commons_id}
        await db.execute(text(BROKEN), kept)
    await add(owned, commons_id, 2)
    async with owned.connect() as db:
        with pytest.raises(RuleBrokenError, match="commons verify --database"):
            await Sealer(db, SIGNING).seal(commons_id, NOON)
        await db.rollback()
        await db.execute(text(BROKEN), {"kept": latest.frontier, "place": commons_id})
        assert await Sealer(db, SIGNING).seal(commons_id, NOON)
        assert await size(db, commons_id) == 2


async def test_a_statement_that_is_cancelled_is_done_again(owned: AsyncEngine) -> None:
    commons_id = await opened(owned)
    cancel = text(
        "SELECT count(pg_cancel_backend(pid)) FROM pg_locks"
        " WHERE NOT granted AND relation = 'journal_leaf'::regclass"
    )
    async with sealer_of(owned):
        await grown_to(owned, commons_id, 1)
        async with owned.begin() as db:
            await db.execute(text("LOCK TABLE journal_leaf IN SHARE MODE"))
            await add(owned, commons_id, 2)
            for _ in range(500):
                if await db.scalar(cancel):
                    break
                await asyncio.sleep(0.02)
            else:
                pytest.fail("the sealer did not come")
        await grown_to(owned, commons_id, 2)
