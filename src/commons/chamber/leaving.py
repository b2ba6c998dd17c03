"""What envelopes hold about a person: taken away, withdrawn, or emptied of their words."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.envelopes import STANDS
from commons.chamber.store import LOCK
from commons.chamber.tables import claims, settlements
from commons.kernel.quantity import plain
from commons.ledger.appending import append_all
from commons.ledger.rules import reversal_of
from commons.ledger.store import JournalStore


async def claims_of(db: AsyncConnection, person_id: UUID) -> list[dict[str, str]]:
    """Every claim of a person, as plain values, for them to take away."""
    rows = await db.execute(select(claims).where(claims.c.person_id == person_id))
    return [
        {
            "commons_id": str(row.commons_id),
            "envelope_id": str(row.envelope_id),
            "amount": plain(row.amount),
            "reason": row.reason,
            "claimed_at": row.claimed_at.isoformat(),
        }
        for row in rows
    ]


async def withdraw_claims(db: AsyncConnection, person_id: UUID, now: datetime) -> int:
    """Take back what someone asks of envelopes that are not divided yet; returns how many.

    Each claim is reversed in its journal. A division that is being booked at this moment goes
    first: what it owes is then owed.
    """
    journal, withdrawn = JournalStore(db), 0
    mine = select(claims).where(claims.c.person_id == person_id)
    asked = await db.scalars(
        mine.with_only_columns(claims.c.envelope_id).order_by(claims.c.envelope_id)
    )
    for envelope_id in list(asked):
        await db.execute(LOCK, {"envelope": str(envelope_id)})
        # Read again under the lock: the claim may have been changed meanwhile.
        row = (await db.execute(mine.where(claims.c.envelope_id == envelope_id))).one()
        place = (row.commons_id, envelope_id)
        divided = select(settlements.c.rule).where(
            tuple_(settlements.c.commons_id, settlements.c.envelope_id) == place, STANDS
        )
        if (await db.execute(divided)).first() is not None:
            continue
        entry = await journal.entry(row.commons_id, row.entry_id)
        who = {"claimant": str(person_id)}
        taken_back = reversal_of(entry, (), entry_id=uuid4(), on=now.date(), personal=who)
        await append_all(db, row.commons_id, [taken_back], now)
        await db.execute(
            delete(claims).where(
                claims.c.person_id == person_id,
                tuple_(claims.c.commons_id, claims.c.envelope_id) == place,
            )
        )
        withdrawn += 1
    return withdrawn


async def forget_claims(db: AsyncConnection, person_id: UUID) -> None:
    """Erase what someone wrote in their claims; amounts and identifiers stay."""
    await db.execute(update(claims).where(claims.c.person_id == person_id).values(reason=""))
