"""An envelope, the claims on it, and what was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from commons.allocation.division import Division


class Stage(StrEnum):
    """Where an envelope stands, from its dates and what was decided."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EnvelopeDraft:
    title: str
    terms: str
    amount: Decimal
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class Envelope:
    """Money a commons decides to share. `amount` in euros, whole cents.

    It is withdrawn once its opening was reversed: the money went back to the commons.
    """

    commons_id: UUID
    envelope_id: UUID
    title: str
    terms: str
    amount: Decimal
    opens_on: date
    closes_on: date
    opened_at: datetime
    is_withdrawn: bool = False

    @property
    def cents(self) -> int:
        return int(self.amount * 100)

    def stage(self, today: date, *, is_settled: bool) -> Stage:
        """The last day takes claims still; settling may begin on that day, and ends it."""
        if self.is_withdrawn:
            return Stage.WITHDRAWN
        if is_settled:
            return Stage.SETTLED
        if today < self.opens_on:
            return Stage.ANNOUNCED
        return Stage.OPEN if today <= self.closes_on else Stage.CLOSED


@dataclass(frozen=True, slots=True)
class ClaimOn:
    """What a person asks of an envelope, publicly, with reasons."""

    person_id: UUID
    entry_id: UUID
    amount: Decimal
    reason: str
    claimed_at: datetime

    @property
    def cents(self) -> int:
        return int(self.amount * 100)


@dataclass(frozen=True, slots=True)
class Proposal:
    rule: str
    proposed_by: UUID


@dataclass(frozen=True, slots=True)
class Settlement:
    rule: str
    round_file: bytes
    round_sha256: str
    entry_id: UUID
    settled_by: UUID
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class Funded:
    """A proposal that an election chose, and its cost in cents."""

    proposal_id: str
    name: str
    cents: int

    @property
    def label(self) -> str:
        return self.name or self.proposal_id


@dataclass(frozen=True, slots=True)
class ElectionResult:
    """What an election on an envelope gave, in the order the rule chose."""

    rule: str
    utility: str
    voters: int
    funded: tuple[Funded, ...]

    @property
    def cents(self) -> int:
        return sum(item.cents for item in self.funded)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rules side by side, all on the same claims in the same order."""

    claims: tuple[ClaimOn, ...]
    divisions: tuple[Division, ...]

    @property
    def asked(self) -> int:
        return sum(claim.cents for claim in self.claims)
