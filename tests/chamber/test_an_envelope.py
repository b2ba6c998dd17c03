"""The evening everyone dreads: 15,000 € asked of an envelope of 10,000 €.

What is booked names the calculation it comes from (LED-14).
"""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from tests.conftest import Database

from commons.chamber.booking import COMMONS, person_account
from commons.chamber.model import Envelope, EnvelopeDraft, Stage
from commons.chamber.replay import replay
from commons.chamber.round_file import digest
from commons.chamber.store import ChamberStore
from commons.erased import erase_person, sweep
from commons.identity.tables import persons
from commons.kernel.errors import InputError, RuleBrokenError
from commons.ledger.canonical import decode
from commons.ledger.filters import Filter
from commons.ledger.invariants import violations
from commons.ledger.model import Kind
from commons.ledger.store import JournalStore
from commons.ledger.tables import personal

OPENING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLOSING = datetime(2026, 11, 16, 20, 0, tzinfo=UTC)
TOWN = UUID(int=900)
STEWARD, TREASURER = UUID(int=1), UUID(int=2)
CAMILLE, NOUR, SASHA = UUID(int=3), UUID(int=4), UUID(int=5)
ASKED = {CAMILLE: "7000", NOUR: "5000", SASHA: "3000"}


def draft(amount: str = "10000") -> EnvelopeDraft:
    return EnvelopeDraft(
        "Rétributions d'automne",
        "Tous les membres",
        Decimal(amount),
        OPENING.date(),
        CLOSING.date(),
    )


@pytest.fixture
async def chamber(db: AsyncConnection) -> ChamberStore:
    return ChamberStore(db)


@pytest.fixture
async def garden(db: AsyncConnection, chamber: ChamberStore) -> UUID:
    commons_id = uuid4()
    await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", OPENING)
    on = OPENING.date()
    await chamber.receive(
        commons_id, TOWN, Decimal(12000), on, TREASURER, OPENING, entry_id=uuid4()
    )
    return commons_id


@pytest.fixture
async def over_claimed(chamber: ChamberStore, garden: UUID) -> Envelope:
    envelope = await chamber.open(garden, draft(), STEWARD, OPENING, entry_id=uuid4())
    for minutes, (person, amount) in enumerate(ASKED.items(), start=1):
        moment = OPENING + timedelta(minutes=minutes)
        await chamber.claim(
            envelope, person, Decimal(amount), "Deux saisons", moment, entry_id=uuid4()
        )
    return envelope


async def test_a_rule_that_was_proposed_is_shown_among_the_usual_ones(
    chamber: ChamberStore, over_claimed: Envelope
) -> None:
    """Whoever is to adopt it must see what it gives."""
    before = await chamber.comparison(over_claimed)
    assert "piniles" not in {division.rule.name for division in before.divisions}
    await chamber.propose(over_claimed, "piniles", CAMILLE, CLOSING)
    after = await chamber.comparison(over_claimed)
    assert [division.rule.name for division in after.divisions][-1] == "piniles"


async def test_the_rules_are_compared_on_the_same_claims(
    chamber: ChamberStore, over_claimed: Envelope
) -> None:
    comparison = await chamber.comparison(over_claimed)
    assert comparison.asked == 1_500_000
    given = {d.rule.name: [a.cents for a in d.awards] for d in comparison.divisions}
    assert given["proportional"] == [466_667, 333_333, 200_000]
    assert given["equal-awards"] == [350_000, 350_000, 300_000]
    assert given["equal-losses"] == [533_334, 333_333, 133_333]
    assert all(sum(cents) <= 1_000_000 for cents in given.values())


async def test_settling_books_what_each_is_due_and_what_was_computed(
    chamber: ChamberStore, over_claimed: Envelope, garden: UUID
) -> None:
    await chamber.settle(over_claimed, "equal-awards", STEWARD, CLOSING, entry_id=uuid4())
    assert await chamber.due(garden) == {
        CAMILLE: Decimal(3500),
        NOUR: Decimal(3500),
        SASHA: Decimal(3000),
    }
    settlement = await chamber.settlement(over_claimed)
    assert settlement is not None
    entry = await chamber.journal.entry(garden, settlement.entry_id)
    assert entry.details["round"] == digest(settlement.round_file)
    assert replay(settlement.round_file).agrees
    content = decode(settlement.round_file)
    assert content["rule"] == "equal-awards"
    assert content["result"]["awards"][2]["award"] == "3000.00"
    assert await chamber.stage(over_claimed, CLOSING.date()) is Stage.SETTLED
    with pytest.raises(RuleBrokenError, match="déjà répartie"):
        await chamber.settle(over_claimed, "talmud", STEWARD, CLOSING, entry_id=uuid4())


