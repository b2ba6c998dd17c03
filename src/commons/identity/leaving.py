"""Leaving an instance: what identity holds about a person, and forgetting it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.identity.model import Role, Scope
from commons.identity.store import LOCK
from commons.identity.tables import grants, invitations, persons, sessions, sign_in_links
from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import t


async def known_of(db: AsyncConnection, person_id: UUID) -> dict[str, object]:
    """Everything identity holds about someone, as plain values; nothing that opens a door."""
    person = (await db.execute(select(persons).where(persons.c.person_id == person_id))).one()
    held = await db.execute(select(grants).where(grants.c.person_id == person_id))
    invited = await db.execute(select(invitations).where(invitations.c.person_id == person_id))
    opened = await db.execute(select(sessions).where(sessions.c.person_id == person_id))
    return {
        "person_id": str(person_id),
        "name": person.name,
        "email": person.email,
        "known_since": person.created_at.isoformat(),
        "roles": [
            {"scope": row.scope, "scope_id": str(row.scope_id), "role": row.role}
            for row in held
        ],
        "invitations": [
            {"place": row.place, "role": row.role, "invited_at": row.invited_at.isoformat()}
            for row in invited
        ],
        "sessions": [
            {"since": row.created_at.isoformat(), "until": row.expires_at.isoformat()}
            for row in opened
        ],
    }


async def forget(db: AsyncConnection, person_id: UUID, now: datetime) -> None:
    """Empty the person's row and take back all that let them in, as `forget_again` does.

    Raises `RuleBrokenError` for the last steward of a commons or of the instance.
    """
    steward = str(Role.STEWARD)
    mine = list(
        await db.scalars(
            select(grants.c.scope_id)
            .where(
                grants.c.person_id == person_id,
                grants.c.role == steward,
                # An organisation has no journal to keep: its facts can wait for someone.
                grants.c.scope != str(Scope.ORGANISATION),
            )
            .order_by(grants.c.scope_id)
        )
    )
    for scope_id in mine:
        await db.execute(LOCK, {"scope": str(scope_id)})
    alone = (
        select(grants.c.scope_id)
        .where(grants.c.scope_id.in_(mine), grants.c.role == steward)
        .group_by(grants.c.scope_id)
        .having(func.count() == 1)
    )
    if (await db.execute(alone)).first() is not None:
        raise RuleBrokenError(
            t(
                "Vous êtes la dernière personne garante d'un commun ou de l'instance : "
                "nommez-en d'abord une autre."
            )
        )
    await forget_again(db, person_id, now)


async def forget_again(db: AsyncConnection, person_id: UUID, now: datetime) -> None:
    """As `forget`, for someone erased before, whatever an older database says they were.

    The row stays, nameless, so that what refers to it reads « personne effacée ».
    """
    for table in (grants, sessions, sign_in_links, invitations):
        await db.execute(delete(table).where(table.c.person_id == person_id))
    await db.execute(
        update(persons)
        .where(persons.c.person_id == person_id)
        .values(name="", email=None, email_hmac=None, erased_at=now)
    )


async def erased_people(db: AsyncConnection) -> list[UUID]:
    """Everyone who was erased."""
    found = select(persons.c.person_id).where(persons.c.erased_at.is_not(None))
    return list(await db.scalars(found))


async def known_people(db: AsyncConnection) -> list[UUID]:
    """Everyone who was not erased."""
    found = select(persons.c.person_id).where(persons.c.erased_at.is_(None))
    return list(await db.scalars(found))
