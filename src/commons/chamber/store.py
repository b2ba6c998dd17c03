"""What one asks about envelopes; each decision is booked in the journal with its change."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert

from commons.allocation.claims import USUAL
from commons.allocation.completion import Completion
from commons.allocation.counting import Count, Counted
from commons.allocation.division import ENGINE
from commons.chamber.booking import (
    COMMONS,
    OUTSIDE,
    derived,
    envelope_account,
    person_account,
    transfer_entry,
)
from commons.chamber.election_file import ElectionFile
from commons.chamber.election_round import election_round
from commons.chamber.envelopes import Envelopes
from commons.chamber.model import Comparison, Envelope, EnvelopeDraft
from commons.chamber.round_file import claims_round, digest, place_of
from commons.chamber.rules import (
    check_answered,
    check_claim,
    check_draft,
    check_election,
    check_paying,
    check_same_decision,
    check_same_envelope,
    check_settling,
    check_undivided,
    compare,
    settle,
)
from commons.chamber.tables import claims, envelopes, proposals, settlements
from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import t
from commons.ledger.appending import append_all, wait_for_copies, was_written
from commons.ledger.model import (
    Account,
    AccountKind,
    AlreadyWritten,
    Draft,
    Kind,
    Outcome,
    Posting,
    Written,
)
from commons.ledger.rules import reversal_of, transfer

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:envelope, 2))")


class ChamberStore(Envelopes):
    """Decisions about money, within the caller's transaction.

    Each takes the `entry_id` that whoever asks for it drew: the same request again changes
    nothing and answers the same; another with its key raises `ConflictError`.
    """

    async def receive(
        self,
        commons_id: UUID,
        funder_id: UUID,
        amount: Decimal,
        on: date,
        by: UUID,
        now: datetime,
        *,
        entry_id: UUID,
    ) -> Outcome:
        """Book money that an organisation gave to the commons."""
        moved = transfer(Account(AccountKind.FUNDER, funder_id), COMMONS, amount)
        draft = transfer_entry(entry_id, "funding", on, moved, {"recorder": str(by)})
        [outcome] = await append_all(self.db, commons_id, [draft], now)
        return outcome

    async def open(
        self,
        commons_id: UUID,
        draft: EnvelopeDraft,
        by: UUID,
        now: datetime,
        *,
        entry_id: UUID,
    ) -> Envelope:
        """Open an envelope and set its money aside, if the commons holds that much."""
        envelope_id = derived(entry_id, "envelope")
        moved = transfer(COMMONS, envelope_account(envelope_id), draft.amount)
        personal = {"recorder": str(by), "title": draft.title}
        entry = transfer_entry(entry_id, "envelope", now.date(), moved, personal)
        if await was_written(self.db, commons_id, entry):
            envelope = await self.envelope(commons_id, envelope_id)
            check_same_envelope(envelope, draft)
            return envelope
        check_draft(draft, now.date())
        await self.db.execute(
            insert(envelopes).values(
                commons_id=commons_id,
                envelope_id=envelope_id,
                title=draft.title,
                terms=draft.terms,
                amount=draft.amount,
                opens_on=draft.opens_on,
                closes_on=draft.closes_on,
                opened_by=by,
                opened_at=now,
            )
        )
        await append_all(self.db, commons_id, [entry], now)
        return await self.envelope(commons_id, envelope_id)

    async def claim(
        self,
        envelope: Envelope,
        person_id: UUID,
        amount: Decimal,
        reason: str,
        now: datetime,
        *,
        entry_id: UUID,
    ) -> Outcome:
        """Claim, or change one's claim: the earlier one is reversed, never forgotten."""
        new = Draft(
            entry_id=entry_id,
            kind=Kind.CLAIM,
            occurred_from=now.date(),
            occurred_to=now.date(),
            quantity=amount,
            unit="EUR",
            details={"envelope": str(envelope.envelope_id)},
            personal={"claimant": str(person_id), "reason": reason},
        )
        if await was_written(self.db, envelope.commons_id, new):
            return AlreadyWritten(entry_id)
        await self._lock(envelope)
        stage = await self.stage(envelope, now.date())
        check_claim(stage, amount, reason, envelope)
        earlier = [c for c in await self.claims(envelope) if c.person_id == person_id]
        drafts = []
        for old in earlier:
            entry = await self.journal.entry(envelope.commons_id, old.entry_id)
            who = {"claimant": str(person_id)}
            key = derived(entry_id, f"reversal/{old.entry_id}")
            drafts.append(reversal_of(entry, (), entry_id=key, on=now.date(), personal=who))
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
        return Written(entry_id)

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
        check_undivided(await self.stage(envelope, now.date()))
        settle(envelope, await self.claims(envelope), rule)
        row = {"rule": rule, "proposed_by": by, "proposed_at": now}
        await self.db.execute(
            upsert(proposals)
            .values(commons_id=envelope.commons_id, envelope_id=envelope.envelope_id, **row)
            .on_conflict_do_update(index_elements=["commons_id", "envelope_id"], set_=row)
        )

    async def settle(
        self, envelope: Envelope, rule: str, by: UUID, now: datetime, *, entry_id: UUID
    ) -> Outcome:
        """Divide by `rule` and book it: what each is due, and the rest back to the commons."""
        await self._lock(envelope)
        if earlier := await self.decision(envelope, entry_id):
            check_same_decision(earlier, rule, by)
            return AlreadyWritten(entry_id)
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
        return await self._book(
            envelope,
            rule,
            claims_round(envelope, division, entries),
            given,
            by=by,
            proposed_by=proposal.proposed_by if proposal else None,
            now=now,
            entry_id=entry_id,
        )

    async def book_election(
        self,
        envelope: Envelope,
        counted: ElectionFile,
        rule: str,
        utility: str,
        selected: Sequence[int],
        by: UUID,
        now: datetime,
        *,
        entry_id: UUID,
    ) -> Outcome:
        """Book an election held on the envelope's money: what is due to each winner.

        Raises `RuleBrokenError` if the envelope is settled, not yet open or claimed on.
        """
        await self._lock(envelope)
        election = counted.election
        result = Counted(election, Count(rule, Completion(utility)), list(selected))
        round_file = election_round(result, counted.source, place_of(envelope))
        if earlier := await self.decision(envelope, entry_id):
            check_same_decision(earlier, rule, by, digest(round_file))
            return AlreadyWritten(entry_id)
        stage = await self.stage(envelope, now.date())
        check_election(stage, await self.claims(envelope), counted)
        given = {}
        for place in selected:
            proposal = election.proposals[place]
            key = uuid5(envelope.envelope_id, proposal.proposal_id)
            amount = Decimal(int(proposal.cost * 100)).scaleb(-2)
            given[Account(AccountKind.PROPOSAL, key)] = amount
        return await self._book(
            envelope,
            rule,
            round_file,
            given,
            by=by,
            proposed_by=None,
            now=now,
            entry_id=entry_id,
        )

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
        entry_id: UUID,
    ) -> Outcome:
        out = [Posting(account, amount) for account, amount in given.items() if amount]
        rest = envelope.amount - sum((posting.amount for posting in out), Decimal(0))
        if rest:
            out.append(Posting(COMMONS, rest))
        source = Posting(envelope_account(envelope.envelope_id), -envelope.amount)
        details = {"round": digest(round_file), "rule": rule, "engine": ENGINE}
        entry = transfer_entry(
            entry_id, "award", now.date(), (source, *out), {"recorder": str(by)}, details
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
        return Written(entry_id)

    async def pay(
        self, commons_id: UUID, payee: UUID, by: UUID, now: datetime, *, entry_id: UUID
    ) -> Decimal:
        """Book that all that is due to `payee` was paid; returns how much."""
        check_paying(by, payee)

        def payment(amount: Decimal) -> Draft:
            moved = transfer(person_account(payee), OUTSIDE, amount)
            return transfer_entry(entry_id, "payment", now.date(), moved, {"recorder": str(by)})

        await wait_for_copies(self.db, commons_id, entry_id)
        before = await self.journal.postings_of(commons_id, entry_id)
        paid = sum((p.amount for p in before if p.account == OUTSIDE), Decimal(0))
        if await was_written(self.db, commons_id, payment(paid)):
            return paid
        contested = await self.journal.contested(commons_id, payee)
        check_answered({entry.entry_id: entry for entry in contested})
        amount = (await self.due(commons_id)).get(payee, Decimal(0))
        if not amount:
            raise RuleBrokenError(t("Rien n'est dû à cette personne."))
        await append_all(self.db, commons_id, [payment(amount)], now)
        return amount

    async def _lock(self, envelope: Envelope) -> None:
        """Lets a second decision be told why: the money that is gone makes two impossible."""
        await self.db.execute(LOCK, {"envelope": str(envelope.envelope_id)})
