"""What a page reads does not depend on which journals the server had last looked at."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database
from tests.ledger.conftest import KEY, SIGNER, contribution

from commons.ledger.appending import append_all
from commons.ledger.filters import Filter
from commons.ledger.proof_store import ProofStore
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = 3000
"""Entries of the journal that the server has not seen: who reads more reads some twice."""


async def written(engine: AsyncEngine, first: int, count: int) -> UUID:
    commons_id = uuid4()
    drafts = [contribution(number, 60) for number in range(first, first + count)]
    async with engine.begin() as db:
        await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", NOW)
        await append_all(db, commons_id, drafts, NOW)
        await Sealer(db, Signer(SIGNER, KEY)).seal(commons_id, NOW)
    return commons_id


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


async def left_aside(db: AsyncConnection, statement: str, values: tuple[Any, ...]) -> int:
    """How many rows the statement reads and does not want."""
    raw: Any = (await db.get_raw_connection()).driver_connection
    told = await raw.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *values)
    removed: int = sum(
        node.get(why, 0) * node["Actual Loops"]
        for node in nodes(told[0]["Plan"])
        for why in ("Rows Removed by Filter", "Rows Removed by Join Filter")
    )
    return removed


async def test_a_journal_written_after_the_last_analysis_is_read_by_its_keys(
    fresh_database: Database,
) -> None:
    engine = create_async_engine(fresh_database.service, poolclass=NullPool)
    await written(engine, 1, 200)
    owner = create_async_engine(
        fresh_database.owner, poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with owner.connect() as db:
        await db.execute(text("ANALYZE"))
    await owner.dispose()
    commons_id = await written(engine, 1001, LATER)

    asked: list[tuple[str, tuple[Any, ...]]] = []

    def note(
        _: object, __: object, statement: str, values: tuple[Any, ...], *___: object
    ) -> None:
        asked.append((statement, values))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with engine.connect() as db:
        store = JournalStore(db, NOW)
        newest = await store.page(commons_id, Filter())
        await store.page(commons_id, Filter(), (newest[-1].recorded_at, newest[-1].entry_id))
        await ProofStore(db, Signer(SIGNER, KEY)).entry_proof(commons_id, newest[50].entry_id)
        read = {
            statement: await left_aside(db, statement, values) for statement, values in asked
        }
    await engine.dispose()
    assert len(read) > 5
    assert {statement: rows for statement, rows in read.items() if rows > LATER} == {}
