"""Ratios of the ledger's writing half, measured in one run, beside their targets (DESIGN §12).

`python benchmarks/append.py [--scale N]`: N divides every count, for a quick look. A server
of its own is started in a temporary folder, with `fsync`, `synchronous_commit` and
`full_page_writes` on. What is compared is measured in turns, and the median ratio is told.
"""

import argparse
import asyncio
import csv
import io
import os
import time
from collections.abc import Awaitable
from datetime import datetime
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

import asyncpg
from journals import CALLERS, DAY, SIGNER, batched, database, draft, note, opened, tell, timed
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from commons.db.embedded import EmbeddedPostgres
from commons.db.engine import driver_url
from commons.identity.store import IdentityStore
from commons.kernel.clock import now
from commons.ledger.appending import append_all
from commons.ledger.batcher import Batcher
from commons.ledger.leaf import commitments_of, personal_fields, spell_leaf
from commons.ledger.merkle import Frontier, leaf_hash
from commons.ledger.model import Salted
from commons.ledger.sealer import seal_for_ever, seal_waiting, take_turn
from commons.registry.importing import Importer

CONNECTIONS, ROUNDS = 32, 3
SINGLE = """
WITH new AS (
  INSERT INTO journal_entry (commons_id, entry_id, kind, recorded_at, occurred_from,
                             occurred_to, quantity, unit, about, leaf, leaf_hash)
  VALUES ($1, $2, $3, $4, $5, $5, $6, $7, NULL, $8, $9)
)"""
BARE = SINGLE + " SELECT 1"
WHOLE = (
    SINGLE  # noqa: S608 -- text of our own
    + """,
personal AS (
  INSERT INTO journal_personal (commons_id, entry_id, field, salt, value)
  SELECT $1, $2, * FROM unnest($10::text[], $11::bytea[], $12::text[])
)
INSERT INTO journal_queue (commons_id, entry_id, queued_at) VALUES ($1, $2, $4)
"""
)
BARE_LEAVES = """
INSERT INTO journal_leaf (commons_id, leaf_index, entry_id, leaf_hash)
SELECT commons_id, row_number() OVER () - 1, entry_id, leaf_hash
  FROM journal_queue JOIN journal_entry USING (commons_id, entry_id)
 WHERE commons_id = :commons_id
"""
COPIED = {
    "journal_entry": "commons_id, entry_id, kind, recorded_at, occurred_from, occurred_to, "
    "quantity, unit, about, leaf, leaf_hash",
    "journal_personal": "commons_id, entry_id, field, salt, value, about",
    "journal_queue": "commons_id, entry_id, queued_at",
}


def cpu_seconds(server: EmbeddedPostgres) -> float:
    """Processor time of this process, of the server and of all it started."""
    main = (server.cluster / "postmaster.pid").read_text().split()[0]
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    ticks = 0
    for pid in (main, *children):
        try:
            cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:  # ended meanwhile: counted with the server's dead
            continue
        # Of the server also its dead children, which it waited for.
        ticks += sum(int(cell) for cell in cells[11 : 15 if pid == main else 13])
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def spelled_row(commons_id: UUID, number: int, moment: datetime) -> tuple[object, ...]:
    item = draft(number)
    salted = {
        name: Salted(bytes([number % 256]) * 32, value)
        for name, value in personal_fields(item).items()
    }
    leaf = spell_leaf(commons_id, item, moment, commitments_of(salted))
    return (
        commons_id,
        item.entry_id,
        str(item.kind),
        moment,
        DAY,
        item.quantity,
        item.unit,
        leaf.decode(),
        leaf_hash(leaf),
        list(salted),
        [one.salt for one in salted.values()],
        [one.value for one in salted.values()],
    )


async def singly(address: str, commons_id: UUID, count: int, statement: str) -> float:
    """Seconds for `count` rows, spelled beforehand, by `CONNECTIONS` connections."""
    width = 9 if statement == BARE else 12
    rows = iter([spelled_row(commons_id, n, now())[:width] for n in range(count)])
    connections = [await asyncpg.connect(address) for _ in range(CONNECTIONS)]

    async def writer(db: "asyncpg.Connection[asyncpg.Record]") -> None:
        insert = await db.prepare(statement)
        for row in rows:
            await insert.fetch(*row)

    seconds = await timed(lambda: asyncio.gather(*[writer(db) for db in connections]))
    for db in connections:
        await db.close()
    return seconds


