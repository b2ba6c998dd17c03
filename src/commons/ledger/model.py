"""What a journal holds: drafts that someone wants written, and entries as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from commons.kernel.errors import DomainError


class Kind(StrEnum):
    """What an entry says (specification, LED-8)."""

    CONTRIBUTION = "contribution"
    ATTESTATION = "attestation"
    CONTEST = "contest"
    ANSWER = "answer"
    REVERSAL = "reversal"
    CLAIM = "claim"
    TRANSFER = "transfer"
    DOCUMENT = "document"
    ERASURE = "erasure"


class AccountKind(StrEnum):
    """Where money of a commons is (LED-12). `OVERDRAWABLE` ones may be negative."""

    COMMONS = "commons"
    ENVELOPE = "envelope"
    PERSON = "person"
    PROPOSAL = "proposal"
    FUNDER = "funder"
    CHAMBER = "chamber"
    OUTSIDE = "outside"


OVERDRAWABLE = frozenset({AccountKind.FUNDER, AccountKind.CHAMBER, AccountKind.OUTSIDE})
UNREFERENCED = frozenset({AccountKind.COMMONS, AccountKind.OUTSIDE})


@dataclass(frozen=True, slots=True)
class Account:
    """`ref` says whose: a person, an envelope, an organisation; nothing for the other two."""

    kind: AccountKind
    ref: UUID | None = None

    def __post_init__(self) -> None:
        if (self.ref is None) != (self.kind in UNREFERENCED):
            raise ValueError(f"an account of kind {self.kind} and its owner do not agree")

    def __str__(self) -> str:
        return str(self.kind) if self.ref is None else f"{self.kind}:{self.ref}"


@dataclass(frozen=True, slots=True)
class Posting:
    account: Account
    amount: Decimal
    unit: str = "EUR"


@dataclass(frozen=True, slots=True)
class Draft:
    """What someone wants written. `personal` are clear values, committed to when written.

    `details` holds codes, identifiers and hashes only: all free text is personal (LED-10).
    """

    entry_id: UUID
    kind: Kind
    occurred_from: date
    occurred_to: date
    quantity: Decimal | None = None
    unit: str | None = None
    about: UUID | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    postings: tuple[Posting, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands. `personal` lacks what was erased; `leaf` is what is proved."""

    commons_id: UUID
    entry_id: UUID
    kind: Kind
    recorded_at: datetime
    occurred_from: date
    occurred_to: date
    quantity: Decimal | None
    unit: str | None
    about: UUID | None
    details: Mapping[str, str]
    personal: Mapping[str, str]
    leaf: bytes
    leaf_index: int | None = None
    attestations: int = 0
    reversed_by: UUID | None = None

    @property
    def state(self) -> "State":
        if self.reversed_by is not None:
            return State.REVERSED
        if self.kind is not Kind.CONTRIBUTION:
            return State.RECORDED
        return State.ATTESTED if self.attestations else State.AWAITING

    def person(self, name: str) -> UUID | None:
        """Who the personal field `name` speaks of; nothing if absent or erased."""
        value = self.personal.get(name)
        return UUID(value) if value else None


class State(StrEnum):
    """Derived, never stored (LED-16)."""

    RECORDED = "recorded"
    AWAITING = "awaiting"
    ATTESTED = "attested"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Written:
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class AlreadyWritten:
    """The very same request had been written before: nothing was added."""

    entry_id: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    entry_id: UUID
    error: DomainError


Outcome: TypeAlias = Written | AlreadyWritten | Refused


@dataclass(frozen=True, slots=True)
class Salted:
    """A personal value and the salt of its commitment."""

    salt: bytes
    value: str


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """A leaf of an exported journal, with what the reader may see of it."""

    leaf: bytes
    personal: Mapping[str, Salted] = field(default_factory=dict)
