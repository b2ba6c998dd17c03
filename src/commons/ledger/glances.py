"""What a page of a journal says of its entries besides themselves, for many at once."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import one_of
from commons.kernel.quantity import EURO
from commons.ledger.model import Kind
from commons.ledger.tables import entries, personal, postings


class Glances:
    """Questions on entries of one journal, within the caller's transaction."""

    def __init__(self, db: AsyncConnection, commons_id: UUID) -> None:
        self.db = db
        self.commons_id = commons_id

    async def attested_by(self, person_id: UUID, entry_ids: Collection[UUID]) -> set[UUID]:
        """Which of these entries that person has attested."""
        query = (
            select(entries.c.about)
            .select_from(
                entries.join(
                    personal,
                    and_(
                        personal.c.commons_id == entries.c.commons_id,
                        personal.c.entry_id == entries.c.entry_id,
                    ),
                )
            )
            .where(
                entries.c.commons_id == self.commons_id,
                entries.c.kind == Kind.ATTESTATION,
                one_of(entries.c.about, list(entry_ids)),
                personal.c.field == "attester",
                personal.c.value == str(person_id),
            )
        )
        return set((await self.db.execute(query)).scalars())

    async def moved(self, entry_ids: Collection[UUID]) -> dict[UUID, Decimal]:
        """How many euros each of these entries moves from account to account, if any."""
        query = (
            select(postings.c.entry_id, func.sum(postings.c.amount).label("euros"))
            .where(
                postings.c.commons_id == self.commons_id,
                one_of(postings.c.entry_id, list(entry_ids)),
                postings.c.unit == EURO.code,
                postings.c.amount > 0,
            )
            .group_by(postings.c.entry_id)
        )
        rows = await self.db.execute(query)
        return {row.entry_id: row.euros for row in rows}

    async def of_history(self, entry_ids: Collection[UUID]) -> set[UUID]:
        """Which of these are commits that a git history brought in already."""
        query = select(entries.c.entry_id).where(
            entries.c.commons_id == self.commons_id,
            one_of(entries.c.entry_id, list(entry_ids)),
            cast(entries.c.leaf, JSONB)["details"]["source"].astext == "git",
        )
        return set((await self.db.execute(query)).scalars())
