"""A garden and a year of Bob's in it, as the documents will tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.doors import Door, registered

from commons.identity.model import Grant, Role, Scope
from commons.kernel.quantity import Unit
from commons.ledger.appending import append_all
from commons.ledger.model import Account, AccountKind, Draft, Kind, Posting
from commons.ledger.rules import reversal_of, transfer
from commons.ledger.store import JournalStore
from commons.registry.store import RegistryStore

COMMONS, OUTSIDE = Account(AccountKind.COMMONS), Account(AccountKind.OUTSIDE)
LONG = "Remise en état du grillage, poteau par poteau. " * 180
SEEDS = "Trois paniers de semences 🌱 pour l’école"


@dataclass(frozen=True)
class Garden:
    door: Door
    slug: str
    commons_id: UUID
    people: dict[str, UUID]

    def address(self, who: str, year: int, file: str) -> str:
        return f"/communs/{self.slug}/releves/{self.people[who]}/{year}/{file}"


def gave(who: UUID, days: tuple[date, date], amount: str, text: str, **said: str) -> Draft:
    """Work in minutes, freely given, unless said otherwise."""
    return Draft(
        uuid4(),
        Kind.CONTRIBUTION,
        *days,
        quantity=Decimal(amount),
        unit=said.get("unit", "minute"),
        details={
            "nature": said.get("nature", "work"),
            "reward": said.get("reward", "pro-bono"),
        },
        personal={"contributor": str(who), "recorder": str(who), "description": text},
    )


def attested(draft: Draft, by: UUID) -> Draft:
    return Draft(
        uuid4(),
        Kind.ATTESTATION,
        *on("2026-11-01"),
        about=draft.entry_id,
        personal={"attester": str(by)},
    )


def on(text: str) -> tuple[date, date]:
    day = date.fromisoformat(text)
    return day, day


@pytest.fixture
async def garden(door: Door) -> Garden:
    """A year of Bob's: attested, waiting, contested, taken back, across New Year, paid."""
    await door.steward("Alice")
    slug = await registered(door, "Alice")
    async with door.services.engine.begin() as db:
        commons_id = (await RegistryStore(db).by_slug(slug)).commons_id
    for name, role in (("Bob", Role.CONTRIBUTOR), ("Nour", Role.TREASURER)):
        await door.person(name, Grant(Scope.COMMONS, commons_id, role))
    await door.person("Eve")
    alice, bob = door.people["Alice"], door.people["Bob"]
    works = [
        gave(bob, (date(2025, 12, 30), date(2026, 1, 2)), "600", "Veillée"),
        gave(bob, on("2026-03-01"), "150", "Greffes", nature="knowledge"),
        gave(bob, on("2026-04-01"), "100", LONG),
        gave(bob, on("2026-05-01"), "45", "Compté deux fois"),
        gave(bob, on("2026-06-01"), "240", "Cabane", reward="open"),
        gave(bob, on("2026-07-01"), "2.125", SEEDS, unit="basket", nature="in-kind"),
        gave(bob, on("2026-08-01"), "90", "Prêt de remorque", nature="material"),
    ]
    waiting = gave(bob, on("2026-09-01"), "30", "Arrosage")
    doubtful = gave(bob, on("2026-09-02"), "75", "Réunion")
    now = door.watch()
    async with door.services.engine.begin() as db:
        store = JournalStore(db)
        await store.declare_unit(commons_id, Unit("basket", 3, "paniers"))
        await append_all(db, commons_id, [*works, waiting, doubtful], now)
        await append_all(db, commons_id, [attested(work, alice) for work in works], now)
        contest = Draft(
            uuid4(),
            Kind.CONTEST,
            *on("2026-10-01"),
            about=doubtful.entry_id,
            personal={"contester": str(alice), "reason": "Qui était là ?"},
        )
        target = await store.entry(commons_id, works[3].entry_id)
        who = {"reverser": str(bob), "reason": "Erreur de saisie"}
        back = reversal_of(target, (), entry_id=uuid4(), on=date(2026, 10, 2), personal=who)
        await append_all(db, commons_id, [contest, back], now)
        await _paid(db, commons_id, bob, now)
    return Garden(door, slug, commons_id, door.people)


async def _paid(db: AsyncConnection, commons_id: UUID, bob: UUID, now: datetime) -> None:
    theirs = Account(AccountKind.PERSON, bob)
    town = Account(AccountKind.FUNDER, UUID(int=77))
    well = Account(AccountKind.ENVELOPE, UUID(int=9))
    moves: list[tuple[str, tuple[Posting, ...], Mapping[str, str]]] = [
        ("funding", transfer(town, COMMONS, Decimal(900)), {}),
        ("envelope", transfer(COMMONS, well, Decimal(500)), {"title": "Un puits pour tous"}),
        ("award", transfer(well, theirs, Decimal("120.50")), {}),
        ("payment", transfer(theirs, OUTSIDE, Decimal("100.25")), {}),
    ]
    drafts = [
        Draft(
            uuid4(),
            Kind.TRANSFER,
            *on("2026-10-05"),
            details={"purpose": purpose},
            personal=personal,
            postings=postings,
        )
        for purpose, postings, personal in moves
    ]
    for draft in drafts:
        await append_all(db, commons_id, [draft], now)
