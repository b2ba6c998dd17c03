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


PERSON_FIELDS = (
    "contributor",
    "attester",
    "claimant",
    "contester",
    "answerer",
    "recorder",
    "reverser",
)
"""Personal fields that hold the identifier of a person; `account.N` do too."""


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
    state: "State"
    leaf_index: int | None = None
    attestations: int = 0
    reversed_by: UUID | None = None

    def person(self, name: str) -> UUID | None:
        """Who the personal field `name` speaks of; nothing if absent or erased."""
        value = self.personal.get(name)
        return UUID(value) if value else None


class State(StrEnum):
    """Derived from entries, rules and the moment one asks; never stored (LED-16)."""

    RECORDED = "recorded"
    AWAITING = "awaiting"
    ATTESTED = "attested"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    REVERSED = "reversed"


CONFIRMED = frozenset({State.ATTESTED, State.ACCEPTED})
"""States in which a contribution counts as confirmed by its commons."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a commons confirms what is given to it (LED-30).

    `attesters` are the roles that may attest; if empty, every member may. Without
    `contest_days` one may contest at any time; with `silence_accepts`, what nobody has
    contested by then is accepted. `advance` is how many euros the commons may pay out
    before it holds them.
    """

    quorum: int = 1
    attesters: frozenset[str] = frozenset()
    contest_days: int | None = None
    silence_accepts: bool = False
    advance: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DatedRules:
    """Rules as they were recorded: `entry_id` is the entry that says so."""

    entry_id: UUID
    decided_at: datetime
    rules: Rules


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of whoever sends a draft: roles in the commons, whom they sign for."""

    roles: frozenset[str] = frozenset()
    signs_for: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """A draft, the journal it is for, and the standing of who sends it."""

    commons_id: UUID
    draft: Draft
    standing: Standing = Standing()


@dataclass(slots=True)
class Target:
    """What is known of an entry that others speak of, while they are judged.

    `subject` is whose it is: who contributed, claims or contests. `contesters` are those
    whose contest has no answer yet.
    """

    kind: Kind
    recorded_at: datetime
    subject: str | None = None
    organisation: UUID | None = None
    is_reversed: bool = False
    is_answered: bool = False
    attesters: set[str] = field(default_factory=set)
    contesters: set[str] = field(default_factory=set)


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


@dataclass(frozen=True, slots=True)
class Movement:
    """Money on the account of one person: what became due to them is positive.

    `title` is of the envelope it comes from, empty if none or erased; `purpose` is that of
    the transfer, or of the one taken back.
    """

    entry_id: UUID
    on: date
    leaf_index: int | None
    purpose: str
    title: str
    amount: Decimal
    is_reversal: bool


@dataclass(frozen=True, slots=True)
class Given:
    """How much was given by everyone in one unit, one nature, one state.

    `of_organisations` are contributions that someone logged for an organisation; `crossing`
    counts those that began in an earlier year.
    """

    unit: str
    nature: str
    reward: str
    of_organisations: bool
    state: State
    quantity: Decimal
    count: int
    crossing: int
