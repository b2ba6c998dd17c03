"""What one asks of journals: open one, read entries, balances and totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    and_,
    cast,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import driver_of, one_of
from commons.kernel.errors import ConflictError, NotFoundError
from commons.kernel.quantity import EURO, Unit
from commons.kernel.text import t
from commons.ledger.filters import Filter, conditions
from commons.ledger.lookups import declared_units
from commons.ledger.model import (
    CONFIRMED,
    Account,
    AccountKind,
    Entry,
    Kind,
    Posting,
    State,
)
from commons.ledger.reading import entry_of, reading
from commons.ledger.states import open_contests, reversed_by, state_of
from commons.ledger.tables import (
    accounts,
    balances,
    entries,
    holders,
    journals,
    leaves,
    of_entry,
    personal,
    postings,
    units,
)

PAGE = 100


@dataclass(frozen=True, slots=True)
class Given:
    """What one person has given in one unit, reversals deducted."""

    person_id: UUID
    unit: str
    quantity: Decimal
    attested: Decimal


class JournalStore:
    """Questions put to the journals of an instance, within the caller's transaction.

    `moment` is when one asks: what silence accepts depends on it. Without one, it is when
    the transaction began.
    """

    def __init__(self, db: AsyncConnection, moment: datetime | None = None) -> None:
        self.db = db
        self.moment: ColumnElement[Any] = literal(moment) if moment else func.now()

    async def open(self, commons_id: UUID, origin: str, opened_at: datetime) -> None:
        """Give a commons its journal. Opening it again changes nothing."""
        row = {"commons_id": commons_id, "origin": origin, "opened_at": opened_at}
        await self.db.execute(upsert(journals).values(row).on_conflict_do_nothing())

    async def origin(self, commons_id: UUID) -> str:
        row = await self.db.scalar(
            select(journals.c.origin).where(journals.c.commons_id == commons_id)
        )
        if row is None:
            raise NotFoundError(t("Ce commun n'a pas de journal."))
        return str(row)

    async def declare_unit(self, commons_id: UUID, unit: Unit) -> None:
        """Declare a unit; again with the same scale and name changes nothing.

        Raises `ConflictError` for a code that means something else already: what was
        counted in it would change.
        """
        row = {"code": unit.code, "scale": unit.scale, "label": unit.label}
        await self.db.execute(
            upsert(units).values(commons_id=commons_id, **row).on_conflict_do_nothing()
        )
        if (await self.units(commons_id))[unit.code] != unit:
            raise ConflictError(
                t(
                    "« {code} » désigne déjà une autre unité : prenez un autre code.",
                    code=unit.code,
                )
            )

    async def units(self, commons_id: UUID) -> Mapping[str, Unit]:
        """The units a contribution to this commons may be counted in, by code."""
        found = await declared_units(await driver_of(self.db), [commons_id])
        return found[commons_id]

    async def entry(self, commons_id: UUID, entry_id: UUID) -> Entry:
        found = await self.entries_by_id(commons_id, [entry_id])
        if entry_id not in found:
            raise NotFoundError(t("Cette écriture n'est pas dans ce journal."))
        return found[entry_id]

    async def entries_by_id(
        self, commons_id: UUID, entry_ids: Sequence[UUID]
    ) -> dict[UUID, Entry]:
        query = reading(self.moment).where(
            entries.c.commons_id == commons_id, one_of(entries.c.entry_id, entry_ids)
        )
        rows = await self.db.execute(query)
        return {row.entry_id: entry_of(row) for row in rows}

    async def page(
        self,
        commons_id: UUID,
        wanted: Filter,
        before: tuple[datetime, UUID] | None = None,
        limit: int = PAGE,
    ) -> list[Entry]:
        """Entries, the latest recorded first, at most `limit`, from `before` on.

        Those recorded together, by an import, go by when they happened.
        """
        query = reading(self.moment).where(
            entries.c.commons_id == commons_id, *conditions(wanted, self.moment)
        )
        order = (entries.c.recorded_at, entries.c.occurred_to, entries.c.entry_id)
        if before is not None:
            recorded_at, entry_id = before
            last = entries.alias()
            day = select(last.c.occurred_to).where(
                last.c.commons_id == commons_id, last.c.entry_id == entry_id
            )
            query = query.where(
                tuple_(*order) < tuple_(recorded_at, day.scalar_subquery(), entry_id)
            )
        query = query.order_by(*(column.desc() for column in order))
        rows = await self.db.execute(query.limit(limit))
        return [entry_of(row) for row in rows]

    async def about(self, commons_id: UUID, *entry_ids: UUID) -> list[Entry]:
        """The entries that speak of one of these, the oldest first."""
        query = reading(self.moment).where(
            entries.c.commons_id == commons_id, one_of(entries.c.about, entry_ids)
        )
        rows = await self.db.execute(query.order_by(entries.c.recorded_at, entries.c.entry_id))
        return [entry_of(row) for row in rows]

    async def story(self, commons_id: UUID, entry_id: UUID) -> list[Entry]:
        """What speaks of the entry, and what speaks of that: an answer, of a contest of it."""
        spoken = await self.about(commons_id, entry_id)
        then = await self.about(commons_id, *(entry.entry_id for entry in spoken))
        return sorted([*spoken, *then], key=lambda item: (item.recorded_at, item.entry_id))

    async def postings_of(self, commons_id: UUID, entry_id: UUID) -> tuple[Posting, ...]:
        query = (
            select(
                accounts.c.kind,
                accounts.c.ref,
                holders.c.person_id,
                accounts.c.account_id,
                postings.c.amount,
                postings.c.unit,
            )
            .select_from(postings.join(accounts).outerjoin(holders, _holds()))
            .where(postings.c.commons_id == commons_id, postings.c.entry_id == entry_id)
            .order_by(postings.c.line)
        )
        rows = await self.db.execute(query)
        return tuple(Posting(_account(row), row.amount, row.unit) for row in rows)

    async def balance(
        self, commons_id: UUID, account: Account, unit: str = EURO.code
    ) -> Decimal:
        """What the account holds now; zero for one that nothing has touched."""
        if account.kind is AccountKind.PERSON:
            mine = holders.c.person_id == account.ref
        else:
            mine = and_(accounts.c.kind == account.kind, accounts.c.ref == account.ref)
        query = (
            select(balances.c.amount)
            .select_from(balances.join(accounts).outerjoin(holders, _holds()))
            .where(balances.c.commons_id == commons_id, balances.c.unit == unit, mine)
        )
        return (await self.db.execute(query)).scalar_one_or_none() or Decimal(0)

    async def balances(self, commons_id: UUID) -> dict[tuple[Account, str], Decimal]:
        query = (
            select(
                accounts.c.kind,
                accounts.c.ref,
                accounts.c.account_id,
                holders.c.person_id,
                balances.c.amount,
                balances.c.unit,
            )
            .select_from(balances.join(accounts).outerjoin(holders, _holds()))
            .where(balances.c.commons_id == commons_id)
        )
        rows = await self.db.execute(query)
        return {(_account(row), row.unit): row.amount for row in rows}

    async def balances_at(
        self, commons_id: UUID, *, on: date | None = None, size: int | None = None
    ) -> dict[tuple[Account, str], Decimal]:
        """What accounts held: by what had happened `on` that day, as known at a checkpoint.

        `size` is the checkpoint's: what was sealed later was not known. Either may be left
        out; summed again from the postings, so slower than `balances` and as exact.
        """
        moved = (
            postings.join(accounts)
            .outerjoin(holders, _holds())
            .join(
                entries,
                and_(
                    entries.c.commons_id == postings.c.commons_id,
                    entries.c.entry_id == postings.c.entry_id,
                ),
            )
        )
        query = select(
            accounts.c.kind,
            accounts.c.ref,
            accounts.c.account_id,
            holders.c.person_id,
            postings.c.unit,
            func.sum(postings.c.amount).label("amount"),
        ).where(postings.c.commons_id == commons_id)
        if on is not None:
            query = query.where(entries.c.occurred_to <= on)
        if size is not None:
            moved = moved.join(leaves, of_entry(leaves))
            query = query.where(leaves.c.leaf_index < size)
        query = query.select_from(moved).group_by(
            accounts.c.kind,
            accounts.c.ref,
            accounts.c.account_id,
            holders.c.person_id,
            postings.c.unit,
        )
        rows = await self.db.execute(query)
        return {(_account(row), row.unit): row.amount for row in rows}

    async def contested(self, commons_id: UUID, person_id: UUID) -> list[Entry]:
        """Contributions and claims of a person that await an answer to a contest."""
        wanted = Filter(
            person=person_id, kinds=(Kind.CONTRIBUTION, Kind.CLAIM), state=State.CONTESTED
        )
        return await self.page(commons_id, wanted)

    async def open_contests(self, commons_id: UUID, entry_id: UUID) -> set[UUID]:
        """The contests of `entry_id` that await an answer."""
        query = open_contests(commons_id, entry_id)
        return set((await self.db.execute(query)).scalars())

    async def claimants(self, award: Entry, divided: Account) -> set[UUID | None]:
        """Who asks of the envelope that `award` divided; nothing stands for who was erased."""
        opened = (
            select(func.min(entries.c.recorded_at))
            .select_from(postings.join(accounts).join(entries, of_entry(postings)))
            .where(
                accounts.c.commons_id == award.commons_id,
                accounts.c.kind == divided.kind,
                accounts.c.ref == divided.ref,
            )
        )
        who = and_(of_entry(personal), personal.c.field == "claimant")
        query = (
            select(personal.c.value)
            .select_from(entries.outerjoin(personal, who))
            .where(
                entries.c.commons_id == award.commons_id,
                entries.c.recorded_at >= opened.scalar_subquery(),
                entries.c.recorded_at <= award.recorded_at,
                entries.c.kind == Kind.CLAIM,
                cast(entries.c.leaf, JSONB)["details"]["envelope"].astext == str(divided.ref),
                reversed_by(entries).is_(None),
            )
        )
        found = (await self.db.execute(query)).scalars()
        return {UUID(value) if value else None for value in found}

    async def given(self, commons_id: UUID) -> list[Given]:
        """Contributions by person and unit, reversals deducted, and how much is confirmed."""
        given = entries.alias("given")
        confirmed = state_of(given, self.moment).in_(CONFIRMED)
        query = (
            select(
                personal.c.value,
                entries.c.unit,
                func.sum(entries.c.quantity).label("quantity"),
                func.coalesce(func.sum(entries.c.quantity).filter(confirmed), 0).label("sure"),
            )
            .select_from(
                entries.join(personal, of_entry(personal)).join(given, _spoken_of(given))
            )
            .where(
                entries.c.commons_id == commons_id,
                personal.c.field == "contributor",
                entries.c.kind.in_([Kind.CONTRIBUTION, Kind.REVERSAL]),
            )
            .group_by(personal.c.value, entries.c.unit)
            .order_by(personal.c.value, entries.c.unit)
        )
        rows = await self.db.execute(query)
        return [Given(UUID(row.value), row.unit, row.quantity, row.sure) for row in rows]

    async def months(self, commons_id: UUID, since: date) -> list[tuple[date, str, Decimal]]:
        """Contributed quantity per month (its first day) and unit, reversals deducted."""
        month = func.date_trunc("month", entries.c.occurred_from).label("month")
        query = (
            select(month, entries.c.unit, func.sum(entries.c.quantity).label("quantity"))
            .where(
                entries.c.commons_id == commons_id,
                entries.c.kind.in_([Kind.CONTRIBUTION, Kind.REVERSAL]),
                entries.c.occurred_from >= since,
            )
            .group_by(month, entries.c.unit)
            .order_by(month, entries.c.unit)
        )
        rows = await self.db.execute(query)
        return [(row.month.date(), row.unit, row.quantity) for row in rows]

    async def count(self, commons_id: UUID) -> int:
        query = select(func.count()).where(entries.c.commons_id == commons_id)
        return int(await self.db.scalar(query) or 0)


def _spoken_of(given: FromClause) -> ColumnElement[bool]:
    """The entry that a reversal takes back; any other entry, itself."""
    return and_(
        given.c.commons_id == entries.c.commons_id,
        given.c.entry_id == func.coalesce(entries.c.about, entries.c.entry_id),
    )


def _holds() -> ColumnElement[bool]:
    return and_(
        holders.c.commons_id == accounts.c.commons_id,
        holders.c.account_id == accounts.c.account_id,
    )


def _account(row: Row[*tuple[Any, ...]]) -> Account:
    """Whose account; that of an erased person keeps the account's own identifier."""
    kind = AccountKind(row.kind)
    if kind is AccountKind.PERSON:
        return Account(kind, row.person_id or row.account_id)
    return Account(kind, row.ref)
