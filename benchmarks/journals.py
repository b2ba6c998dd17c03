"""A server of its own, journals and entries for benchmarks of the ledger, and how they tell."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from commons.db.embedded import OWNER, SERVICE, EmbeddedPostgres
from commons.db.engine import open_engine
from commons.db.migrate import migrate
from commons.kernel.clock import now
from commons.ledger.batcher import Batcher
from commons.ledger.model import Draft, Kind, Request
from commons.ledger.sealing import Signer
from commons.ledger.store import JournalStore

CALLERS = 256
SIGNER = Signer("commons.example", Ed25519PrivateKey.from_private_bytes(b"k" * 32))
PEOPLE = [str(UUID(int=1000 + n)) for n in range(50)]
DAY = date(2026, 11, 20)


def tell(what: str, reached: str, target: str, *, good: bool) -> None:
    mark = "reached" if good else "NOT REACHED"
    print(f"{what:<58} {reached:>24}   target {target:<12} {mark}", flush=True)


def note(line: str) -> None:
    print(f"    {line}", flush=True)


def draft(number: int) -> Draft:
    person = PEOPLE[number % len(PEOPLE)]
    return Draft(
        entry_id=uuid4(),
        kind=Kind.CONTRIBUTION,
        occurred_from=DAY,
        occurred_to=DAY,
        quantity=Decimal(30 + number % 200),
        unit="minute",
        details={"nature": "work", "reward": "open"},
        personal={
            "contributor": person,
            "recorder": person,
            "description": f"Taille des pommiers, rang {number}",
        },
    )


def new_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="commons-bench-"))
    folder.chmod(0o755)
    return folder


@asynccontextmanager
async def database() -> AsyncIterator[tuple[EmbeddedPostgres, AsyncEngine]]:
    folder = new_folder()
    try:
        with EmbeddedPostgres(folder) as server:
            await server.prepare_logins()
            owner = create_async_engine(server.url(OWNER), poolclass=NullPool)
            await migrate(owner, SERVICE)
            await owner.dispose()
            engine = open_engine(server.url(SERVICE), connections_max=4)
            async with engine.connect() as db:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    assert await db.scalar(text(f"SHOW {setting}")) == "on", setting
            yield server, engine
            await engine.dispose()
    finally:
        shutil.rmtree(folder)


async def opened(engine: AsyncEngine, count: int) -> list[UUID]:
    made = [uuid4() for _ in range(count)]
    async with engine.begin() as db:
        for commons_id in made:
            await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", now())
    return made


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


async def batched(batcher: Batcher, commons: Sequence[UUID], count: int) -> float:
    """Seconds for `count` entries sent by `CALLERS` callers, each waiting for its answer."""
    requests = iter([Request(commons[n % len(commons)], draft(n)) for n in range(count)])

    async def caller() -> None:
        for request in requests:
            await batcher.append(request)

    return await timed(lambda: asyncio.gather(*[caller() for _ in range(CALLERS)]))


async def fastest(work: Callable[[], Awaitable[object]], times: int = 60) -> float:
    await work()
    return median([await timed(work) for _ in range(times)])
