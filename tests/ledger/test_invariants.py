"""The promises as SQL: silent on a good database, loud on a tampered one (LED-1 to LED-24)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database
from tests.ledger.conftest import CAMILLE, KEY, NOUR, SIGNER, attestation, contribution

from commons.ledger.appending import append_all
from commons.ledger.head_log import HeadStore
from commons.ledger.invariants import invariants, violations
from commons.ledger.model import Account, AccountKind, Draft, Kind, Rules
from commons.ledger.rules import reversal_of, transfer
from commons.ledger.ruling import RulesStore
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore
from commons.ledger.violation_words import CONTRADICTED

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COMMONS = Account(AccountKind.COMMONS)
OUTSIDE = Account(AccountKind.OUTSIDE)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))

TAMPERINGS = {
    "money-sums-to-zero": "UPDATE journal_posting SET amount = amount + 1 WHERE line = 1",
    "balances-are-the-sum-of-postings": "UPDATE journal_balance SET amount = amount + 0.01",
    "nothing-is-given-that-is-not-held": "UPDATE journal_posting SET amount = amount * 4",
    "an-entry-waits-or-is-a-leaf": "DELETE FROM journal_leaf WHERE leaf_index = 2",
    "leaves-are-numbered-without-gap": "DELETE FROM journal_leaf WHERE leaf_index = 1",
    "a-hash-is-that-of-its-leaf": "UPDATE journal_entry SET leaf = replace(leaf, '150', '151')",
    "columns-say-what-the-leaf-says": "UPDATE journal_entry SET quantity = quantity + 1",
    "postings-are-those-of-the-leaf": "UPDATE journal_posting SET unit = 'minute'",
    "what-is-open-was-committed-to": "UPDATE journal_personal SET value = value || '.'",
    "no-address-in-a-leaf": (
        "UPDATE journal_entry SET leaf = replace(leaf, 'work', 'camille@exemple.fr')"
    ),
    "a-reversal-is-once-and-opposite": (
        "UPDATE journal_entry SET quantity = 1 WHERE kind = 'reversal'"
    ),
    "nobody-attests-their-own": (
        f"UPDATE journal_personal SET value = '{CAMILLE}' WHERE field = 'attester'"  # noqa: S608 -- a constant
    ),
    "a-checkpoint-covers-the-leaves": "UPDATE journal_checkpoint SET tree_size = 9 - tree_size",
    "tiles-are-kept-for-the-leaves": (
        "INSERT INTO journal_node SELECT commons_id, 1, 0, '\\x00' FROM journal"
    ),
    "a-head-is-a-checkpoint": "UPDATE head SET leaf = leaf || 'x'",
    "a-checkpoint-signs-what-is-kept": "UPDATE journal_checkpoint SET root = '\\x00'",
    "a-head-soon-follows-its-journal": "DELETE FROM head",
    "a-holder-is-who-was-committed-to": (
        "UPDATE journal_holder SET person_id = gen_random_uuid()"
    ),
    "a-reversal-moves-back-what-moved": (
        "UPDATE journal_posting SET amount = amount + 1 WHERE account_id = "
        "(SELECT account_id FROM journal_holder)"
    ),
    "amounts-fit-their-unit": "UPDATE journal_entry SET quantity = quantity + 0.5",
    "an-attester-is-kept-under-the-attested": (
        "UPDATE journal_personal SET about = gen_random_uuid() WHERE field = 'attester'"
    ),
    "every-row-is-of-a-journal": "UPDATE journal SET origin = 'x' || commons_id",
    "rules-are-those-of-their-entry": (
        "INSERT INTO journal_rules SELECT commons_id, entry_id, now(), 1, '{}', NULL, false, "
        "1000000 FROM journal_entry WHERE kind = 'transfer' LIMIT 1"
    ),
    "what-is-closed-was-erased": "DELETE FROM journal_personal WHERE field = 'description'",
}


ORPHANS = {
    "an-entry-waits-or-is-a-leaf": [
        "INSERT INTO journal_leaf SELECT commons_id, 99, gen_random_uuid(), '' FROM journal",
        "INSERT INTO journal_queue SELECT commons_id, gen_random_uuid(), now() FROM journal",
    ],
    "no-address-in-a-leaf": [
        (
            "INSERT INTO journal_personal"
            " SELECT commons_id, commons_id, '', '', 'a@b.fr' FROM journal LIMIT 1"
        )
    ],
    "what-is-open-was-committed-to": [
        "INSERT INTO journal_personal SELECT commons_id, commons_id, 'x', '', '' FROM journal"
    ],
}
"""Rows that nothing but the invariants keeps out: without an entry, or with an address."""


async def fill(db: AsyncConnection) -> UUID:
    commons_id = uuid4()
    store = JournalStore(db)
    await store.open(commons_id, f"commons.example/{commons_id}", NOW)
    funding = Draft(
        entry_id=UUID(int=9),
        kind=Kind.TRANSFER,
        occurred_from=NOW.date(),
        occurred_to=NOW.date(),
        details={"purpose": "funding"},
        postings=transfer(TOWN, COMMONS, Decimal(100)),
    )
    drafts = [contribution(1, 150), contribution(2, 45), funding]
    await append_all(db, commons_id, drafts, NOW)
    await append_all(db, commons_id, [attestation(3, 1)], NOW)
    await spend_the_advance(db, commons_id)
    target = await store.entry(commons_id, UUID(int=2))
    why = {"reverser": str(NOUR), "reason": "Saisi deux fois"}
    draft = reversal_of(target, (), entry_id=UUID(int=4), on=NOW.date(), personal=why)
    await append_all(db, commons_id, [draft], NOW + timedelta(seconds=1))
    await pay_and_take_back(db, commons_id)
    signer, later = Signer(SIGNER, KEY), NOW + timedelta(hours=2)
    await Sealer(db, signer).seal(commons_id, NOW)
    await HeadStore(db, signer).seal(NOW)
    await append_all(db, commons_id, [contribution(5, 10)], later)
    await Sealer(db, signer).seal(commons_id, later)
    await HeadStore(db, signer).seal(later)
    return commons_id


async def pay_and_take_back(db: AsyncConnection, commons_id: UUID) -> None:
    owed = Draft(
        entry_id=UUID(int=11),
        kind=Kind.TRANSFER,
        occurred_from=NOW.date(),
        occurred_to=NOW.date(),
        details={"purpose": "claim"},
        postings=transfer(COMMONS, Account(AccountKind.PERSON, CAMILLE), Decimal(7)),
    )
    await append_all(db, commons_id, [owed], NOW + timedelta(seconds=2))
    store = JournalStore(db)
    target = await store.entry(commons_id, owed.entry_id)
    moved = await store.postings_of(commons_id, owed.entry_id)
    why = {"reverser": str(NOUR), "reason": "Payé ailleurs"}
    back = reversal_of(target, moved, entry_id=UUID(int=12), on=NOW.date(), personal=why)
    await append_all(db, commons_id, [back], NOW + timedelta(seconds=2))


async def spend_the_advance(db: AsyncConnection, commons_id: UUID) -> None:
    """Pay more than is held, as the rules allow (LED-35)."""
    await RulesStore(db).decide(commons_id, Rules(advance=Decimal(50)), NOUR, NOW)
    spent = Draft(
        entry_id=UUID(int=10),
        kind=Kind.TRANSFER,
        occurred_from=NOW.date(),
        occurred_to=NOW.date(),
        details={"purpose": "payment"},
        postings=transfer(COMMONS, OUTSIDE, Decimal(130)),
    )
    await append_all(db, commons_id, [spent], NOW + timedelta(seconds=1))


async def test_a_good_database_contradicts_no_promise(db: AsyncConnection) -> None:
    await fill(db)
    assert await violations(db) == []


def test_every_invariant_has_its_tampering_and_names_its_requirement() -> None:
    found = {item.name: item.sentence for item in invariants()}
    assert found.keys() == TAMPERINGS.keys() == CONTRADICTED.keys()
    assert all("(LED-" in sentence for sentence in found.values())


@pytest.fixture
async def owned(fresh_database: Database) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(fresh_database.owner, poolclass=NullPool)
    async with engine.connect() as connection:
        transaction = await connection.begin()
        await fill(connection)
        yield connection
        await transaction.rollback()
    await engine.dispose()


async def test_each_tampering_by_the_owner_of_the_database_is_named(
    owned: AsyncConnection,
) -> None:
    orphans = [(name, one) for name, several in ORPHANS.items() for one in several]
    for name, statement in [*TAMPERINGS.items(), *orphans]:
        savepoint = await owned.begin_nested()
        await owned.execute(text(statement))
        assert name in {item.invariant for item in await violations(owned)}, name
        await savepoint.rollback()
    assert await violations(owned) == []
