"""What one reads of envelopes: as they were opened, claimed on and divided."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.booking import COMMONS
from commons.chamber.model import ClaimOn, Envelope, Proposal, Settlement, Stage
from commons.chamber.tables import claims, envelopes, proposals, settlements
from commons.kernel.errors import NotFoundError
from commons.kernel.text import t
from commons.ledger.model import AccountKind, Kind
from commons.ledger.states import reversed_by
from commons.ledger.store import JournalStore
from commons.ledger.tables import accounts, balances, entries, of_entry, postings

STANDS = reversed_by(settlements).is_(None)
"""That a decision was not reversed; the journal alone says so."""


class Envelopes:
    """Envelopes as they stand, within the caller's transaction."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db
        self.journal = JournalStore(db)

    async def envelope(self, commons_id: UUID, envelope_id: UUID) -> Envelope:
        row = (
            await self.db.execute(
                _reading().where(
                    envelopes.c.commons_id == commons_id,
                    envelopes.c.envelope_id == envelope_id,
                )
            )
        ).one_or_none()
        if row is None:
            raise NotFoundError(t("Cette enveloppe n'existe pas dans ce commun."))
        return _envelope(row)

    async def opening(self, envelope: Envelope) -> UUID:
        """The entry that set the money of the envelope aside."""
        query = (
            select(entries.c.entry_id)
            .select_from(postings.join(accounts).join(entries, of_entry(postings)))
            .where(
                accounts.c.commons_id == envelope.commons_id,
                accounts.c.kind == AccountKind.ENVELOPE,
                accounts.c.ref == envelope.envelope_id,
                entries.c.kind == Kind.TRANSFER,
                postings.c.amount > 0,
            )
        )
        found: UUID = (await self.db.execute(query)).scalar_one()
        return found

    async def envelopes(self, commons_id: UUID | None = None) -> list[tuple[Envelope, bool]]:
        """Envelopes, the latest first, and whether each is settled."""
        query = _reading().order_by(envelopes.c.opened_at.desc()).limit(100)
        if commons_id is not None:
            query = query.where(envelopes.c.commons_id == commons_id)
        rows = await self.db.execute(query)
        return [(_envelope(row), row.is_settled) for row in rows]

    async def claims(self, envelope: Envelope) -> list[ClaimOn]:
        """Claims in the order they were first made: the order that breaks ties."""
        rows = await self.db.execute(
            select(claims)
            .where(
                claims.c.commons_id == envelope.commons_id,
                claims.c.envelope_id == envelope.envelope_id,
            )
            .order_by(claims.c.claimed_at, claims.c.person_id)
        )
        return [
            ClaimOn(row.person_id, row.entry_id, row.amount, row.reason, row.claimed_at)
            for row in rows
        ]

    async def proposal(self, envelope: Envelope) -> Proposal | None:
        row = (
            await self.db.execute(
                select(proposals).where(
                    proposals.c.commons_id == envelope.commons_id,
                    proposals.c.envelope_id == envelope.envelope_id,
                )
            )
        ).one_or_none()
        return Proposal(row.rule, row.proposed_by) if row else None

    async def settlement(self, envelope: Envelope) -> Settlement | None:
        """The decision that stands: one that was reversed in the journal is none."""
        return await self._settled(envelope, STANDS)

    async def decision(self, envelope: Envelope, entry_id: UUID) -> Settlement | None:
        """What was decided on the envelope under that key, if anything."""
        return await self._settled(envelope, settlements.c.entry_id == entry_id)

    async def _settled(
        self, envelope: Envelope, which: ColumnElement[bool]
    ) -> Settlement | None:
        row = (
            await self.db.execute(
                select(settlements).where(
                    settlements.c.commons_id == envelope.commons_id,
                    settlements.c.envelope_id == envelope.envelope_id,
                    which,
                )
            )
        ).one_or_none()
        return _settlement(row) if row else None

    async def stage(self, envelope: Envelope, today: date) -> Stage:
        is_settled = await self.settlement(envelope) is not None
        return envelope.stage(today, is_settled=is_settled)

    async def held(self, commons_id: UUID) -> Decimal:
        """What the commons holds and has not set aside."""
        return await self.journal.balance(commons_id, COMMONS)

    async def due(self, commons_id: UUID) -> dict[UUID, Decimal]:
        """What the commons owes to each person now."""
        held = await self.journal.balances(commons_id)
        return {
            account.ref: amount
            for (account, unit), amount in held.items()
            if account.kind is AccountKind.PERSON
            and account.ref is not None
            and unit == "EUR"
            and amount > 0
        }


def _reading() -> Select[*tuple[Any, ...]]:
    """Envelopes, whether a decision on each stands, and what their accounts hold."""
    is_settled = (
        select(settlements.c.entry_id)
        .where(
            settlements.c.commons_id == envelopes.c.commons_id,
            settlements.c.envelope_id == envelopes.c.envelope_id,
            STANDS,
        )
        .exists()
    )
    held = (
        select(balances.c.amount)
        .select_from(balances.join(accounts))
        .where(
            accounts.c.commons_id == envelopes.c.commons_id,
            accounts.c.kind == AccountKind.ENVELOPE,
            accounts.c.ref == envelopes.c.envelope_id,
        )
        .scalar_subquery()
    )
    return select(envelopes, is_settled.label("is_settled"), held.label("held"))


def _envelope(row: Row[*tuple[Any, ...]]) -> Envelope:
    return Envelope(
        row.commons_id,
        row.envelope_id,
        row.title,
        row.terms,
        row.amount,
        row.opens_on,
        row.closes_on,
        row.opened_at,
        is_withdrawn=not row.held and not row.is_settled,
    )


def _settlement(row: Row[*tuple[Any, ...]]) -> Settlement:
    return Settlement(
        row.rule,
        row.round_file,
        row.round_sha256,
        row.entry_id,
        row.settled_by,
        row.settled_at,
    )
