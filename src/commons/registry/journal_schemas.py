"""Shapes of the journal's API: contributions, attestations, reversals."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from commons.kernel.quantity import plain
from commons.ledger.model import Entry, Outcome, Refused, Written
from commons.registry.access import Sight
from commons.registry.schemas import Line, Lines, Sent


class ContributionIn(Sent):
    """A contribution of one's own. `entry_id` makes sending it twice harmless.

    `quantity` is a decimal string in `unit`; time is in whole minutes.
    """

    entry_id: UUID
    occurred_on: date
    quantity: Annotated[str, Field(max_length=24, examples=["150"])]
    unit: Annotated[str, Field(max_length=32, examples=["minute"])] = "minute"
    description: Annotated[Lines, Field(min_length=1)]
    links: list[Line] = Field(default=[], max_length=20)
    nature: Line = "work"
    reward: Line = "pro-bono"


class Receipt(BaseModel):
    """`written`, or `already` when the very same request had been written before."""

    entry_id: UUID
    outcome: str

    @classmethod
    def of(cls, outcome: Outcome) -> "Receipt":
        if isinstance(outcome, Refused):
            raise outcome.error
        word = "written" if isinstance(outcome, Written) else "already"
        return cls(entry_id=outcome.entry_id, outcome=word)


class EntryOut(BaseModel):
    """An entry as the reader may see it; `leaf` is what the Merkle tree proves."""

    entry_id: UUID
    kind: str
    state: str
    recorded_at: str
    occurred_from: date
    occurred_to: date
    quantity: str | None
    unit: str | None
    about: UUID | None
    details: dict[str, str]
    personal: dict[str, str]
    leaf: str
    leaf_index: int | None
    attestations: int
    reversed_by: UUID | None

    @classmethod
    def of(cls, entry: Entry, sight: Sight) -> "EntryOut":
        return cls(
            entry_id=entry.entry_id,
            kind=entry.kind,
            state=entry.state,
            recorded_at=entry.recorded_at.isoformat(),
            occurred_from=entry.occurred_from,
            occurred_to=entry.occurred_to,
            quantity=plain(entry.quantity) if entry.quantity is not None else None,
            unit=entry.unit,
            about=entry.about,
            details=dict(entry.details),
            personal=dict(entry.personal) if sight.is_open else {},
            leaf=entry.leaf.decode(),
            leaf_index=entry.leaf_index,
            attestations=entry.attestations,
            reversed_by=entry.reversed_by,
        )


class ReversalIn(Sent):
    """A reversal is an entry of its own; `entry_id` makes sending it twice harmless."""

    entry_id: UUID
    reason: Annotated[Lines, Field(min_length=1)]


class AttestationIn(Sent):
    entry_id: UUID
