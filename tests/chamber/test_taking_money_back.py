"""A movement of money is taken back by a reversal, and envelopes say what the journal says.

A reversal carries the opposite postings (LED-4) and gives back only what is held (LED-13).
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from tests.conftest import Database

from commons.chamber.booking import envelope_account
from commons.chamber.model import Envelope, EnvelopeDraft, Stage
from commons.chamber.store import ChamberStore
from commons.erased import erase_person
from commons.identity.model import Grant, Person, Role, Scope
from commons.identity.tables import persons
from commons.kernel.errors import ForbiddenError, RuleBrokenError
from commons.ledger.filters import Filter
from commons.ledger.invariants import violations
from commons.ledger.model import AlreadyWritten, Kind, Outcome, State, Written
from commons.ledger.store import JournalStore
from commons.registry.reversing import may_reverse, require_reverser, take_back

OPENING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLOSING = datetime(2026, 11, 16, 20, 0, tzinfo=UTC)
TOWN, STEWARD, TREASURER = UUID(int=900), UUID(int=1), UUID(int=2)
CAMILLE, NOUR = UUID(int=3), UUID(int=4)
ROLES = {
    STEWARD: Role.STEWARD,
    TREASURER: Role.TREASURER,
    CAMILLE: Role.CONTRIBUTOR,
    NOUR: Role.TREASURER,
}


@dataclass
class Garden:
    """A commons, and the keys of what was booked, in order."""

    db: AsyncConnection
    commons_id: UUID
    keys: list[UUID] = field(default_factory=list)

    @property
    def chamber(self) -> ChamberStore:
        return ChamberStore(self.db)

    def key(self) -> UUID:
        self.keys.append(uuid4())
        return self.keys[-1]

    def person(self, person_id: UUID) -> Person:
        grant = Grant(Scope.COMMONS, self.commons_id, ROLES[person_id])
        return Person(person_id, "Quelqu'un", None, frozenset({grant}))

    async def receive(self, amount: int) -> UUID:
        given = (self.commons_id, TOWN, Decimal(amount), OPENING.date(), TREASURER, OPENING)
        await self.chamber.receive(*given, entry_id=self.key())
        return self.keys[-1]

    async def open(self, amount: int) -> tuple[UUID, Envelope]:
        draft = EnvelopeDraft("Automne", "", Decimal(amount), OPENING.date(), CLOSING.date())
        key = self.key()
        return key, await self.chamber.open(
            self.commons_id, draft, STEWARD, OPENING, entry_id=key
        )

    async def claim(self, envelope: Envelope, who: UUID, amount: int) -> None:
        why = "Deux saisons"
        await self.chamber.claim(envelope, who, Decimal(amount), why, OPENING, entry_id=uuid4())

    async def settle(self, envelope: Envelope, rule: str = "proportional") -> UUID:
        key = self.key()
        await self.chamber.settle(envelope, rule, STEWARD, CLOSING, entry_id=key)
        return key

    async def pay(self, payee: UUID) -> UUID:
        key = self.key()
        await self.chamber.pay(self.commons_id, payee, TREASURER, CLOSING, entry_id=key)
        return key

    async def back(
        self, entry_id: UUID, by: UUID = STEWARD, key: UUID | None = None
    ) -> Outcome:
        person, target = await require_reverser(
            JournalStore(self.db), self.person(by), self.commons_id, entry_id
        )
        assert may_reverse(person, target) is (target.reversed_by is None)
        return await take_back(
            self.db, target, person, "Erreur", entry_id=key or uuid4(), now=CLOSING
        )

    async def stage(self, envelope: Envelope) -> Stage:
        found = await self.chamber.envelope(self.commons_id, envelope.envelope_id)
        return await self.chamber.stage(found, CLOSING.date())

    async def held(self) -> Decimal:
        return await self.chamber.held(self.commons_id)


@pytest.fixture
async def garden(db: AsyncConnection) -> Garden:
    return await planted(db)


async def planted(db: AsyncConnection) -> Garden:
    commons_id = uuid4()
    await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", OPENING)
    return Garden(db, commons_id)


async def divided(garden: Garden) -> tuple[Envelope, UUID]:
    await garden.receive(1000)
    _, envelope = await garden.open(1000)
    await garden.claim(envelope, CAMILLE, 600)
    await garden.claim(envelope, NOUR, 300)
    return envelope, await garden.settle(envelope)


async def test_money_received_by_mistake_is_taken_back_once(garden: Garden) -> None:
    received, key = await garden.receive(1000), uuid4()
    assert await garden.back(received, TREASURER, key) == Written(key)
    assert await garden.held() == 0
    assert await garden.back(received, TREASURER, key) == AlreadyWritten(key)
    with pytest.raises(RuleBrokenError, match="a déjà sa contre-écriture"):
        await garden.back(received, TREASURER)
    assert (await garden.chamber.journal.entry(garden.commons_id, received)).state is (
        State.REVERSED
    )
    assert await violations(garden.db) == []


async def test_what_has_left_is_taken_back_first_and_the_refusal_says_so(
    garden: Garden,
) -> None:
    """Back through the whole chain, from the payment to the money received."""
    envelope, award = await divided(garden)
    received, opened, _ = garden.keys
    paid = await garden.pay(CAMILLE)
    for entry_id, said in (
        (received, "Annulez d'abord l'ouverture de l'enveloppe"),
        (opened, "Annulez d'abord sa répartition"),
        (award, "Annulez d'abord ce paiement"),
    ):
        with pytest.raises(RuleBrokenError, match=said):
            await garden.back(entry_id)
    assert await violations(garden.db) == []
    await garden.back(paid)
    assert await garden.chamber.due(garden.commons_id) == {CAMILLE: 600, NOUR: 300}
    await garden.back(award)
    assert await garden.chamber.due(garden.commons_id) == {}
    assert await garden.stage(envelope) is Stage.OPEN
    await garden.back(opened)
    assert await garden.stage(envelope) is Stage.WITHDRAWN
    await garden.back(received)
    assert await garden.held() == 0
    assert await violations(garden.db) == []


async def test_the_rest_that_another_envelope_took_is_taken_back_first(
    garden: Garden,
) -> None:
    _, award = await divided(garden)
    await garden.open(50)
    with pytest.raises(RuleBrokenError, match="Ce qui était revenu au commun"):
        await garden.back(award)


async def test_an_envelope_is_divided_again_after_its_division_was_taken_back(
    garden: Garden,
) -> None:
    envelope, award = await divided(garden)
    chamber = garden.chamber
    first = await chamber.decision(envelope, award)
    await garden.back(award)
    assert await chamber.settlement(envelope) is None
    again = await garden.settle(envelope, "equal-losses")
    settlement = await chamber.settlement(envelope)
    assert settlement is not None
    assert (settlement.entry_id, settlement.rule) == (again, "equal-losses")
    assert await chamber.decision(envelope, award) == first
    repeated = await chamber.settle(envelope, "proportional", STEWARD, CLOSING, entry_id=award)
    assert repeated == AlreadyWritten(award)
    assert await chamber.settlement(envelope) == settlement
    with pytest.raises(RuleBrokenError, match="déjà répartie"):
        await garden.settle(envelope)
    assert await violations(garden.db) == []


async def test_nothing_is_asked_of_an_envelope_that_was_withdrawn(garden: Garden) -> None:
    await garden.receive(1000)
    opened, envelope = await garden.open(1000)
    await garden.back(opened)
    envelope = await garden.chamber.envelope(garden.commons_id, envelope.envelope_id)
    with pytest.raises(RuleBrokenError, match="est annulée"):
        await garden.claim(envelope, NOUR, 10)
    with pytest.raises(RuleBrokenError, match="est annulée"):
        await garden.settle(envelope)
    with pytest.raises(RuleBrokenError, match="est annulée"):
        await garden.chamber.propose(envelope, "equal", STEWARD, CLOSING)
    [(listed, is_settled)] = await garden.chamber.envelopes(garden.commons_id)
    assert (listed.is_withdrawn, is_settled) == (True, False)
    assert await garden.chamber.opening(envelope) == opened
    assert await garden.held() == 1000


async def test_nobody_takes_back_alone_what_is_theirs(garden: Garden) -> None:
    _, award = await divided(garden)
    with pytest.raises(RuleBrokenError, match="on n'annule pas seul·e sa répartition"):
        await garden.back(award, NOUR)
    paid = await garden.pay(NOUR)
    with pytest.raises(RuleBrokenError, match="on ne l'annule pas seul·e"):
        await garden.back(paid, NOUR)
    with pytest.raises(ForbiddenError):
        await garden.back(paid, CAMILLE)
    assert isinstance(await garden.back(paid, TREASURER), Written)


async def test_who_asked_and_got_nothing_does_not_take_the_division_back_alone(
    garden: Garden,
) -> None:
    await garden.receive(1000)
    _, envelope = await garden.open(100)
    await garden.claim(envelope, CAMILLE, 1000)
    await garden.claim(envelope, NOUR, 100)
    award = await garden.settle(envelope, "equal-losses")
    assert set(await garden.chamber.due(garden.commons_id)) == {CAMILLE}
    with pytest.raises(RuleBrokenError, match="seul·e"):
        await garden.back(award, NOUR)


@pytest.mark.parametrize("amount", [100, 1000])
async def test_what_concerns_someone_erased_is_not_taken_back(
    garden: Garden, amount: int
) -> None:
    """Else money would be due again to nobody, or to an account that nobody holds."""
    row = {"person_id": NOUR, "name": "Nour Benali", "created_at": OPENING}
    await garden.db.execute(insert(persons).values(row))
    await garden.receive(1000)
    _, envelope = await garden.open(100)
    await garden.claim(envelope, CAMILLE, 1000)
    await garden.claim(envelope, NOUR, amount)
    award = await garden.settle(envelope, "equal-losses")
    booked = [award]
    if amount == 1000:
        booked.append(await garden.pay(NOUR))
    await erase_person(garden.db, NOUR, CLOSING)
    for entry_id in booked:
        with pytest.raises(RuleBrokenError, match="a effacé ses données"):
            await garden.back(entry_id)
    assert await violations(garden.db) == []


Step = tuple[str, int]
BEGUN: list[Step] = [("receive", 0), ("receive", 0), ("open", 0), ("claim", 1)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "open", "claim", "settle", "pay", "back", "back"]),
        st.integers(0, 9),
    ),
    max_size=25,
)


@settings(max_examples=40)
@given(steps=STEPS)
async def test_whatever_is_booked_and_taken_back_envelopes_say_what_the_journal_says(
    engine: AsyncEngine, steps: list[Step]
) -> None:
    async with engine.connect() as db:
        transaction = await db.begin()
        garden, opened = await planted(db), list[Envelope]()
        for what, number in BEGUN + steps:
            if new := await lived(garden, opened, what, number):
                opened.append(new)
        for envelope in opened:
            stage = await garden.stage(envelope)
            account = envelope_account(envelope.envelope_id)
            held = await garden.chamber.journal.balance(garden.commons_id, account)
            assert held == (0 if stage in (Stage.SETTLED, Stage.WITHDRAWN) else 100)
            opening = await garden.chamber.opening(envelope)
            entry = await garden.chamber.journal.entry(garden.commons_id, opening)
            assert (stage is Stage.WITHDRAWN) is (entry.reversed_by is not None)
        wanted = Filter(kinds=(Kind.TRANSFER,), state=State.RECORDED)
        standing = await garden.chamber.journal.page(garden.commons_id, wanted)
        awards = [e for e in standing if e.details["purpose"] == "award"]
        settled = [await garden.stage(e) is Stage.SETTLED for e in opened]
        assert len(awards) == sum(settled)
        assert await violations(db) == []
        await transaction.rollback()


async def lived(
    garden: Garden, opened: list[Envelope], what: str, number: int
) -> Envelope | None:
    """One step, if the rules allow it; the envelope that it opened."""
    chosen = opened[number % len(opened)] if opened else None
    savepoint = await garden.db.begin_nested()
    try:
        if what == "receive":
            await garden.receive(150)
        elif what == "open":
            return (await garden.open(100))[1]
        elif what == "claim" and chosen:
            await garden.claim(chosen, (CAMILLE, NOUR)[number % 2], 40 + 10 * number)
        elif what == "settle" and chosen:
            await garden.settle(chosen, ("proportional", "equal-awards")[number % 2])
        elif what == "pay":
            await garden.pay((CAMILLE, NOUR)[number % 2])
        elif what == "back" and garden.keys:
            entry_id = garden.keys[number % len(garden.keys)]
            if await written(garden, entry_id):
                await garden.back(entry_id, TREASURER)
    except RuleBrokenError:
        await savepoint.rollback()
    return None


async def written(garden: Garden, entry_id: UUID) -> bool:
    return bool(await garden.chamber.journal.entries_by_id(garden.commons_id, [entry_id]))


async def test_of_fifty_who_take_back_at_once_one_does_and_copies_agree(
    fresh_database: Database,
) -> None:
    engine = create_async_engine(fresh_database.service, pool_size=8, max_overflow=0)
    async with engine.begin() as db:
        garden = await planted(db)
        _, award = await divided(garden)
    one = uuid4()

    async def sent(key: UUID) -> Outcome:
        async with engine.begin() as db:
            return await Garden(db, garden.commons_id).back(award, STEWARD, key)

    keys = [one] * 25 + [uuid4() for _ in range(25)]
    answers = await asyncio.gather(*[sent(key) for key in keys], return_exceptions=True)
    assert [isinstance(answer, Written) for answer in answers].count(True) == 1
    copies = [answer for answer in answers if isinstance(answer, AlreadyWritten)]
    assert len(copies) in (0, 24)
    refused = [answer for answer in answers if isinstance(answer, RuleBrokenError)]
    assert len(copies) + len(refused) == 49
    async with engine.connect() as db:
        assert await violations(db) == []
        assert await ChamberStore(db).due(garden.commons_id) == {}
    await engine.dispose()


async def test_a_payment_and_the_taking_back_of_its_division_do_not_both_happen(
    fresh_database: Database,
) -> None:
    engine = create_async_engine(fresh_database.service, pool_size=4)
    async with engine.begin() as db:
        garden = await planted(db)
        _, award = await divided(garden)

    async def pay() -> None:
        async with engine.begin() as db:
            await Garden(db, garden.commons_id).pay(CAMILLE)

    async def back() -> None:
        async with engine.begin() as db:
            await Garden(db, garden.commons_id).back(award)

    outcomes = await asyncio.gather(pay(), back(), return_exceptions=True)
    assert sorted(isinstance(each, RuleBrokenError) for each in outcomes) == [False, True]
    async with engine.connect() as db:
        assert await violations(db) == []
    await engine.dispose()
