"""What one asks about people: who they are, how they come in, what they may do."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import one_of
from commons.identity.model import (
    INSTANCE,
    FreshLink,
    Grant,
    Invitation,
    Member,
    Person,
    Role,
    Scope,
    Waiting,
)
from commons.identity.rules import check_address, check_name
from commons.identity.tables import (
    attempts,
    grants,
    invitations,
    persons,
    sessions,
    sign_in_links,
)
from commons.identity.tokens import email_hmac, new_token, token_hash
from commons.kernel.errors import NotFoundError, RuleBrokenError
from commons.kernel.text import t

LINK_MINUTES = 30
SESSION_DAYS = 14
ATTEMPTS_MAX = 8
ATTEMPT_MINUTES = 15
_MARK = "mark "
"""Begins what is no address: those hold no space."""
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:scope, 3))")
"""Two last stewards who leave at the same instant must not both be let go."""


class IdentityStore:
    """Questions about people, within the caller's transaction.

    `email_key` keys the HMAC by which an address is found again.
    """

    def __init__(self, db: AsyncConnection, email_key: bytes) -> None:
        self.db = db
        self.email_key = email_key

    async def person(self, person_id: UUID) -> Person | None:
        row = (
            await self.db.execute(
                select(persons).where(
                    persons.c.person_id == person_id, persons.c.erased_at.is_(None)
                )
            )
        ).one_or_none()
        if row is None:
            return None
        held = await self.db.execute(select(grants).where(grants.c.person_id == person_id))
        roles = frozenset(Grant(Scope(g.scope), g.scope_id, Role(g.role)) for g in held)
        return Person(row.person_id, row.name, row.email, roles)

    async def by_address(self, address: str) -> UUID | None:
        key = email_hmac(self.email_key, check_address(address))
        query = select(persons.c.person_id).where(persons.c.email_hmac == key)
        return (await self.db.execute(query)).scalar_one_or_none()

    async def find_or_make(
        self, name: str, address: str, now: datetime, *, keep_address: bool
    ) -> UUID:
        """The person with that address, made if unknown.

        With `keep_address` the clear address is kept, to write to; without, as for authors
        of a git history, only its HMAC.
        """
        cleaned = check_address(address)
        return await self._find_or_make(name, cleaned, cleaned if keep_address else None, now)

    async def find_or_make_marked(self, name: str, mark: str, now: datetime) -> UUID:
        """The person known by `mark`, made if unknown: whoever has no address of their own.

        No address is ever taken for a mark, so nobody can sign in as them.
        """
        return await self._find_or_make(name, _MARK + mark, None, now)

    async def by_mark(self, mark: str) -> UUID | None:
        key = email_hmac(self.email_key, _MARK + mark)
        query = select(persons.c.person_id).where(persons.c.email_hmac == key)
        return (await self.db.execute(query)).scalar_one_or_none()

    async def _find_or_make(
        self, name: str, known_by: str, address: str | None, now: datetime
    ) -> UUID:
        key = email_hmac(self.email_key, known_by)
        row = {
            "person_id": uuid4(),
            "name": check_name(name),
            "email": address,
            "email_hmac": key,
            "created_at": now,
        }
        await self.db.execute(upsert(persons).values(row).on_conflict_do_nothing())
        if address is not None:
            await self.db.execute(
                update(persons)
                .where(persons.c.email_hmac == key, persons.c.email.is_(None))
                .values(email=address)
            )
        query = select(persons.c.person_id).where(persons.c.email_hmac == key)
        return UUID(str((await self.db.execute(query)).scalar_one()))

    async def make_nameless_address(self, name: str, now: datetime) -> UUID:
        """A person known by name only: no address, so nobody can sign in as them yet."""
        person_id = uuid4()
        row = {"person_id": person_id, "name": check_name(name), "created_at": now}
        await self.db.execute(insert(persons).values(row))
        return person_id

    async def rename(self, person_id: UUID, name: str) -> None:
        await self.db.execute(
            update(persons)
            .where(persons.c.person_id == person_id)
            .values(name=check_name(name))
        )

    async def names(self, person_ids: Iterable[UUID]) -> dict[UUID, str]:
        """Names to show; a person who was erased is missing from the answer."""
        rows = await self.db.execute(
            select(persons.c.person_id, persons.c.name).where(
                one_of(persons.c.person_id, set(person_ids)), persons.c.erased_at.is_(None)
            )
        )
        return {row.person_id: row.name for row in rows}

    async def is_empty(self) -> bool:
        return not await self.db.scalar(select(func.count()).select_from(grants))

    async def grant(self, person_id: UUID, granted: Grant, now: datetime) -> None:
        row = {
            "person_id": person_id,
            "scope": str(granted.scope),
            "scope_id": granted.scope_id,
            "role": str(granted.role),
            "granted_at": now,
        }
        await self.db.execute(upsert(grants).values(row).on_conflict_do_nothing())

    async def withdraw(self, person_id: UUID, scope_id: UUID, role: Role) -> None:
        """Take a role back. Raises `RuleBrokenError` for the last steward of a commons."""
        await self.db.execute(LOCK, {"scope": str(scope_id)})
        members = await self.members(scope_id)
        stewards = [member for member in members if Role.STEWARD in member.roles]
        if role is Role.STEWARD and [item.person_id for item in stewards] == [person_id]:
            raise RuleBrokenError(
                t("C'est la dernière personne garante : nommez-en d'abord une autre.")
            )
        await self.db.execute(
            delete(grants).where(
                grants.c.person_id == person_id,
                grants.c.scope_id == scope_id,
                grants.c.role == str(role),
            )
        )

    async def members(self, scope_id: UUID) -> list[Member]:
        """Everyone with a role in that commons or organisation, by name."""
        rows = await self.db.execute(
            select(grants.c.person_id, persons.c.name, grants.c.role)
            .join(persons)
            .where(grants.c.scope_id == scope_id)
            .order_by(persons.c.name, grants.c.person_id, grants.c.role)
        )
        found: dict[UUID, tuple[str, list[Role]]] = {}
        for row in rows:
            found.setdefault(row.person_id, (row.name, []))[1].append(Role(row.role))
        return [Member(key, name, tuple(roles)) for key, (name, roles) in found.items()]

    async def make_link(self, person_id: UUID, now: datetime) -> FreshLink:
        """A single-use link to sign in; only its hash is kept."""
        link = FreshLink(new_token(), now + timedelta(minutes=LINK_MINUTES))
        await self.db.execute(
            insert(sign_in_links).values(
                token_hash=token_hash(link.token),
                person_id=person_id,
                created_at=now,
                expires_at=link.expires_at,
            )
        )
        return link

    async def link_is_good(self, token: str, now: datetime) -> bool:
        """Whether the link could still be used; looking does not use it."""
        query = select(sign_in_links.c.person_id).where(
            sign_in_links.c.token_hash == token_hash(token),
            sign_in_links.c.used_at.is_(None),
            sign_in_links.c.expires_at > now,
        )
        return await self.db.scalar(query) is not None

    async def use_link(self, token: str, now: datetime) -> str | None:
        """Sign in: a session token, or nothing if the link was used, is old or is no link.

        Of two uses at the same instant one wins: the row is changed once.
        """
        used = await self.db.scalar(
            update(sign_in_links)
            .where(
                sign_in_links.c.token_hash == token_hash(token),
                sign_in_links.c.used_at.is_(None),
                sign_in_links.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(sign_in_links.c.person_id)
        )
        if used is None:
            return None
        session = new_token()
        await self.db.execute(
            insert(sessions).values(
                token_hash=token_hash(session),
                person_id=used,
                created_at=now,
                expires_at=now + timedelta(days=SESSION_DAYS),
            )
        )
        return session

    async def session_person(self, token: str, now: datetime) -> Person | None:
        person_id = await self.db.scalar(
            select(sessions.c.person_id).where(
                sessions.c.token_hash == token_hash(token), sessions.c.expires_at > now
            )
        )
        return await self.person(person_id) if person_id else None

    async def end_session(self, token: str) -> None:
        await self.db.execute(
            delete(sessions).where(sessions.c.token_hash == token_hash(token))
        )

    async def invite(
        self, person_id: UUID, offered: Grant, place: str, invited_by: UUID, now: datetime
    ) -> None:
        await self.db.execute(
            insert(invitations).values(
                invitation_id=uuid4(),
                person_id=person_id,
                scope=str(offered.scope),
                scope_id=offered.scope_id,
                role=str(offered.role),
                place=place,
                invited_by=invited_by,
                invited_at=now,
            )
        )

    async def invitations(self, person_id: UUID) -> Sequence[Invitation]:
        """What this person has been invited to and has not answered."""
        inviter = persons.alias("inviter")
        rows = await self.db.execute(
            select(invitations, inviter.c.name.label("inviter"))
            .join(inviter, inviter.c.person_id == invitations.c.invited_by)
            .where(invitations.c.person_id == person_id, invitations.c.answered_at.is_(None))
            .order_by(invitations.c.invited_at)
        )
        return [
            Invitation(
                row.invitation_id,
                Scope(row.scope),
                row.scope_id,
                Role(row.role),
                row.place,
                row.inviter,
            )
            for row in rows
        ]

    async def invited(self, scope_id: UUID) -> list[Waiting]:
        """Who has been invited there and has not answered, the earliest first."""
        rows = await self.db.execute(
            select(invitations, persons.c.name)
            .join(persons, persons.c.person_id == invitations.c.person_id)
            .where(invitations.c.scope_id == scope_id, invitations.c.answered_at.is_(None))
            .order_by(invitations.c.invited_at)
        )
        return [
            Waiting(row.invitation_id, row.name, Role(row.role), row.invited_at) for row in rows
        ]

    async def cancel_invitation(
        self, scope_id: UUID, invitation_id: UUID, now: datetime
    ) -> None:
        """Take back an invitation. Raises `NotFoundError` if it is not waiting."""
        found = await self.db.scalar(
            update(invitations)
            .where(
                invitations.c.invitation_id == invitation_id,
                invitations.c.scope_id == scope_id,
                invitations.c.answered_at.is_(None),
            )
            .values(answered_at=now)
            .returning(invitations.c.invitation_id)
        )
        if found is None:
            raise NotFoundError(t("Cette invitation n'existe pas ou a déjà sa réponse."))

    async def answer(
        self, person_id: UUID, invitation_id: UUID, now: datetime, *, accepted: bool
    ) -> None:
        """Accept or decline an invitation, once. Raises `NotFoundError` for any other."""
        row = (
            await self.db.execute(
                update(invitations)
                .where(
                    invitations.c.invitation_id == invitation_id,
                    invitations.c.person_id == person_id,
                    invitations.c.answered_at.is_(None),
                )
                .values(answered_at=now)
                .returning(invitations.c.scope, invitations.c.scope_id, invitations.c.role)
            )
        ).one_or_none()
        if row is None:
            raise NotFoundError(t("Cette invitation n'existe pas ou a déjà sa réponse."))
        if accepted:
            offered = Grant(Scope(row.scope), row.scope_id, Role(row.role))
            await self.grant(person_id, offered, now)

    async def may_try(self, key: bytes, now: datetime) -> bool:
        """Count an attempt; false when there were too many in this quarter of an hour."""
        slot = now.replace(
            minute=now.minute - now.minute % ATTEMPT_MINUTES, second=0, microsecond=0
        )
        await self.db.execute(delete(attempts).where(attempts.c.slot < slot))
        count = await self.db.scalar(
            upsert(attempts)
            .values(key=key, slot=slot, count=1)
            .on_conflict_do_update(
                index_elements=["key", "slot"], set_={"count": attempts.c.count + 1}
            )
            .returning(attempts.c.count)
        )
        return count is not None and count <= ATTEMPTS_MAX


async def first_link(store: IdentityStore, address: str, now: datetime) -> FreshLink | None:
    """On an instance where nobody has a role yet: its first steward, and their link.

    Returns nothing afterwards: then `commons link` makes links.
    """
    if not await store.is_empty():
        return None
    if address:
        person_id = await store.find_or_make("Garant·e", address, now, keep_address=True)
    else:
        person_id = await store.make_nameless_address("Garant·e", now)
    await store.grant(person_id, Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD), now)
    return await store.make_link(person_id, now)