async def test_what_nobody_asked_for_returns_to_the_commons(
    chamber: ChamberStore, garden: UUID
) -> None:
    envelope = await chamber.open(garden, draft(), STEWARD, OPENING, entry_id=uuid4())
    await chamber.claim(envelope, NOUR, Decimal("400.50"), "Compost", OPENING, entry_id=uuid4())
    await chamber.settle(envelope, "proportional", STEWARD, CLOSING, entry_id=uuid4())
    held = await chamber.journal.balances(garden)
    assert held[COMMONS, "EUR"] == Decimal("11599.50")
    assert held[person_account(NOUR), "EUR"] == Decimal("400.50")


async def test_nobody_settles_or_pays_their_own_claim_alone(
    chamber: ChamberStore, over_claimed: Envelope, garden: UUID
) -> None:
    with pytest.raises(RuleBrokenError, match="seul·e sa propre"):
        await chamber.settle(over_claimed, "equal-losses", CAMILLE, CLOSING, entry_id=uuid4())
    await chamber.propose(over_claimed, "equal-losses", CAMILLE, CLOSING)
    with pytest.raises(RuleBrokenError, match="seul·e sa propre"):
        await chamber.settle(over_claimed, "equal-losses", CAMILLE, CLOSING, entry_id=uuid4())
    with pytest.raises(RuleBrokenError, match="seul·e sa propre"):
        await chamber.settle(over_claimed, "talmud", NOUR, CLOSING, entry_id=uuid4())
    await chamber.settle(over_claimed, "equal-losses", NOUR, CLOSING, entry_id=uuid4())
    with pytest.raises(RuleBrokenError, match="soi-même"):
        await chamber.pay(garden, NOUR, NOUR, CLOSING, entry_id=uuid4())
    assert await chamber.pay(garden, NOUR, CAMILLE, CLOSING, entry_id=uuid4()) == Decimal(
        "3333.33"
    )
    with pytest.raises(RuleBrokenError, match="Rien n'est dû"):
        await chamber.pay(garden, NOUR, CAMILLE, CLOSING, entry_id=uuid4())


async def test_the_dates_are_enforced(chamber: ChamberStore, garden: UUID) -> None:
    announced = EnvelopeDraft("Hiver", "", Decimal(100), date(2026, 11, 10), date(2026, 11, 16))
    envelope = await chamber.open(garden, announced, STEWARD, OPENING, entry_id=uuid4())
    with pytest.raises(RuleBrokenError, match="pas encore ouverte"):
        await chamber.claim(envelope, NOUR, Decimal(1), "Trop tôt", OPENING, entry_id=uuid4())
    in_time = datetime(2026, 11, 12, tzinfo=UTC)
    await chamber.claim(envelope, NOUR, Decimal(1), "À temps", in_time, entry_id=uuid4())
    with pytest.raises(RuleBrokenError, match="jusqu'à la clôture"):
        await chamber.settle(envelope, "equal", STEWARD, in_time, entry_id=uuid4())
    with pytest.raises(RuleBrokenError, match="ne prend plus"):
        await chamber.claim(
            envelope,
            NOUR,
            Decimal(2),
            "Trop tard",
            CLOSING + timedelta(days=1),
            entry_id=uuid4(),
        )


async def test_a_changed_claim_keeps_its_story(
    chamber: ChamberStore, over_claimed: Envelope, garden: UUID
) -> None:
    later = OPENING + timedelta(days=1)
    await chamber.claim(
        over_claimed, CAMILLE, Decimal(6500), "Après discussion", later, entry_id=uuid4()
    )
    claims = await chamber.claims(over_claimed)
    assert next((claim.person_id, claim.amount) for claim in claims) == (CAMILLE, Decimal(6500))
    entries = await chamber.journal.page(garden, Filter(kinds=(Kind.CLAIM, Kind.REVERSAL)))
    assert [str(entry.kind) for entry in entries].count("reversal") == 1
    assert len(entries) == 5


async def test_an_envelope_without_claims_is_not_divided(
    chamber: ChamberStore, garden: UUID
) -> None:
    envelope = await chamber.open(garden, draft(), STEWARD, OPENING, entry_id=uuid4())
    with pytest.raises(RuleBrokenError, match="Personne n'a fait de demande"):
        await chamber.settle(envelope, "equal", STEWARD, CLOSING, entry_id=uuid4())


