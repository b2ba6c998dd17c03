"""Money that is sent twice moves once, and the answer is the same (LED-2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from tests.conftest import Database

from commons.chamber.booking import COMMONS
from commons.chamber.election_file import funded_by, read_election_file
from commons.chamber.model import Envelope, EnvelopeDraft
from commons.chamber.store import ChamberStore
from commons.content import content_folder
from commons.kernel.errors import ConflictError
from commons.ledger.invariants import violations
from commons.ledger.model import AlreadyWritten, Outcome, Written
from commons.ledger.store import JournalStore
from commons.ledger.tables import entries

OPENING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLOSING = datetime(2026, 11, 16, 20, 0, tzinfo=UTC)
TOWN, STEWARD, TREASURER = UUID(int=900), UUID(int=1), UUID(int=2)
CAMILLE, NOUR = UUID(int=3), UUID(int=4)
AUTUMN = EnvelopeDraft("Automne", "Les membres", Decimal(1000), OPENING.date(), CLOSING.date())
COPIES = 50

Asked: TypeAlias = Callable[[ChamberStore], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Garden:
    """A commons with money and an envelope that two people claim on."""

    commons_id: UUID
    envelope: Envelope

    def requests(self) -> dict[str, tuple[Asked, Asked]]:
        """What may be asked about money, in an order that works, and another with its key."""
        commons_id, envelope = self.commons_id, self.envelope
        keys = {name: uuid4() for name in ("received", "opened", "claimed", "settled", "paid")}

        def received(amount: int) -> Asked:
            return lambda chamber: chamber.receive(
                commons_id,
                TOWN,
                Decimal(amount),
                OPENING.date(),
                TREASURER,
                OPENING,
                entry_id=keys["received"],
            )

        def opened(draft: EnvelopeDraft) -> Asked:
            return lambda chamber: chamber.open(
                commons_id, draft, STEWARD, OPENING, entry_id=keys["opened"]
            )

        def claimed(amount: int) -> Asked:
            return lambda chamber: chamber.claim(
                envelope, NOUR, Decimal(amount), "Compost", OPENING, entry_id=keys["claimed"]
            )

        def settled(rule: str) -> Asked:
            return lambda chamber: chamber.settle(
                envelope, rule, STEWARD, CLOSING, entry_id=keys["settled"]
            )

        def paid(payee: UUID) -> Asked:
            return lambda chamber: chamber.pay(
                commons_id, payee, TREASURER, CLOSING, entry_id=keys["paid"]
            )

        return {
            "received": (received(300), received(301)),
            "opened": (opened(AUTUMN), opened(replace(AUTUMN, terms="Tout le monde"))),
            "claimed": (claimed(700), claimed(800)),
            "settled": (settled("proportional"), settled("equal-awards")),
            "paid": (paid(NOUR), paid(CAMILLE)),
        }


async def planted(db: AsyncConnection) -> Garden:
    chamber, commons_id = ChamberStore(db), uuid4()
    await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", OPENING)
    given = (commons_id, TOWN, Decimal(5000), OPENING.date(), TREASURER, OPENING)
    await chamber.receive(*given, entry_id=uuid4())
    envelope = await chamber.open(commons_id, AUTUMN, STEWARD, OPENING, entry_id=uuid4())
    for who, amount in ((CAMILLE, 900), (NOUR, 500)):
        reason = "Deux saisons"
        await chamber.claim(envelope, who, Decimal(amount), reason, OPENING, entry_id=uuid4())
    return Garden(commons_id, envelope)


async def told(db: AsyncConnection, garden: Garden) -> tuple[int, object]:
    """How many entries there are, and what every account holds."""
    count = select(func.count()).where(entries.c.commons_id == garden.commons_id)
    held = await JournalStore(db).balances(garden.commons_id)
    return await db.scalar(count) or 0, held


@pytest.fixture
async def fresh(fresh_database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(fresh_database.service, pool_size=8, max_overflow=0)
    yield engine
    await engine.dispose()


async def test_fifty_copies_at_once_of_each_request_book_it_once(fresh: AsyncEngine) -> None:
    async with fresh.begin() as db:
        garden = await planted(db)

    async def sent(asked: Asked) -> object:
        async with fresh.begin() as db:
            return await asked(ChamberStore(db))

    for name, (asked, other) in garden.requests().items():
        async with fresh.connect() as db:
            before, _ = await told(db, garden)
        answers = await asyncio.gather(*[sent(asked) for _ in range(COPIES)])
        refused = await asyncio.gather(
            *[sent(other) for _ in range(COPIES)], return_exceptions=True
        )
        async with fresh.connect() as db:
            after, _ = await told(db, garden)
        assert after - before == (2 if name == "claimed" else 1), name
        assert {type(answer) for answer in refused} == {ConflictError}, name
        if name in ("opened", "paid"):
            assert len({str(answer) for answer in answers}) == 1, name
    async with fresh.connect() as db:
        assert await violations(db) == []
        assert await ChamberStore(db).held(garden.commons_id) == Decimal(5000 + 300 - 2000)


async def test_of_copies_with_two_contents_one_content_is_booked(fresh: AsyncEngine) -> None:
    async with fresh.begin() as db:
        garden = await planted(db)

    async def sent(asked: Asked) -> object:
        async with fresh.begin() as db:
            return await asked(ChamberStore(db))

    for name, pair in garden.requests().items():
        mixed = await asyncio.gather(
            *[sent(pair[place % 2]) for place in range(COPIES)], return_exceptions=True
        )
        conflicts = [isinstance(answer, ConflictError) for answer in mixed]
        assert conflicts in ([False, True] * 25, [True, False] * 25), name
    async with fresh.connect() as db:
        assert await violations(db) == []


@settings(max_examples=20)
@given(places=st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=5, max_size=5))
async def test_whatever_is_repeated_and_whenever_nothing_changes(
    engine: AsyncEngine, places: list[list[int]]
) -> None:
    """As after a crash: whoever does not know asks again, also after what came later."""
    async with engine.connect() as db:
        transaction = await db.begin()
        garden, chamber = await planted(db), ChamberStore(db)
        asked = [first for first, _ in garden.requests().values()]
        for place, request in enumerate(asked):
            await request(chamber)
            before = await told(db, garden)
            for repeated in places[place]:
                await asked[min(repeated, place)](chamber)
            assert await told(db, garden) == before
        assert before[0] == 4 + 1 + 1 + 2 + 1 + 1
        assert await violations(db) == []
        await transaction.rollback()


async def test_the_same_request_after_midnight_is_the_same_request(
    db: AsyncConnection,
) -> None:
    garden, chamber = await planted(db), ChamberStore(db)
    late = CLOSING + timedelta(days=1)
    key, other = uuid4(), uuid4()
    await chamber.settle(garden.envelope, "equal", STEWARD, CLOSING, entry_id=key)
    paid = await chamber.pay(garden.commons_id, NOUR, STEWARD, CLOSING, entry_id=other)
    before = await told(db, garden)
    await chamber.settle(garden.envelope, "equal", STEWARD, late, entry_id=key)
    again = await chamber.pay(garden.commons_id, NOUR, STEWARD, late, entry_id=other)
    assert again == paid > 0
    assert await told(db, garden) == before


async def test_an_envelope_is_opened_again_by_its_key_after_it_closed(
    db: AsyncConnection,
) -> None:
    garden, chamber, key = await planted(db), ChamberStore(db), uuid4()
    first = await chamber.open(garden.commons_id, AUTUMN, STEWARD, OPENING, entry_id=key)
    later = CLOSING + timedelta(days=30)
    assert await chamber.open(garden.commons_id, AUTUMN, STEWARD, later, entry_id=key) == first


async def test_a_key_of_one_door_is_refused_at_every_other(db: AsyncConnection) -> None:
    garden, chamber, key = await planted(db), ChamberStore(db), uuid4()
    await chamber.settle(garden.envelope, "equal", STEWARD, CLOSING, entry_id=uuid4())
    given = (garden.commons_id, TOWN, Decimal(5), OPENING.date(), TREASURER, OPENING)
    await chamber.receive(*given, entry_id=key)
    before = await told(db, garden)
    with pytest.raises(ConflictError):
        await chamber.open(garden.commons_id, AUTUMN, STEWARD, OPENING, entry_id=key)
    with pytest.raises(ConflictError):
        await chamber.pay(garden.commons_id, NOUR, TREASURER, CLOSING, entry_id=key)
    with pytest.raises(ConflictError):
        await chamber.claim(garden.envelope, NOUR, Decimal(1), "Encore", OPENING, entry_id=key)
    assert await told(db, garden) == before
    assert await chamber.journal.balance(garden.commons_id, COMMONS) == Decimal(4005)


async def test_an_election_that_is_booked_twice_is_booked_once(db: AsyncConnection) -> None:
    garden, chamber, key = await planted(db), ChamberStore(db), uuid4()
    given = (garden.commons_id, TOWN, Decimal(120000), OPENING.date(), TREASURER, OPENING)
    await chamber.receive(*given, entry_id=uuid4())
    draft = replace(AUTUMN, amount=Decimal(120000))
    envelope = await chamber.open(garden.commons_id, draft, STEWARD, OPENING, entry_id=uuid4())
    text = (content_folder("examples") / "election.pb").read_bytes()
    counted = read_election_file("election.pb", text, Fraction(120000))
    funded = funded_by(counted.election, "equal-shares", "cost")

    async def book(selected: list[int], by: UUID = STEWARD) -> Outcome:
        rule = ("equal-shares", "cost")
        return await chamber.book_election(
            envelope, counted, *rule, selected, by, CLOSING, entry_id=key
        )

    assert await book(funded) == Written(key)
    before = await told(db, garden)
    assert await book(funded) == AlreadyWritten(key)
    with pytest.raises(ConflictError):
        await book(funded[:1])
    with pytest.raises(ConflictError):
        await book(funded, TREASURER)
    assert await told(db, garden) == before
