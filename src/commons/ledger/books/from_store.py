"""Entries for books from the database, as one reader may see them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import one_of
from commons.ledger.books.entry import (
    ERASED,
    BookEntry,
    Party,
    Standing,
    is_person_field,
)
from commons.ledger.books.texts import shown_texts
from commons.ledger.model import PERSON_FIELDS, AccountKind, Kind, State
from commons.ledger.states import attestations, reversed_by, state_of
from commons.ledger.tables import accounts, entries, leaves, of_entry, personal, postings


class Naming(Protocol):
    """How a reader is told who people are."""

    @property
    def is_open(self) -> bool:
        """Whether names and texts may be shown."""

    @property
    def organisations(self) -> Mapping[str, str]:
        """Names of organisations, by the account that a leaf spells."""

    async def learn(self, db: AsyncConnection, persons: Collection[UUID]) -> None:
        """Find out what to call these persons."""

    def person(self, person_id: UUID) -> Party: ...

    def erased(self, account_id: UUID) -> Party:
        """Someone erased, of whom an account remains."""


@dataclass(frozen=True, slots=True)
class _Personal:
    """What is personal of a batch, by entry and field, and accounts of erased persons."""

    values: Mapping[UUID, Mapping[str, str]]
    left: Mapping[UUID, Mapping[str, UUID]]


async def stored_entries(
    db: AsyncConnection,
    commons_id: UUID,
    leaves_from: int,
    leaves_to: int,
    moment: datetime,
    naming: Naming,
) -> list[BookEntry]:
    """The leaves from the first number to before the second, in order, as of `moment`."""
    target = entries.alias("target")
    query = (
        select(
            entries.c.entry_id,
            entries.c.leaf,
            leaves.c.leaf_index,
            target.c.kind.label("target"),
            attestations(entries).label("attestations"),
            reversed_by(entries).label("reversed_by"),
            state_of(entries, literal(moment)).label("state"),
        )
        .select_from(
            leaves.join(entries, of_entry(leaves)).outerjoin(
                target,
                and_(
                    target.c.commons_id == entries.c.commons_id,
                    target.c.entry_id == entries.c.about,
                    entries.c.kind == Kind.REVERSAL,
                ),
            )
        )
        .where(
            leaves.c.commons_id == commons_id,
            leaves.c.leaf_index >= leaves_from,
            leaves.c.leaf_index < leaves_to,
        )
        .order_by(leaves.c.leaf_index)
    )
    rows = list(await db.execute(query))
    known = await _personal_of(db, commons_id, [row.entry_id for row in rows], naming)
    return [
        _entry(
            row.leaf_index,
            row.leaf.encode(),
            Standing(
                State(row.state),
                row.attestations,
                str(row.reversed_by) if row.reversed_by else None,
                Kind(row.target) if row.target else None,
            ),
            known.values.get(row.entry_id, {}),
            known.left.get(row.entry_id, {}),
            naming,
        )
        for row in rows
    ]


def _entry(
    index: int,
    leaf: bytes,
    standing: Standing,
    values: Mapping[str, str],
    left: Mapping[str, UUID],
    naming: Naming,
) -> BookEntry:
    parties: dict[str, Party] = {}
    said = json.loads(leaf)
    for name in said.get("personal", {}):
        if not is_person_field(name):
            continue
        if name in values:
            parties[name] = naming.person(UUID(values[name]))
        else:
            parties[name] = naming.erased(left[name]) if name in left else ERASED
    texts = {name: text for name, text in values.items() if not is_person_field(name)}
    shown = shown_texts(texts) if naming.is_open else {}
    return BookEntry.of(index, leaf, said, standing, parties, shown, naming.organisations)


async def _personal_of(
    db: AsyncConnection, commons_id: UUID, entry_ids: Sequence[UUID], naming: Naming
) -> _Personal:
    query = select(personal.c.entry_id, personal.c.field, personal.c.value).where(
        personal.c.commons_id == commons_id, one_of(personal.c.entry_id, entry_ids)
    )
    if not naming.is_open:
        names_someone = or_(
            personal.c.field.in_(PERSON_FIELDS), personal.c.field.startswith("account.")
        )
        query = query.where(names_someone)
    values: dict[UUID, dict[str, str]] = {}
    for row in await db.execute(query):
        values.setdefault(row.entry_id, {})[row.field] = row.value
    persons = {
        UUID(value)
        for found in values.values()
        for name, value in found.items()
        if is_person_field(name)
    }
    await naming.learn(db, persons)
    return _Personal(values, await _accounts_of_persons(db, commons_id, entry_ids))


async def _accounts_of_persons(
    db: AsyncConnection, commons_id: UUID, entry_ids: Sequence[UUID]
) -> dict[UUID, dict[str, UUID]]:
    query = (
        select(postings.c.entry_id, postings.c.line, postings.c.account_id)
        .select_from(postings.join(accounts))
        .where(
            postings.c.commons_id == commons_id,
            one_of(postings.c.entry_id, entry_ids),
            accounts.c.kind == AccountKind.PERSON,
        )
    )
    left: dict[UUID, dict[str, UUID]] = {}
    for row in await db.execute(query):
        left.setdefault(row.entry_id, {})[f"account.{row.line}"] = row.account_id
    return left
