"""A person goes; what they gave stays counted, and every proof still verifies (LED-34)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.ledger.conftest import (
    CAMILLE,
    KEY,
    NOUR,
    ORIGIN,
    SIGNER,
    attestation,
    contribution,
    money,
)

from commons.identity.leaving import forget
from commons.identity.model import Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.identity.tables import persons
from commons.kernel.errors import RuleBrokenError
from commons.ledger.appending import append, append_all
from commons.ledger.erasing import ErasingStore
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.filters import Filter
from commons.ledger.model import Account, AccountKind, AlreadyWritten, Kind, State
from commons.ledger.sealing import Sealer, Signer, sealed_entries
from commons.ledger.store import JournalStore
from commons.ledger.tables import holders, personal
from commons.ledger.verification import verify_journal
from commons.personal_data import everything_about

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
COMMONS = Account(AccountKind.COMMONS)
OUTSIDE = Account(AccountKind.OUTSIDE)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))
CAMILLES = Account(AccountKind.PERSON, CAMILLE)


@pytest.fixture
async def garden(db: AsyncConnection) -> UUID:
    """Camille gave, Nour attested and questioned, Camille was paid."""
    commons_id = uuid4()
    await JournalStore(db).open(commons_id, ORIGIN, NOW)
    doubt = replace(
        attestation(4, 1),
        kind=Kind.CONTEST,
        personal={"contester": str(NOUR), "reason": "Camille est partie à midi"},
    )
    reply = replace(
        attestation(5, 4),
        kind=Kind.ANSWER,
        personal={"answerer": str(CAMILLE), "reason": "Et revenue à deux heures"},
    )
    for draft in [
        contribution(1, 150, "Taille avec Camille"),
        money(2, TOWN, COMMONS, "50"),
        attestation(3, 1),
        doubt,
        reply,
        money(6, COMMONS, CAMILLES, "20"),
    ]:
        await append_all(db, commons_id, [draft], NOW)
    return commons_id


async def pay(db: AsyncConnection, garden: UUID) -> None:
    await append_all(db, garden, [money(7, CAMILLES, OUTSIDE, "20")], NOW)


async def exported(db: AsyncConnection, garden: UUID) -> tuple[bytes, str]:
    sealer = Sealer(db, Signer(SIGNER, KEY))
    note = await sealer.seal(garden, NOW)
    latest = await sealer.latest(garden)
    assert note is not None
    assert latest is not None
    leaves = await sealed_entries(db, garden, latest.size, opened=True)
    commons = ExportedCommons(garden, "jardin", "Le jardin")
    return spell_export(commons, note, leaves, {}, signer=SIGNER, key=KEY), note


async def leaves_of(db: AsyncConnection, garden: UUID) -> dict[UUID, bytes]:
    return {e.entry_id: e.leaf for e in await JournalStore(db).page(garden, Filter())}


async def test_after_erasure_no_trace_is_left_and_every_proof_verifies(
    db: AsyncConnection, garden: UUID
) -> None:
    await pay(db, garden)
    _, kept = await exported(db, garden)
    before = await leaves_of(db, garden)
    assert await ErasingStore(db).erase(CAMILLE, LATER) == 5
    left = list(await db.execute(select(personal.c.field, personal.c.value)))
    assert str(CAMILLE) not in {row.value for row in left}
    assert not [row for row in left if "Camille" in row.value or "revenue" in row.value]
    assert (await db.execute(select(holders))).all() == []
    after = await leaves_of(db, garden)
    assert {key: after[key] for key in before} == before
    data, _ = await exported(db, garden)
    verdict = verify_journal(data, Signer(SIGNER, KEY).verifier, kept)
    assert verdict.faults == ()
    assert (verdict.entries, verdict.compared_with) == (12, 7)
    assert str(CAMILLE).encode() not in data


async def test_what_was_given_still_counts_and_what_others_did_stays(
    db: AsyncConnection, garden: UUID
) -> None:
    await pay(db, garden)
    held = sum((await JournalStore(db).balances(garden)).values())
    await ErasingStore(db).erase(CAMILLE, LATER)
    store = JournalStore(db)
    given = await store.entry(garden, UUID(int=1))
    assert (given.quantity, given.state) == (Decimal(150), State.ATTESTED)
    assert given.person("contributor") is None
    assert (await store.entry(garden, UUID(int=3))).person("attester") == NOUR
    assert (await store.entry(garden, UUID(int=4))).person("contester") == NOUR
    assert sum((await store.balances(garden)).values()) == held
    months = await store.months(garden, NOW.date().replace(day=1))
    assert [quantity for _, _, quantity in months] == [Decimal(150)]


@pytest.mark.usefixtures("garden")
async def test_nobody_is_forgotten_while_money_is_due_to_them(
    db: AsyncConnection,
) -> None:
    with pytest.raises(RuleBrokenError, match="20"):
        await ErasingStore(db).erase(CAMILLE, LATER)


async def test_a_request_repeated_after_erasure_writes_nothing(
    db: AsyncConnection, garden: UUID
) -> None:
    await pay(db, garden)
    await ErasingStore(db).erase(CAMILLE, LATER)
    count = await JournalStore(db).count(garden)
    draft = contribution(1, 150, "Taille avec Camille")
    assert await append(db, garden, [draft], LATER) == [AlreadyWritten(UUID(int=1))]
    assert await ErasingStore(db).erase(CAMILLE, LATER) == 0
    assert await JournalStore(db).count(garden) == count


async def test_a_restored_journal_forgets_again(db: AsyncConnection, garden: UUID) -> None:
    await pay(db, garden)
    saved = [dict(row._mapping) for row in await db.execute(select(personal))]
    kept_holders = [dict(row._mapping) for row in await db.execute(select(holders))]
    await ErasingStore(db).erase(CAMILLE, LATER)
    left = {(row.entry_id, row.field) for row in await db.execute(select(personal))}
    back = [row for row in saved if (row["entry_id"], row["field"]) not in left]
    assert back
    await db.execute(insert(personal), back)
    await db.execute(insert(holders), kept_holders)
    await ErasingStore(db).apply_all()
    again = {(row.entry_id, row.field) for row in await db.execute(select(personal))}
    assert again == left
    assert (await db.execute(select(holders))).all() == []


@pytest.mark.usefixtures("garden")
async def test_a_person_takes_away_everything_about_them_and_nothing_of_others(
    db: AsyncConnection,
) -> None:
    await known(db)
    told = json.loads(await everything_about(db, CAMILLE))
    assert told["identity"]["name"] == "Camille Roux"
    kinds = [entry["kind"] for entry in told["entries"]]
    assert sorted(kinds) == ["answer", "contest", "contribution", "transfer"]
    assert str(NOUR) not in json.dumps(told)
    [given] = [entry for entry in told["entries"] if entry["kind"] == "contribution"]
    assert given["personal"]["description"] == "Taille avec Camille"


async def test_who_leaves_can_no_longer_come_in_and_is_named_nowhere(
    db: AsyncConnection,
) -> None:
    await known(db)
    store = IdentityStore(db, b"e" * 32)
    await store.grant(CAMILLE, Grant(Scope.COMMONS, UUID(int=5), Role.CONTRIBUTOR), NOW)
    link = await store.make_link(CAMILLE, NOW)
    await forget(db, CAMILLE, LATER)
    assert await store.person(CAMILLE) is None
    assert await store.use_link(link.token, NOW) is None
    assert await store.names([CAMILLE]) == {}
    row = (await db.execute(select(persons).where(persons.c.person_id == CAMILLE))).one()
    assert (row.name, row.email, row.email_hmac) == ("", None, None)


async def test_the_last_steward_names_another_before_leaving(db: AsyncConnection) -> None:
    await known(db)
    store = IdentityStore(db, b"e" * 32)
    await store.grant(CAMILLE, Grant(Scope.COMMONS, UUID(int=5), Role.STEWARD), NOW)
    with pytest.raises(RuleBrokenError, match="dernière personne garante"):
        await forget(db, CAMILLE, LATER)


async def test_who_registered_an_organisation_may_leave(db: AsyncConnection) -> None:
    """What is said of an organisation can wait; a person who wants to leave cannot."""
    await known(db)
    store = IdentityStore(db, b"e" * 32)
    await store.grant(CAMILLE, Grant(Scope.ORGANISATION, UUID(int=6), Role.STEWARD), NOW)
    await forget(db, CAMILLE, LATER)
    assert await store.names([CAMILLE]) == {}


async def known(db: AsyncConnection) -> None:
    row = {"person_id": CAMILLE, "name": "Camille Roux", "created_at": NOW}
    await db.execute(insert(persons).values(row))