async def test_an_envelope_cannot_hold_more_than_the_commons(
    chamber: ChamberStore, garden: UUID
) -> None:
    with pytest.raises(RuleBrokenError, match="pas assez"):
        await chamber.open(garden, draft("12000.01"), STEWARD, OPENING, entry_id=uuid4())


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "NaN", "99999999999999"])
async def test_a_claim_that_makes_no_sense_is_refused(
    chamber: ChamberStore, over_claimed: Envelope, amount: str
) -> None:
    with pytest.raises(InputError):
        await chamber.claim(over_claimed, NOUR, Decimal(amount), "?", OPENING, entry_id=uuid4())


async def test_who_is_erased_asks_for_nothing_any_more(
    db: AsyncConnection, chamber: ChamberStore, over_claimed: Envelope
) -> None:
    """What would be due to an erased person could be paid to nobody."""
    row = {"person_id": NOUR, "name": "Nour Benali", "created_at": OPENING}
    await db.execute(insert(persons).values(row))
    await erase_person(db, NOUR, CLOSING)
    assert {claim.person_id for claim in await chamber.claims(over_claimed)} == {CAMILLE, SASHA}
    await chamber.settle(over_claimed, "proportional", TREASURER, CLOSING, entry_id=uuid4())
    due = await chamber.due(over_claimed.commons_id)
    assert due == {CAMILLE: Decimal(7000), SASHA: Decimal(3000)}
    assert await violations(db) == []


async def test_who_was_awarded_is_paid_before_they_are_erased(
    db: AsyncConnection, chamber: ChamberStore, over_claimed: Envelope
) -> None:
    await chamber.settle(over_claimed, "equal-awards", TREASURER, CLOSING, entry_id=uuid4())
    with pytest.raises(RuleBrokenError, match="vous doit encore"):
        await erase_person(db, NOUR, CLOSING)


async def test_a_division_booked_while_someone_leaves_is_owed_or_does_not_count_them(
    fresh_database: Database,
) -> None:
    engine = create_async_engine(fresh_database.service, pool_size=4)
    async with engine.begin() as db:
        chamber, commons_id = ChamberStore(db), uuid4()
        await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", OPENING)
        on = OPENING.date()
        await chamber.receive(
            commons_id, TOWN, Decimal(12000), on, TREASURER, OPENING, entry_id=uuid4()
        )
        envelope = await chamber.open(commons_id, draft(), STEWARD, OPENING, entry_id=uuid4())
        for person, amount in ASKED.items():
            row = {"person_id": person, "name": "Quelqu'un", "created_at": OPENING}
            await db.execute(insert(persons).values(row))
            await chamber.claim(
                envelope, person, Decimal(amount), "Deux saisons", OPENING, entry_id=uuid4()
            )

    async def divide() -> None:
        async with engine.begin() as db:
            await ChamberStore(db).settle(
                envelope, "proportional", TREASURER, CLOSING, entry_id=uuid4()
            )

    async def leave() -> None:
        async with engine.begin() as db:
            await erase_person(db, NOUR, CLOSING)

    _, left = await asyncio.gather(divide(), leave(), return_exceptions=True)
    async with engine.connect() as db:
        due = await ChamberStore(db).due(commons_id)
        assert await violations(db) == []
    await engine.dispose()
    if left is None:
        assert set(due) == {CAMILLE, SASHA}
    else:
        assert isinstance(left, RuleBrokenError)
        assert set(due) == {CAMILLE, NOUR, SASHA}


async def test_a_claim_that_arrives_while_one_is_erased_is_swept_away(
    db: AsyncConnection, chamber: ChamberStore, over_claimed: Envelope
) -> None:
    """Sent from another tab before the answer: what it says must not stay."""
    row = {"person_id": NOUR, "name": "Nour Benali", "created_at": OPENING}
    await db.execute(insert(persons).values(row))
    await erase_person(db, NOUR, CLOSING)
    await chamber.claim(
        over_claimed, NOUR, Decimal(10), "Mot tardif", OPENING, entry_id=uuid4()
    )
    await sweep(db, NOUR, CLOSING)
    assert {claim.person_id for claim in await chamber.claims(over_claimed)} == {CAMILLE, SASHA}
    values = set(await db.scalars(select(personal.c.value)))
    assert values.isdisjoint({"Mot tardif", str(NOUR)})
