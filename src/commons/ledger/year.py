"""What a journal holds of one calendar year: of one person, or of everyone.

A contribution belongs to the year of its last day, and so does what takes it back, whenever
that was recorded; money belongs to the day it moved (decision 0018).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import driver_of
from commons.ledger.model import Entry, Given, Kind, Movement, State
from commons.ledger.reading import entry_of, reading
from commons.ledger.states import state_of
from commons.ledger.store import JournalStore
from commons.ledger.tables import entries, personal

MOVED = """
SELECT e.entry_id, e.kind, e.occurred_to, l.leaf_index, p.amount,
       coalesce(e.leaf::jsonb #>> '{details,purpose}', r.leaf::jsonb #>> '{details,purpose}',
                '') AS purpose,
       coalesce((SELECT min(title.value)
                   FROM journal_posting beside
                   JOIN journal_account a USING (commons_id, account_id)
                   JOIN journal_posting opening USING (commons_id, account_id)
                   JOIN journal_personal title
                     ON title.commons_id = opening.commons_id
                    AND title.entry_id = opening.entry_id AND title.field = 'title'
                  WHERE beside.commons_id = e.commons_id AND beside.entry_id = e.entry_id
                    AND a.kind = 'envelope'), '') AS title
  FROM journal_holder h
  JOIN journal_posting p USING (commons_id, account_id)
  JOIN journal_entry e USING (commons_id, entry_id)
  LEFT JOIN journal_entry r ON r.commons_id = e.commons_id AND r.entry_id = e.about
  LEFT JOIN journal_leaf l ON l.commons_id = e.commons_id AND l.entry_id = e.entry_id
 WHERE h.commons_id = $1 AND h.person_id = $2 AND p.unit = 'EUR'
   AND e.occurred_to BETWEEN $3 AND $4
 ORDER BY e.occurred_to, e.recorded_at, e.entry_id, p.line
"""
HELD = """
SELECT coalesce(sum(p.amount), 0)
  FROM journal_holder h
  JOIN journal_posting p USING (commons_id, account_id)
  JOIN journal_entry e USING (commons_id, entry_id)
 WHERE h.commons_id = $1 AND h.person_id = $2 AND p.unit = 'EUR' AND e.occurred_to <= $3
"""
YEARS = """
SELECT commons_id, extract(year FROM occurred_to)::int AS year
  FROM journal_personal JOIN journal_entry USING (commons_id, entry_id)
 WHERE field = 'contributor' AND value = $1::text AND kind = 'contribution'
 UNION
SELECT commons_id, extract(year FROM occurred_to)::int
  FROM journal_holder JOIN journal_posting USING (commons_id, account_id)
  JOIN journal_entry USING (commons_id, entry_id)
 WHERE person_id = $1::uuid
"""
CONTRIBUTORS = """
SELECT DISTINCT value::uuid AS person_id
  FROM journal_personal
 WHERE commons_id = $1 AND field = 'contributor'
