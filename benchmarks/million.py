"""A journal of a million entries, beside one of ten thousand: what it costs to use it.

`python benchmarks/million.py [--scale N]`. The entries are written, sealed and proved by the
service's own code; one in ten moves money. Ratios are of one run; targets of DESIGN §12 where
it states one, else at most half as much again as in the short journal.
"""

import argparse
import asyncio
import time
import tracemalloc
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
from journals import DAY, SIGNER, database, draft, fastest, note, opened, tell, timed
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from commons.db.engine import SESSION, driver_url
from commons.kernel.clock import now
from commons.ledger.appending import append_all
from commons.ledger.export import ExportedCommons, Spelling
from commons.ledger.filters import Filter
from commons.ledger.model import Account, AccountKind, Draft, Kind
from commons.ledger.proof_store import ProofStore
from commons.ledger.reading import reading as read_entries
from commons.ledger.rules import transfer
from commons.ledger.sealer import seal_waiting, take_turn
from commons.ledger.sealing import Sealer
from commons.ledger.store import JournalStore
from commons.ledger.tables import entries
from commons.registry.exporting import Export

SHORT, AT_ONCE, NEW = 10_000, 5_000, 2_000
COMMONS = Account(AccountKind.COMMONS)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))


@dataclass(frozen=True, slots=True)
class Journal:
    commons_id: UUID
    size: int


def entry(number: int) -> Draft:
    if number % 10:
        return draft(number)
    return Draft(
        entry_id=uuid4(),
        kind=Kind.TRANSFER,
        occurred_from=DAY,
        occurred_to=DAY,
        details={"purpose": "funding"},
        postings=transfer(TOWN, COMMONS, Decimal("12.34")),
    )


async def write(engine: AsyncEngine, commons_id: UUID, count: int) -> None:
    for start in range(0, count, AT_ONCE):
        some = [entry(number) for number in range(start, min(start + AT_ONCE, count))]
        async with engine.begin() as db:
            await append_all(db, commons_id, some, now())


async def written(engine: AsyncEngine, count: int) -> Journal:
    [commons_id] = await opened(engine, 1)
    seconds = await timed(lambda: write(engine, commons_id, count))
    note(f"{count:,} entries written, {AT_ONCE:,} at once: {count / seconds:,.0f}/s")
    async with engine.connect() as db:
        await take_turn(db)
        seconds = await timed(lambda: seal_waiting(db, SIGNER, now))
        await db.invalidate()
    note(f"sealed: {count / seconds:,.0f}/s")
    return Journal(commons_id, count)


def compare(what: str, short: float, long: float, most: float, unit: str = "ms") -> None:
    note(f"{short * 1e3:.2f} {unit} and {long * 1e3:.2f} {unit}")
    ratio = long / short
    tell(what, f"{ratio:.2f} ×", f"≤ {most} ×", good=ratio <= most)


async def appending(engine: AsyncEngine, short: Journal, long: Journal) -> None:
    """In turns, and undone each time: both keep their length."""
    taken: dict[UUID, list[float]] = {short.commons_id: [], long.commons_id: []}
    for _ in range(7):
        for commons_id, several in taken.items():
            some = [entry(number) for number in range(NEW)]
            async with engine.connect() as db:
                start = time.perf_counter()
                await append_all(db, commons_id, some, now())
                several.append((time.perf_counter() - start) / NEW)
                await db.rollback()
    best, worst = (min(taken[journal.commons_id]) for journal in (short, long))
    what = f"append to {long.size:,} / to {short.size:,}"
    compare(what, best * 1e3, worst * 1e3, 1.5, "µs an entry")


async def asking(db: AsyncConnection, short: Journal, long: Journal) -> None:
    store = JournalStore(db, datetime(2026, 11, 23, tzinfo=UTC))
    brief, whole = [
        await fastest(lambda key=journal.commons_id: store.balance(key, COMMONS), 300)
        for journal in (short, long)
    ]
    compare(f"balance of {long.size:,} / of {short.size:,}", brief, whole, 1.5)
    proofs = ProofStore(db, SIGNER)
    taken = []
    for journal in (short, long):
        sample = await some_entries(db, journal)
        await proofs.entry_proof(journal.commons_id, sample[0])
        start = time.perf_counter()
        for entry_id in sample:
            await proofs.entry_proof(journal.commons_id, entry_id)
        taken.append((time.perf_counter() - start) / len(sample))
    compare(f"proof among {long.size:,} / among {short.size:,}", *taken, 1.5)


async def some_entries(db: AsyncConnection, journal: Journal) -> list[UUID]:
    places = list(range(journal.size // 400, journal.size, journal.size // 200))
    query = text(
        "SELECT entry_id FROM journal_leaf"
        " WHERE commons_id = :commons_id AND leaf_index = ANY(:places)"
    )
    found = await db.execute(query, {"commons_id": journal.commons_id, "places": places})
    return list(found.scalars())


async def listing(engine: AsyncEngine, long: Journal) -> None:
    async with engine.connect() as db:
        store = JournalStore(db, datetime(2026, 11, 23, tzinfo=UTC))
        query = (
            read_entries(store.moment)
            .where(entries.c.commons_id == long.commons_id)
            .order_by(
                entries.c.recorded_at.desc(),
                entries.c.occurred_to.desc(),
                entries.c.entry_id.desc(),
            )
            .limit(100)
        )
        literal = query.compile(db.sync_engine, compile_kwargs={"literal_binds": True})
        listed = await fastest(lambda: store.page(long.commons_id, Filter()))
    plain = await asyncpg.connect(driver_url(engine), server_settings=SESSION)
    statement = await plain.prepare(str(literal))
    bare = await fastest(statement.fetch)
    await plain.close()
    compare(f"list of 100 rows among {long.size:,} / its SQL", bare, listed, 3)


async def exporting(engine: AsyncEngine, short: Journal, long: Journal) -> None:
    taken, held = [], []
    for journal in (short, long):
        async with engine.connect() as db:
            latest = await Sealer(db, SIGNER).latest(journal.commons_id)
        assert latest is not None
        for measured in ("time", "memory"):
            commons = ExportedCommons(journal.commons_id, "jardin", "Jardin")
            spelling = Spelling(commons, latest.note, signer=SIGNER.name, key=SIGNER.key)
            export = Export(
                spelling, journal.commons_id, latest.size, is_open=True, email_key=b"e" * 32
            )
            if measured == "memory":
                # Traced on a part: tracing slows, and what is held does not grow.
                export = replace(export, size=min(latest.size, 10 * SHORT))
                tracemalloc.start()
            start = time.perf_counter()
            sent = 0
            async for piece in export.pieces(engine.connect):
                sent += len(piece)
            if measured == "memory":
                held.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.stop()
            else:
                taken.append((time.perf_counter() - start) / journal.size)
                note(f"{journal.size:,} entries exported, {sent / 1e6:,.0f} MB")
    brief, whole = taken
    what = f"export of {long.size:,} / of {short.size:,}, by entry"
    compare(what, brief * 1e3, whole * 1e3, 1.5, "µs an entry")
    note(f"held at most: {held[0] / 1e6:.1f} MB and {held[1] / 1e6:.1f} MB")


async def main(scale: int) -> None:
    async with database() as (_, engine):
        # No ANALYZE between: nothing may depend on when the server last looked at its tables.
        short = await written(engine, SHORT)
        long = await written(engine, 1_000_000 // scale)
        await appending(engine, short, long)
        async with engine.connect() as db:
            await asking(db, short, long)
        await listing(engine, long)
        await exporting(engine, short, long)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    asyncio.run(main(parser.parse_args().scale))
