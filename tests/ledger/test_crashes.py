"""Whatever dies, and when: what was acknowledged is there, once, and is sealed once."""

import asyncio
import contextlib
import os
import random  # noqa: TID251 -- when to kill is drawn from a seed, told on failure
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database
from tests.ledger.writing_service import COMMONS, NOON, SIGNER, numbered

from commons.db.embedded import OWNER, SERVICE, EmbeddedPostgres
from commons.db.engine import driver_url
from commons.db.migrate import migrate
from commons.ledger.batcher import Batcher
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.model import AlreadyWritten, Request, Written
from commons.ledger.sealer import seal_for_ever, seal_waiting, take_turn
from commons.ledger.sealing import Sealer, sealed_entries
from commons.ledger.store import JournalStore
from commons.ledger.tables import entries, leaves, personal, postings, queue
from commons.ledger.verification import verify_journal

ROOT = Path(__file__).resolve().parents[2]
PAUSE = timedelta(milliseconds=10)
SAFE = ("fsync", "synchronous_commit", "full_page_writes")
LOST = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


@dataclass
class Witness:
    """What someone outside has seen acknowledged, and what they then find."""

    engine: AsyncEngine
    commons_id: UUID
    acknowledged: set[int] = field(default_factory=set)
    kept: str | None = None

    async def open(self) -> None:
        async with self.engine.begin() as db:
            for setting in SAFE:
                assert await db.scalar(text(f"SHOW {setting}")) == "on", setting
            await JournalStore(db).open(self.commons_id, "commons.example/garden", NOON)

    @property
    def next(self) -> int:
        return max(self.acknowledged, default=0) + 1000

    async def look(self) -> None:
        """Everything acknowledged stands once; what stands is whole, queued or sealed.

        Seen at one instant: the dead leave transactions that the server still ends.
        """
        async with self.engine.connect() as db:
            await db.execution_options(isolation_level="REPEATABLE READ")
            found = set((await db.execute(select(entries.c.entry_id))).scalars())
            missing = {n for n in self.acknowledged if UUID(int=n) not in found}
            assert not missing
            numbers = [entry_id.int for entry_id in found]
            money = [n for n in numbers if n % 3 == 0]
            counted = [
                await db.scalar(select(func.count()).select_from(table)) or 0
                for table in (personal, postings, queue, leaves)
            ]
            assert counted[0] == 2 * (len(numbers) - len(money))
            assert counted[1] == 2 * len(money)
            assert counted[2] + counted[3] == len(numbers)
            held = await JournalStore(db).balances(self.commons_id)
            assert held.get((COMMONS, "EUR"), Decimal(0)) == len(money)
            assert not sum(held.values())

    async def send_again(self, batcher: Batcher) -> None:
        """Whoever had no answer, or lost it, sends the same again: written once in all."""
        numbers = sorted(self.acknowledged)[-200:]
        requests = [Request(self.commons_id, numbered(n)) for n in numbers]
        outcomes = await asyncio.gather(*[batcher.append(request) for request in requests])
        assert {type(outcome) for outcome in outcomes} <= {AlreadyWritten}

    async def seal_and_verify(self) -> int:
        """Seal what the dead left, and check the whole journal against what was kept."""
        async with self.engine.connect() as db:
            for _ in range(200):
                if await take_turn(db):
                    break
                await asyncio.sleep(0.05)
            await seal_waiting(db, SIGNER, lambda: NOON)
            latest = await Sealer(db, SIGNER).latest(self.commons_id)
            assert latest is not None
            opened = await sealed_entries(db, self.commons_id, latest.size, opened=True)
            await db.invalidate()
        commons = ExportedCommons(self.commons_id, "jardin", "Le jardin")
        data = spell_export(
            commons, latest.note, opened, {}, signer=SIGNER.name, key=SIGNER.key
        )
        verdict = verify_journal(data, SIGNER.verifier, self.kept)
        assert verdict.faults == ()
        self.kept = latest.note
        await self.look()
        return latest.size


