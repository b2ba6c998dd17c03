"""Shapes of the journal's API: contributions, attestations, reversals."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from commons.ledger.model import Outcome, Refused, Written
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


class ReversalIn(Sent):
    """A reversal is an entry of its own; `entry_id` makes sending it twice harmless."""

    entry_id: UUID
    reason: Annotated[Lines, Field(min_length=1)]


class AttestationIn(Sent):
    entry_id: UUID