"""


class YearStore:
    """Questions about one year of journals, as known at `moment`."""

    def __init__(self, db: AsyncConnection, moment: datetime) -> None:
        self.db = db
        self.moment = moment

    async def contributions(
        self, person_id: UUID, year: int, commons_id: UUID | None = None
    ) -> list[Entry]:
        """What a person gave that year, in one commons or in all, in order of last days."""
        query = (
            reading(literal(self.moment))
            .where(
                entries.c.kind == Kind.CONTRIBUTION,
                entries.c.occurred_to.between(*ends(year)),
                _by(person_id),
            )
            .order_by(entries.c.occurred_to, entries.c.recorded_at, entries.c.entry_id)
        )
        if commons_id is not None:
            query = query.where(entries.c.commons_id == commons_id)
        return [entry_of(row) for row in await self.db.execute(query)]

    async def reversals(self, commons_id: UUID, given: Sequence[Entry]) -> dict[UUID, Entry]:
        """What takes back the entries of `given` that were taken back, by what it is about."""
        wanted = [entry.reversed_by for entry in given if entry.reversed_by is not None]
        found = await JournalStore(self.db, self.moment).entries_by_id(commons_id, wanted)
        return {entry.about: entry for entry in found.values() if entry.about is not None}

    async def late_reversals(
        self, commons_id: UUID, person_id: UUID, year: int
    ) -> list[tuple[Entry, Entry]]:
        """Reversals recorded that year of what the person gave in another, with what it was."""
        taken = entries.alias("taken")
        query = (
            reading(literal(self.moment))
            .join(
                taken,
                and_(
                    taken.c.commons_id == entries.c.commons_id,
                    taken.c.entry_id == entries.c.about,
                ),
            )
            .where(
                entries.c.commons_id == commons_id,
                entries.c.kind == Kind.REVERSAL,
                taken.c.kind == Kind.CONTRIBUTION,
                entries.c.occurred_to.between(*ends(year)),
                ~taken.c.occurred_to.between(*ends(year)),
                _by(person_id),
            )
            .order_by(entries.c.occurred_to, entries.c.recorded_at, entries.c.entry_id)
        )
        found = [entry_of(row) for row in await self.db.execute(query)]
        about = [entry.about for entry in found if entry.about is not None]
        known = await JournalStore(self.db, self.moment).entries_by_id(commons_id, about)
        return [(entry, known[entry.about]) for entry in found if entry.about is not None]

    async def given(self, commons_id: UUID, year: int) -> list[Given]:
        """All contributions of a commons that year, erased contributors included."""
        details = cast(entries.c.leaf, JSONB)["details"]
        first, last = ends(year)
        each = (
            select(
                entries.c.unit,
                details["nature"].astext.label("nature"),
                details["reward"].astext.label("reward"),
                details["organisation"].astext.is_not(None).label("of_organisations"),
                state_of(entries, literal(self.moment)).label("state"),
                entries.c.quantity,
                case((entries.c.occurred_from < first, 1), else_=0).label("crosses"),
            )
            .where(
                entries.c.commons_id == commons_id,
                entries.c.kind == Kind.CONTRIBUTION,
                entries.c.occurred_to.between(first, last),
            )
            .subquery()
        )
        kinds = (each.c.unit, each.c.nature, each.c.reward, each.c.of_organisations)
        query = (
            select(
                *kinds,
                each.c.state,
                func.sum(each.c.quantity).label("quantity"),
                func.count().label("number"),
                func.sum(each.c.crosses).label("crossing"),
            )
            .group_by(*kinds, each.c.state)
            .order_by(*kinds, each.c.state)
        )
        return [
            Given(
                row.unit,
                row.nature,
                row.reward,
                row.of_organisations,
                State(row.state),
                row.quantity,
                row.number,
                row.crossing,
            )
            for row in await self.db.execute(query)
        ]

    async def movements(
        self, commons_id: UUID, person_id: UUID, year: int
    ) -> tuple[Movement, ...]:
        driver = await driver_of(self.db)
        rows = await driver.fetch(MOVED, commons_id, person_id, *ends(year))
        return tuple(
            Movement(
                row["entry_id"],
                row["occurred_to"],
                row["leaf_index"],
                row["purpose"],
                row["title"],
                row["amount"],
                is_reversal=row["kind"] == Kind.REVERSAL,
            )
            for row in rows
        )

    async def due(self, commons_id: UUID, person_id: UUID, on: date) -> Decimal:
        """What the commons owed to the person at the end of that day (LED-38)."""
        driver = await driver_of(self.db)
        return Decimal(await driver.fetchval(HELD, commons_id, person_id, on))

    async def years(self, person_id: UUID) -> Mapping[int, frozenset[UUID]]:
        """The years in which a person gave or received, the latest first, and where."""
        driver = await driver_of(self.db)
        found: dict[int, set[UUID]] = {}
        for row in await driver.fetch(YEARS, str(person_id)):
            found.setdefault(row["year"], set()).add(row["commons_id"])
        return {year: frozenset(found[year]) for year in sorted(found, reverse=True)}

    async def places(self, person_id: UUID) -> frozenset[UUID]:
        """The commons a person ever gave to or has an account in."""
        return frozenset().union(*(await self.years(person_id)).values())

    async def contributors(self, commons_id: UUID) -> set[UUID]:
        """Everyone a contribution to this commons names; the erased are not among them."""
        driver = await driver_of(self.db)
        return {row["person_id"] for row in await driver.fetch(CONTRIBUTORS, commons_id)}


def ends(year: int) -> tuple[date, date]:
    """The first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def _by(person_id: UUID) -> ColumnElement[bool]:
    named: Any = select(personal.c.entry_id).where(
        personal.c.commons_id == entries.c.commons_id,
        personal.c.entry_id == entries.c.entry_id,
        personal.c.field == "contributor",
        personal.c.value == str(person_id),
    )
    return exists(named)
