"""Journals that were lived, as a member and as a stranger see them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database
from tests.ledger.lived_journals import PEOPLE, Life, Step, normalized, typed

from commons.ledger.books.entry import BookEntry, Heading
from commons.ledger.books.forms import BookForm, pieces
from commons.ledger.books.places import commodity
from commons.ledger.model import Account, AccountKind

NAMES = st.lists(typed().map(normalized), min_size=len(PEOPLE), max_size=len(PEOPLE))


@dataclass(frozen=True, slots=True)
class Seen:
    """A journal that was lived, as one reader sees it, and what the database says it holds."""

    heading: Heading
    entries: list[BookEntry]
    balances: Mapping[tuple[Account, str], Decimal]
    given: Mapping[tuple[UUID, str], Decimal]
    received: Mapping[str, Decimal]
    is_open: bool
    exported: bytes
    life: Life

    def text(self, form: BookForm) -> bytes:
        return b"".join(pieces(form, self.heading, self.entries))

    def expected(self, kind: AccountKind) -> dict[tuple[str, str], Decimal]:
        """What accounts of this kind hold, by the digits of their owner and commodity."""
        return {
            (account.ref.hex if account.ref else "", commodity(unit)): amount
            for (account, unit), amount in self.balances.items()
            if account.kind is kind and amount
        }


async def _lived(database: Database, story: list[Step], names: list[str]) -> list[Seen]:
    engine = create_async_engine(database.service, poolclass=NullPool)
    async with engine.connect() as db:
        transaction = await db.begin()
        life = Life(db, dict(zip(PEOPLE, names, strict=True)))
        await life.begin()
        await life.live(story)
        for person in life.erased:
            life.names.pop(person, None)
        heading = await life.sealed()
        balances = await life.store.balances(life.commons_id)
        given = {
            (item.person_id, item.unit): item.quantity
            for item in await life.store.given(life.commons_id)
            if item.quantity
        }
        received: dict[str, Decimal] = {}
        for draft, amount in life.given():
            unit = draft.unit or ""
            received[unit] = received.get(unit, Decimal(0)) + amount
        seen = [
            Seen(
                heading,
                await life.stored(heading, is_open=is_open),
                balances,
                given,
                received,
                is_open,
                await life.exported(heading, is_open=is_open),
                life,
            )
            for is_open in (True, False)
        ]
        await transaction.rollback()
    await engine.dispose()
    return seen


def seen_by_all(database: Database, story: list[Step], names: list[str]) -> list[Seen]:
    """What a member and a stranger are given; nothing of the journal is kept."""
    return asyncio.run(_lived(database, story, names))
