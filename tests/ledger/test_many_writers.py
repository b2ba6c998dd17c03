"""Many callers at once: each is answered alone, nothing is lost or doubled (LED-2, LED-37)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from tests.conftest import Database
from tests.ledger.conftest import ORIGIN, attestation, contribution, money

from commons.db.engine import driver_url
from commons.kernel.errors import ConflictError, NotFoundError, RuleBrokenError
from commons.ledger.batcher import Batcher
from commons.ledger.model import (
    Account,
    AccountKind,
    AlreadyWritten,
    Draft,
    Outcome,
    Refused,
    Request,
    Written,
)
from commons.ledger.store import JournalStore
from commons.ledger.tables import entries, personal, queue

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COMMONS = Account(AccountKind.COMMONS)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))


@pytest.fixture
async def engine(fresh_database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(fresh_database.service, pool_size=4)
    yield engine
    await engine.dispose()


@pytest.fixture
async def garden(engine: AsyncEngine) -> UUID:
    commons_id = uuid4()
    async with engine.begin() as db:
        await JournalStore(db).open(commons_id, ORIGIN, NOW)
    return commons_id


@pytest.fixture
async def batchers(engine: AsyncEngine) -> AsyncIterator[list[Batcher]]:
    """Two, as two processes of the service have."""
    url = driver_url(engine)
    async with Batcher(url, lambda: NOW) as one, Batcher(url, lambda: NOW) as other:
        yield [one, other]


async def send(batchers: list[Batcher], commons_id: UUID, drafts: list[Draft]) -> list[Outcome]:
    return await asyncio.gather(
        *[
            batchers[place % len(batchers)].append(Request(commons_id, draft))
            for place, draft in enumerate(drafts)
        ]
    )


async def counted(engine: AsyncEngine) -> tuple[int, int, int]:
    async with engine.begin() as db:
        rows = [
            await db.scalar(select(func.count()).select_from(table))
            for table in (entries, personal, queue)
        ]
    return rows[0] or 0, rows[1] or 0, rows[2] or 0


async def test_a_thousand_copies_of_one_request_are_one_entry(
    engine: AsyncEngine, garden: UUID, batchers: list[Batcher]
) -> None:
    outcomes = await send(batchers, garden, [contribution(1, 150)] * 1000)
    assert Counter(map(type, outcomes)) == {Written: 1, AlreadyWritten: 999}
    assert await counted(engine) == (1, 2, 1)


async def test_of_a_storm_of_two_payloads_with_one_key_one_stands(
    engine: AsyncEngine, garden: UUID, batchers: list[Batcher]
) -> None:
    drafts = [contribution(1, 150), contribution(1, 151)] * 250
    drafts += [contribution(1, 151), contribution(1, 150)] * 250
    outcomes = await send(batchers, garden, drafts)
    async with engine.begin() as db:
        stands = (await JournalStore(db).entry(garden, UUID(int=1))).quantity
    for draft, outcome in zip(drafts, outcomes, strict=True):
        if draft.quantity == stands:
            assert isinstance(outcome, Written | AlreadyWritten)
        else:
            assert isinstance(outcome, Refused)
            assert isinstance(outcome.error, ConflictError)
    assert [type(outcome) for outcome in outcomes].count(Written) == 1


async def test_money_sent_twice_at_once_moves_once(
    engine: AsyncEngine, garden: UUID, batchers: list[Batcher]
) -> None:
    await send(batchers, garden, [money(1, TOWN, COMMONS, "100")])
    wells = [Account(AccountKind.ENVELOPE, UUID(int=place)) for place in range(40)]
    drafts = [money(10 + place, COMMONS, well, "3") for place, well in enumerate(wells)]
    outcomes = await send(batchers, garden, [draft for draft in drafts for _ in range(6)])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [type(outcome) for outcome in outcomes].count(Written) == 33
    assert len(refused) == 7 * 6
    assert all(isinstance(outcome.error, RuleBrokenError) for outcome in refused)
    async with engine.begin() as db:
        held = await JournalStore(db).balances(garden)
    assert held[COMMONS, "EUR"] == Decimal(1)
    assert sum(held.values()) == 0


async def test_copies_of_an_attestation_attest_once(
    engine: AsyncEngine, garden: UUID, batchers: list[Batcher]
) -> None:
    await send(batchers, garden, [contribution(1, 30)])
    copies = [attestation(2, 1)] * 50 + [attestation(3 + place, 1) for place in range(50)]
    outcomes = await send(batchers, garden, copies)
    assert [type(outcome) for outcome in outcomes].count(Written) == 1
    async with engine.begin() as db:
        assert (await JournalStore(db).entry(garden, UUID(int=1))).attestations == 1


async def test_neighbours_in_a_batch_are_judged_alone(
    engine: AsyncEngine, garden: UUID, batchers: list[Batcher]
) -> None:
    good = [contribution(number, 30) for number in range(1, 200)]
    bad = [replace(contribution(1000 + n, 30), unit="bushel") for n in range(50)]
    lost = Request(uuid4(), contribution(2000, 30))
    mixed = [draft for pair in zip(good, bad, strict=False) for draft in pair]
    requests = [Request(garden, draft) for draft in [*mixed, *good[50:]]]
    answers = await asyncio.gather(
        *[batchers[0].append(request) for request in [*requests, lost]], return_exceptions=True
    )
    assert Counter(map(type, answers)) == {Written: 199, Refused: 50, NotFoundError: 1}
    assert (await counted(engine))[0] == 199


async def test_a_lost_connection_is_opened_again_and_nothing_is_doubled(
    engine: AsyncEngine, garden: UUID, batchers: list[Batcher]
) -> None:
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'commons' AND datname = current_database()"
    )
    await send(batchers, garden, [contribution(1, 30), contribution(2, 30)])

    async def cutting() -> None:
        for _ in range(5):
            async with engine.begin() as db:
                await db.execute(cut)
            await asyncio.sleep(0.05)

    drafts = [contribution(number, 30) for number in range(3, 400)]
    cutter = asyncio.create_task(cutting())
    waiting = [Request(garden, draft) for draft in drafts]
    while waiting:
        several = waiting[:50]
        answers = await asyncio.gather(
            *[batchers[0].append(request) for request in several], return_exceptions=True
        )
        assert not [answer for answer in answers if isinstance(answer, Refused)]
        pairs = zip(several, answers, strict=True)
        lost = [request for request, answer in pairs if isinstance(answer, Exception)]
        waiting = lost + waiting[50:]
    await cutter
    again = await send(batchers, garden, drafts)
    assert {type(outcome) for outcome in again} == {AlreadyWritten}
    assert (await counted(engine))[0] == 399


async def test_without_a_database_callers_are_told(garden: UUID) -> None:
    async with Batcher("postgresql://nobody@/none?host=/nowhere", lambda: NOW) as batcher:
        with pytest.raises(OSError, match="No such file"):
            await batcher.append(Request(garden, contribution(1, 30)))


async def test_a_caller_who_gives_up_holds_nobody_back(
    garden: UUID, batchers: list[Batcher]
) -> None:
    asked = [
        asyncio.ensure_future(batchers[0].append(Request(garden, contribution(n, 30))))
        for n in range(1, 100)
    ]
    await asyncio.sleep(0)
    for task in asked[::3]:
        task.cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(a, Written | asyncio.CancelledError) for a in answers)
    again = [await batchers[0].append(Request(garden, contribution(n, 30))) for n in (1, 2)]
    assert not [outcome for outcome in again if isinstance(outcome, Refused)]


@pytest.mark.parametrize("flights", [1, 2])
async def test_nobody_waits_for_ever_when_a_batch_ends_as_they_come(
    engine: AsyncEngine, garden: UUID, flights: int
) -> None:
    async with Batcher(driver_url(engine), lambda: NOW, flights_max=flights) as batcher:

        async def one_after_the_other(first: int) -> None:
            for number in range(first, first + 40):
                await batcher.append(Request(garden, contribution(number, 30)))

        callers = [one_after_the_other(1 + 100 * place) for place in range(8)]
        await asyncio.wait_for(asyncio.gather(*callers), timeout=60)
    assert (await counted(engine))[0] == 320