@pytest.fixture
async def witness(fresh_database: Database) -> AsyncIterator[Witness]:
    engine = create_async_engine(fresh_database.service, pool_size=2)
    witness = Witness(engine, uuid4())
    await witness.open()
    yield witness
    await engine.dispose()


def run_and_kill(witness: Witness, chance: random.Random) -> None:
    """A process of the service writes and seals; it is killed while it does."""
    first = witness.next
    process = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "tests" / "ledger" / "writing_service.py"),
            driver_url(witness.engine),
            str(witness.commons_id),
            str(first),
            "40",
        ],
        stdout=subprocess.PIPE,
        env={"PATH": os.defpath, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said, "the service wrote nothing"
    time.sleep(chance.uniform(0, 0.3))
    process.kill()
    lines = (said + process.stdout.read()).split(b"\n")
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    witness.acknowledged |= {int(line) for line in lines if line}


async def killing_the_service(witness: Witness, rounds: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- when to kill is no secret
    async with Batcher(driver_url(witness.engine), lambda: NOON) as batcher:
        for number in range(rounds):
            await asyncio.to_thread(run_and_kill, witness, chance)
            await witness.look()
            await witness.send_again(batcher)
            if number % 10 == 0:
                assert await witness.seal_and_verify() >= len(witness.acknowledged)
    assert await witness.seal_and_verify() >= len(witness.acknowledged)


async def test_a_service_killed_while_it_writes_and_seals_loses_nothing(
    witness: Witness,
) -> None:
    await killing_the_service(witness, rounds=3, seed=1)


@pytest.mark.slow
async def test_a_service_killed_a_hundred_times_loses_and_doubles_nothing(
    witness: Witness,
) -> None:
    await killing_the_service(witness, rounds=100, seed=2)


@pytest.fixture
def own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="commons-crash-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def prepared(server: EmbeddedPostgres) -> Witness:
    await server.prepare_logins()
    owner = create_async_engine(server.url(OWNER), poolclass=NullPool)
    await migrate(owner, SERVICE)
    await owner.dispose()
    witness = Witness(create_async_engine(server.url(SERVICE), poolclass=NullPool), uuid4())
    await witness.open()
    return witness


def kill_server(server: EmbeddedPostgres) -> None:
    """SIGKILL to the server and all its processes at once, as a power cut would end them."""
    main = int((server.cluster / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    for pid in (main, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{main}").exists() and not is_zombie(main):
        time.sleep(0.01)
    # A dead process that nobody reaps keeps its number: the server would think it alive.
    (server.cluster / "postmaster.pid").unlink()
    for lock in server.sockets.glob(".s.PGSQL.*.lock"):
        lock.unlink()


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


async def write_until_lost(
    witness: Witness, batcher: Batcher, callers: int, begun: asyncio.Event
) -> None:
    """Callers write until the database is gone; only what was answered counts."""
    numbers = iter(range(witness.next, witness.next + 100_000))

    async def caller() -> None:
        for number in numbers:
            try:
                outcome = await batcher.append(Request(witness.commons_id, numbered(number)))
            except LOST:
                return
            assert isinstance(outcome, Written | AlreadyWritten), outcome
            witness.acknowledged.add(number)
            begun.set()

    await asyncio.gather(*[caller() for _ in range(callers)])


async def killing_the_server(folder: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- as above
    with EmbeddedPostgres(folder) as server:
        witness = await prepared(server)
        sealing = asyncio.create_task(
            seal_for_ever(witness.engine, SIGNER, lambda: NOON, pause=PAUSE)
        )
        async with Batcher(driver_url(witness.engine), lambda: NOON) as batcher:
            for _ in range(rounds):
                begun = asyncio.Event()
                writing = asyncio.create_task(write_until_lost(witness, batcher, 20, begun))
                await begun.wait()
                await asyncio.sleep(chance.uniform(0, 0.3))
                await asyncio.to_thread(kill_server, server)
                await writing
                await asyncio.to_thread(server._start)
                await witness.look()
                await witness.send_again(batcher)
        assert not sealing.done()
        sealing.cancel()
        await asyncio.gather(sealing, return_exceptions=True)
        assert await witness.seal_and_verify() >= len(witness.acknowledged)
        await witness.engine.dispose()


async def test_a_database_killed_while_it_commits_loses_nothing(own_folder: Path) -> None:
    await killing_the_server(own_folder, rounds=3, seed=3)


@pytest.mark.slow
async def test_a_database_killed_a_hundred_times_loses_and_doubles_nothing(
    own_folder: Path,
) -> None:
    await killing_the_server(own_folder, rounds=100, seed=4)


async def test_two_sealers_take_turns_and_another_takes_over(witness: Witness) -> None:
    url = driver_url(witness.engine)
    async with Batcher(url, lambda: NOON) as batcher:
        tasks = [
            asyncio.create_task(seal_for_ever(witness.engine, SIGNER, lambda: NOON, PAUSE))
            for _ in range(2)
        ]
        for start in range(1, 400, 50):
            requests = [
                Request(witness.commons_id, numbered(n)) for n in range(start, start + 50)
            ]
            await asyncio.gather(*[batcher.append(request) for request in requests])
            await asyncio.sleep(0.02)
            if start == 201:
                tasks[0].cancel()
                await asyncio.gather(tasks[0], return_exceptions=True)
        for _ in range(400):
            async with witness.engine.connect() as db:
                if not await db.scalar(select(func.count()).select_from(queue)):
                    break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("nobody took over")
    tasks[1].cancel()
    await asyncio.gather(tasks[1], return_exceptions=True)
    assert await witness.seal_and_verify() == 400


async def test_only_one_connection_holds_the_turn_until_it_closes(witness: Witness) -> None:
    async with witness.engine.connect() as one, witness.engine.connect() as other:
        assert await take_turn(one)
        assert not await take_turn(other)
        await one.invalidate()
        for _ in range(100):
            if await take_turn(other):
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("the turn was not given back")
        await other.invalidate()


async def test_a_clock_that_jumps_backwards_disturbs_no_order(witness: Witness) -> None:
    hours = iter(range(1000))
    async with Batcher(
        driver_url(witness.engine), lambda: NOON - timedelta(hours=next(hours))
    ) as batcher:
        for number in range(1, 21):
            await batcher.append(Request(witness.commons_id, numbered(number)))
            if number % 5 == 0:
                witness.acknowledged.add(number)
                await witness.seal_and_verify()
        again = [
            await batcher.append(Request(witness.commons_id, numbered(number)))
            for number in range(1, 21)
        ]
    assert {type(outcome) for outcome in again} == {AlreadyWritten}
    assert await witness.seal_and_verify() == 20


@pytest.fixture
def small_disk() -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="commons-small-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


async def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path) -> None:
    with EmbeddedPostgres(small_disk) as server:
        witness = await prepared(server)
        sealing = asyncio.create_task(
            seal_for_ever(witness.engine, SIGNER, lambda: NOON, pause=PAUSE)
        )
        async with Batcher(driver_url(witness.engine), lambda: NOON) as batcher:
            filler = small_disk / "filler"
            free = shutil.disk_usage(small_disk).free
            await asyncio.to_thread(filler.write_bytes, bytes(free - 3_000_000))
            await write_until_lost(witness, batcher, 20, asyncio.Event())
            filler.unlink()
            assert witness.acknowledged
            if not server.is_running():
                await asyncio.to_thread(server._start)
            for _ in range(100):
                try:
                    await witness.look()
                    break
                except (DBAPIError, *LOST):
                    await asyncio.sleep(0.1)
            await witness.send_again(batcher)
            outcome = await batcher.append(Request(witness.commons_id, numbered(1)))
            assert isinstance(outcome, Written)
        assert not sealing.done()
        sealing.cancel()
        await asyncio.gather(sealing, return_exceptions=True)
        assert await witness.seal_and_verify() > len(witness.acknowledged)
        await witness.engine.dispose()
