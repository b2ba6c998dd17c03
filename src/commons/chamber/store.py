"""What one asks about envelopes; each decision is booked in the journal with its change."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Row, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.allocation.claims import USUAL
from commons.allocation.completion import Completion
from commons.allocation.counting import Count, Counted
from commons.allocation.division import ENGINE, Division
from commons.chamber.booking import (
    COMMONS,
    OUTSIDE,
    envelope_account,
    person_account,
    transfer_entry,
)
from commons.chamber.election_file import ElectionFile
from commons.chamber.election_round import election_round
from commons.chamber.model import (
    ClaimOn,
    Comparison,
    Envelope,
    EnvelopeDraft,
    Proposal,
    Settlement,
    Stage,
)
from commons.chamber.round_file import claims_round, digest, place_of
from commons.chamber.rules import (
    check_answered,
    check_claim,
    check_draft,
    check_election,
    check_paying,
    check_settling,
    compare,
    settle,
)
from commons.chamber.tables import claims, envelopes, proposals, settlements
from commons.kernel.errors import NotFoundError, RuleBrokenError
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.model import Account, AccountKind, Draft, Kind, Posting
from commons.ledger.rules import reversal_of, transfer
from commons.ledger.store import JournalStore

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:envelope, 2))")


class ChamberStore:
    """Questions about envelopes, within the caller's transaction."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db
        self.journal = JournalStore(db)

    async def receive(
        self,
        commons_id: UUID,
        funder_id: UUID,
        amount: Decimal,
        on: date,
        by: UUID,
        now: datetime,
    ) -> None:
        """Book money that an organisation gave to the commons."""
        source = Account(AccountKind.FUNDER, funder_id)
        draft = transfer_entry(
            "funding", on, transfer(source, COMMONS, amount), {"recorder": str(by)}
        )
        await append_all(self.db, commons_id, [draft], now)

    async def open(
        self, commons_id: UUID, draft: EnvelopeDraft, by: UUID, now: datetime
    ) -> Envelope:
        """Open an envelope and set its money aside, if the commons holds that much."""
        check_draft(draft, now.date())
        envelope = Envelope(
            commons_id,
            uuid4(),
            draft.title,
            draft.terms,
            draft.amount,
            draft.opens_on,
            draft.closes_on,
            now,
        )
        await self.db.execute(
            insert(envelopes).values(
                commons_id=commons_id,
                envelope_id=envelope.envelope_id,
                title=draft.title,
                terms=draft.terms,
                amount=draft.amount,
                opens_on=draft.opens_on,
                closes_on=draft.closes_on,
                opened_by=by,
                opened_at=now,
            )
        )
        moved = transfer(COMMONS, envelope_account(envelope.envelope_id), draft.amount)
        personal = {"recorder": str(by), "title": draft.title}
        entry = transfer_entry("envelope", now.date(), moved, personal)
        await append_all(self.db, commons_id, [entry], now)
        return envelope

    async def envelope(self, commons_id: UUID, envelope_id: UUID) -> Envelope:
        row = (
            await self.db.execute(
                select(envelopes).where(
                    envelopes.c.commons_id == commons_id,
                    envelopes.c.envelope_id == envelope_id,
                )
            )
        ).one_or_none()
        if row is None:
            raise NotFoundError(t("Cette enveloppe n'existe pas dans ce commun."))
        return _envelope(row)

    async def envelopes(self, commons_id: UUID | None = None) -> list[tuple[Envelope, bool]]:
        """Envelopes, the latest first, and whether each is settled."""
        query = (
            select(envelopes, settlements.c.rule)
            .outerjoin(
                settlements,
                (settlements.c.commons_id == envelopes.c.commons_id)
                & (settlements.c.envelope_id == envelopes.c.envelope_id),
            )
            .order_by(envelopes.c.opened_at.desc())
            .limit(100)
        )
        if commons_id is not None:
            query = query.where(envelopes.c.commons_id == commons_id)
        rows = await self.db.execute(query)
        return [(_envelope(row), row.rule is not None) for row in rows]

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

    async def claim(
        self, envelope: Envelope, person_id: UUID, amount: Decimal, reason: str, now: datetime
    ) -> None:
        """Claim, or change one's claim: the earlier one is reversed, never forgotten."""
        await self._lock(envelope)
        stage = await self.stage(envelope, now.date())
        check_claim(stage, amount, reason, envelope)
        earlier = [c for c in await self.claims(envelope) if c.person_id == person_id]
        drafts = []
        for old in earlier:
            entry = await self.journal.entry(envelope.commons_id, old.entry_id)
            who = {"claimant": str(person_id)}
            drafts.append(reversal_of(entry, (), entry_id=uuid4(), on=now.date(), personal=who))
        new = Draft(
            entry_id=uuid4(),
            kind=Kind.CLAIM,
            occurred_from=now.date(),
            occurred_to=now.date(),
            quantity=amount,
            unit="EUR",
            details={"envelope": str(envelope.envelope_id)},
            personal={"claimant": str(person_id), "reason": reason},
        )
        await append_all(self.db, envelope.commons_id, [*drafts, new], now)
        row = {"entry_id": new.entry_id, "amount": amount, "reason": reason}
        await self.db.execute(
            upsert(claims)
            .values(
                commons_id=envelope.commons_id,
                envelope_id=envelope.envelope_id,
                person_id=person_id,
                claimed_at=now,
                **row,
            )
            .on_conflict_do_update(
                index_elements=["commons_id", "envelope_id", "person_id"], set_=row
            )
        )

    async def comparison(self, envelope: Envelope) -> Comparison:
        """The usual rules, and the one that was proposed, on the claims as they stand."""
        proposal = await self.proposal(envelope)
        names = dict.fromkeys((*USUAL, *([proposal.rule] if proposal else [])))
        return compare(envelope, await self.claims(envelope), list(names))

    async def round_file(self, envelope: Envelope) -> bytes:
        """What was booked. Raises `RuleBrokenError` while the envelope is not divided."""
        settlement = await self.settlement(envelope)
        if settlement is None:
            raise RuleBrokenError(t("Cette enveloppe n'est pas encore répartie."))
        return settlement.round_file

    async def propose(self, envelope: Envelope, rule: str, by: UUID, now: datetime) -> None:
        """Propose a rule; the latest proposal stands."""
        settle(envelope, await self.claims(envelope), rule)
        row = {"rule": rule, "proposed_by": by, "proposed_at": now}
        await self.db.execute(
            upsert(proposals)
            .values(commons_id=envelope.commons_id, envelope_id=envelope.envelope_id, **row)
            .on_conflict_do_update(index_elements=["commons_id", "envelope_id"], set_=row)
        )

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
        row = (
            await self.db.execute(
                select(settlements).where(
                    settlements.c.commons_id == envelope.commons_id,
                    settlements.c.envelope_id == envelope.envelope_id,
                )
            )
        ).one_or_none()
        if row is None:
            return None
        return Settlement(
            row.rule,
            row.round_file,
            row.round_sha256,
            row.entry_id,
            row.settled_by,
            row.settled_at,
        )

    async def stage(self, envelope: Envelope, today: date) -> Stage:
        is_settled = await self.settlement(envelope) is not None
        return envelope.stage(today, is_settled=is_settled)

    async def settle(self, envelope: Envelope, rule: str, by: UUID, now: datetime) -> Division:
        """Divide by `rule` and book it: what each is due, and the rest back to the commons."""
        await self._lock(envelope)
        all_claims = await self.claims(envelope)
        proposal = await self.proposal(envelope)
        stage = await self.stage(envelope, now.date())
        check_settling(envelope, stage, now.date(), all_claims, proposal, rule, by)
        claimed = [claim.entry_id for claim in all_claims]
        check_answered(await self.journal.entries_by_id(envelope.commons_id, claimed))
        division = settle(envelope, all_claims, rule)
        given = {
            person_account(UUID(award.claim.name)): Decimal(award.cents).scaleb(-2)
            for award in division.awards
        }
        entries = {str(claim.person_id): str(claim.entry_id) for claim in all_claims}
        await self._book(
            envelope,
            rule,
            claims_round(envelope, division, entries),
            given,
            by=by,
            proposed_by=proposal.proposed_by if proposal else None,
            now=now,
        )
        return division

    async def book_election(
        self,
        envelope: Envelope,
        counted: ElectionFile,
        rule: str,
        utility: str,
        selected: Sequence[int],
        by: UUID,
        now: datetime,
    ) -> None:
        """Book an election held on the envelope's money: what is due to each winner.

        Raises `RuleBrokenError` if the envelope is settled, not yet open or claimed on.
        """
        await self._lock(envelope)
        stage = await self.stage(envelope, now.date())
        check_election(stage, await self.claims(envelope), counted)
        election = counted.election
        given = {}
        for place in selected:
            proposal = election.proposals[place]
            key = uuid5(envelope.envelope_id, proposal.proposal_id)
            amount = Decimal(int(proposal.cost * 100)).scaleb(-2)
            given[Account(AccountKind.PROPOSAL, key)] = amount
        result = Counted(election, Count(rule, Completion(utility)), list(selected))
        round_file = election_round(result, counted.source, place_of(envelope))
        await self._book(envelope, rule, round_file, given, by=by, proposed_by=None, now=now)

    async def _book(
        self,
        envelope: Envelope,
        rule: str,
        round_file: bytes,
        given: dict[Account, Decimal],
        *,
        by: UUID,
        proposed_by: UUID | None,
        now: datetime,
    ) -> None:
        out = [Posting(account, amount) for account, amount in given.items() if amount]
        rest = envelope.amount - sum((posting.amount for posting in out), Decimal(0))
        if rest:
            out.append(Posting(COMMONS, rest))
        source = Posting(envelope_account(envelope.envelope_id), -envelope.amount)
        details = {"round": digest(round_file), "rule": rule, "engine": ENGINE}
        entry = transfer_entry(
            "award", now.date(), (source, *out), {"recorder": str(by)}, details
        )
        await append_all(self.db, envelope.commons_id, [entry], now)
        await self.db.execute(
            insert(settlements).values(
                commons_id=envelope.commons_id,
                envelope_id=envelope.envelope_id,
                rule=rule,
                round_file=round_file,
                round_sha256=digest(round_file),
                entry_id=entry.entry_id,
                proposed_by=proposed_by,
                settled_by=by,
                settled_at=now,
            )
        )

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

    async def pay(self, commons_id: UUID, payee: UUID, by: UUID, now: datetime) -> Decimal:
        """Book that all that is due to `payee` was paid; returns how much."""
        check_paying(by, payee)
        contested = await self.journal.contested(commons_id, payee)
        check_answered({entry.entry_id: entry for entry in contested})
        amount = (await self.due(commons_id)).get(payee, Decimal(0))
        if not amount:
            raise RuleBrokenError(t("Rien n'est dû à cette personne."))
        moved = transfer(person_account(payee), OUTSIDE, amount)
        entry = transfer_entry("payment", now.date(), moved, {"recorder": str(by)})
        await append_all(self.db, commons_id, [entry], now)
        return amount

    async def _lock(self, envelope: Envelope) -> None:
        """Lets a second decision be told why; the key is what makes two impossible."""
        await self.db.execute(LOCK, {"envelope": str(envelope.envelope_id)})


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
    )
