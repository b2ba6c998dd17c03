"""What envelopes hold about a person: taken away, or emptied of what they wrote."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.tables import claims
from commons.kernel.quantity import plain


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


async def forget_claims(db: AsyncConnection, person_id: UUID) -> None:
    """Erase what someone wrote in their claims; amounts and identifiers stay."""
    await db.execute(update(claims).where(claims.c.person_id == person_id).values(reason=""))
