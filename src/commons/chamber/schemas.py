"""Shapes of the envelopes' API. Amounts are decimal strings of euros, such as `1250.50`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from commons.chamber.model import ClaimOn, Comparison, Envelope, Proposal, Settlement, Stage
from commons.kernel.money import euros
from commons.kernel.quantity import plain
from commons.registry.access import Sight
from commons.registry.schemas import Line, Lines, Sent

Amount = Annotated[str, Field(max_length=24, examples=["1250.50"])]


class FundingIn(Sent):
    """Money that an organisation gave to the commons.

    Here and below, `entry_id` makes sending it twice harmless.
    """

    entry_id: UUID
    organisation_id: UUID
    amount: Amount
    received_on: date


class EnvelopeIn(Sent):
    entry_id: UUID
    title: Line
    terms: Lines = ""
    amount: Amount
    opens_on: date
    closes_on: date


class ClaimIn(Sent):
    """One's own claim; claiming again changes it, and the earlier one is reversed."""

    entry_id: UUID
    amount: Amount
    reason: Lines


class RuleIn(Sent):
    rule: Line


class SettlementIn(Sent):
    entry_id: UUID
    rule: Line


class PaymentIn(Sent):
    entry_id: UUID
    payee_id: UUID


class PaymentOut(BaseModel):
    payee_id: UUID
    amount: str


class FundingOut(BaseModel):
    """`outcome` is `written`, or `already` when it was; `held`, what the commons now holds."""

    entry_id: UUID
    outcome: str
    held: str


class EnvelopeOut(BaseModel):
    envelope_id: UUID
    title: str
    terms: str
    amount: str
    opens_on: date
    closes_on: date
    stage: str

    @classmethod
    def of(cls, envelope: Envelope, stage: Stage) -> "EnvelopeOut":
        return cls(
            envelope_id=envelope.envelope_id,
            title=envelope.title,
            terms=envelope.terms,
            amount=plain(envelope.amount),
            opens_on=envelope.opens_on,
            closes_on=envelope.closes_on,
            stage=str(stage),
        )


class ClaimOut(BaseModel):
    """`claimant` is a name, or a pseudonym for those who may not read names."""

    entry_id: UUID
    claimant: str
    amount: str
    reason: str

    @classmethod
    def of(cls, claim: ClaimOn, sight: Sight) -> "ClaimOut":
        return cls(
            entry_id=claim.entry_id,
            claimant=str(sight.name(claim.person_id)),
            amount=plain(claim.amount),
            reason=claim.reason if sight.is_open else "",
        )


class DivisionOut(BaseModel):
    """What `rule` would give; `awards` stand in the order of the claims."""

    rule: str
    awards: list[str]
    unspent: str


class SettlementOut(BaseModel):
    rule: str
    round_sha256: str
    entry_id: UUID
    settled_at: datetime


class EnvelopeDetail(BaseModel):
    envelope: EnvelopeOut
    claims: list[ClaimOut]
    asked: str
    divisions: list[DivisionOut]
    proposed_rule: str | None
    settlement: SettlementOut | None

    @classmethod
    def of(
        cls,
        envelope: EnvelopeOut,
        comparison: Comparison,
        sight: Sight,
        proposal: Proposal | None,
        settlement: Settlement | None,
    ) -> "EnvelopeDetail":
        return cls(
            envelope=envelope,
            claims=[ClaimOut.of(claim, sight) for claim in comparison.claims],
            asked=plain(Decimal(comparison.asked).scaleb(-2)),
            divisions=[
                DivisionOut(
                    rule=division.rule.name,
                    awards=[euros(award.cents) for award in division.awards],
                    unspent=euros(division.unspent),
                )
                for division in comparison.divisions
            ],
            proposed_rule=proposal.rule if proposal else None,
            settlement=SettlementOut(
                rule=settlement.rule,
                round_sha256=settlement.round_sha256,
                entry_id=settlement.entry_id,
                settled_at=settlement.settled_at,
            )
            if settlement
            else None,
        )