async def appending(server: EmbeddedPostgres, engine: AsyncEngine, count: int) -> None:
    address = driver_url(engine)
    many, [one] = await opened(engine, 1000), await opened(engine, 1)
    few = count // 4
    rates: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}

    async def measured(name: str, entries: int, work: Awaitable[float]) -> None:
        before = cpu_seconds(server)
        rates.setdefault(name, []).append(entries / await work)
        costs.setdefault(name, []).append((cpu_seconds(server) - before) / entries * 1e6)

    async with Batcher(address, now) as batcher:
        await batched(batcher, [one], count // 10)
        for _ in range(ROUNDS):
            await measured("whole", few, singly(address, one, few, WHOLE))
            await measured("batched", count, batched(batcher, [one], count))
            await measured("bare", few, singly(address, one, few, BARE))
            await measured("thousand", count, batched(batcher, many, count))
    for name, several in rates.items():
        rate, cost = median(several), median(costs[name])
        note(f"{name:<9} {rate:>8,.0f} entries/s, {cost:>5,.0f} µs of processor each")

    def ratio(one: str, other: str) -> float:
        return median(a / b for a, b in zip(rates[one], rates[other], strict=True))

    what = f"append, {CALLERS} callers / {CONNECTIONS} connections, same rows"
    reached = ratio("batched", "whole")
    tell(what, f"{reached:.2f} ×", "≥ 2.5 ×", good=reached >= 2.5)
    bare = ratio("batched", "bare")
    note(f"against the bare row of the entry, nothing personal, no queue: {bare:.2f} ×")
    reached = ratio("batched", "thousand")
    tell("one hot commons / a thousand", f"{reached:.2f} ×", "≥ 0.8 ×", good=reached >= 0.8)


async def floor_of_sealing(engine: AsyncEngine, commons_id: UUID) -> None:
    """What the server alone needs to keep as many leaves under their keys, in no order."""
    async with engine.connect() as db:
        start = time.perf_counter()
        rows = await db.execute(text(BARE_LEAVES), {"commons_id": commons_id})
        await db.execute(
            text("DELETE FROM journal_queue WHERE commons_id = :commons_id"),
            {"commons_id": commons_id},
        )
        seconds = time.perf_counter() - start
        await db.rollback()
    rate = rows.rowcount / seconds
    note(f"the same rows put into the table of leaves inside the server: {rate:,.0f}/s")


async def sealing(engine: AsyncEngine, count: int) -> None:
    hashes = [leaf_hash(n.to_bytes(8, "big")) for n in range(count)]
    frontier, start = Frontier(), time.perf_counter()
    for item in hashes:
        frontier.add(item)
    note(f"the tree alone: {count / (time.perf_counter() - start):,.0f} leaves/s")
    for what in (
        "what the appends above left, most of it in a thousand journals",
        "one journal",
    ):
        if what == "one journal":
            [commons_id] = await opened(engine, 1)
            async with engine.begin() as db:
                for start in range(0, count, 5000):
                    drafts = [draft(n) for n in range(start, min(start + 5000, count))]
                    await append_all(db, commons_id, drafts, now())
            await floor_of_sealing(engine, commons_id)
        async with engine.connect() as db:
            assert await take_turn(db)
            start_at = time.perf_counter()
            sealed = await seal_waiting(db, SIGNER, now)
            rate = sealed / (time.perf_counter() - start_at)
            await db.invalidate()
        note(f"sealing {sealed:,} entries of {what}: {rate:,.0f}/s")
    what = "sealing one journal, database included"
    tell(what, f"{rate:,.0f}/s", "≥ 100 k/s", good=rate >= 100_000)


async def sealing_while_writing(engine: AsyncEngine, count: int) -> None:
    """The writer's speed with the sealer at work each second, and with none, in turns."""
    [one] = await opened(engine, 1)
    alone, together = [], []
    async with Batcher(driver_url(engine), now) as batcher:
        for _ in range(ROUNDS + 2):
            alone.append(await batched(batcher, [one], count))
            task = asyncio.create_task(seal_for_ever(engine, SIGNER, now))
            together.append(await batched(batcher, [one], count))
            await asyncio.sleep(1.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    slower = median(b / a for a, b in zip(alone, together, strict=True)) - 1
    tell("what sealing costs the writer", f"{slower:+.1%}", "≤ 5 %", good=slower <= 0.05)


async def importing(engine: AsyncEngine, count: int) -> None:
    [commons_id, other] = await opened(engine, 2)
    names = [f"Personne {n}" for n in range(50)]
    words = io.StringIO()
    writer = csv.writer(words, delimiter=";")
    writer.writerow(["date", "contributeur", "durée", "description"])
    for n in range(count):
        writer.writerow(["20/11/2026", names[n % 50], "1h30", f"Rang {n}"])
    data = words.getvalue().encode()

    async def bring() -> None:
        async with engine.begin() as db:
            people = IdentityStore(db, b"e" * 32)
            importer = Importer(db, people, commons_id, now())
            report = await importer.spreadsheet(
                data, uuid4(), all_or_nothing=False, make_people=True
            )
            assert report.count("written") == count

    imported = await timed(bring)
    db = await asyncpg.connect(driver_url(engine))
    rows = {
        table: [
            (other, *tuple(row)[1:])
            for row in await db.fetch(
                f"SELECT {columns} FROM {table} WHERE commons_id = $1",  # noqa: S608 -- our own
                commons_id,
            )
        ]
        for table, columns in COPIED.items()
    }

    async def copy() -> None:
        async with db.transaction():
            for table, columns in COPIED.items():
                await db.copy_records_to_table(
                    table, records=rows[table], columns=columns.split(", ")
                )

    copied = await timed(copy)
    await db.close()
    note(f"import {imported:.1f} s, COPY of the same rows {copied:.1f} s")
    ratio = imported / copied
    tell(f"CSV import of {count:,} / bare COPY", f"{ratio:.2f} ×", "≤ 5 ×", good=ratio <= 5)


async def main(scale: int) -> None:
    async with database() as (server, engine):
        await appending(server, engine, 20_000 // scale)
        await sealing(engine, 200_000 // scale)
        await sealing_while_writing(engine, 20_000 // scale)
        await importing(engine, 100_000 // scale)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    asyncio.run(main(parser.parse_args().scale))
