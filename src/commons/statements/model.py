"""What a statement, an attestation and a valuation are made of, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from commons.kernel.quantity import Unit
from commons.ledger.model import Entry, Given, Movement


@dataclass(frozen=True, slots=True)
class Seal:
    """The checkpoint of a journal at the moment of a document, and who signs it."""

    origin: str
    size: int
    root: str
    signed_at: datetime
    verifier: str


@dataclass(frozen=True, slots=True)
class Place:
    """The commons a document speaks of. `address` is of its page; `seal` of its journal.

    There is no seal while nothing was ever recorded.
    """

    commons_id: UUID
    slug: str
    name: str
    carrier: str
    address: str
    units: Mapping[str, Unit]
    seal: Seal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A contribution and what takes it back, if anything does."""

    entry: Entry
    reversal: Entry | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person gave to a commons in a year, and the money between them.

    `late` are reversals recorded that year of contributions of other years, each with what
    it takes back. Money is in euros; `due_before` and `due_after` are at the ends of the year.
    """

    place: Place
    person_id: UUID
    name: str
    year: int
    asked_at: datetime
    lines: tuple[Line, ...]
    late: tuple[tuple[Entry, Entry], ...] = ()
    movements: tuple[Movement, ...] = ()
    due_before: Decimal = Decimal(0)
    due_after: Decimal = Decimal(0)
    signers: tuple[tuple[str, str], ...] = ()
    """Who may sign for the commons: name (empty: to be filled in) and quality."""

    @property
    def is_running(self) -> bool:
        """Whether the year was not over when it was asked for."""
        return self.asked_at.year <= self.year


@dataclass(frozen=True, slots=True)
class Choice:
    """How an association values: euros for an hour, where that comes from, other values.

    `values` are euros for one unit (for an hour, if the unit is time) by nature and unit.
    """

    hourly_rate: Decimal
    basis: str
    method: str
    values: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Valued:
    """Contributions of one nature in one unit: how many, and in cents what they are worth.

    `rate` and `cents` are absent for what is left without value.
    """

    nature: str
    unit: str
    quantity: Decimal
    count: int
    rate: Decimal | None
    cents: int | None


@dataclass(frozen=True, slots=True)
class Valuation:
    """`hours` are volunteer hours, `others` the other volunteer contributions.

    `left_out` are contributions of the year that count in neither.
    """

    place: Place
    year: int
    asked_at: datetime
    choice: Choice
    hours: tuple[Valued, ...]
    others: tuple[Valued, ...]
    left_out: tuple[Given, ...]
    crossing: int

    @property
    def is_running(self) -> bool:
        return self.asked_at.year <= self.year

    @property
    def total_cents(self) -> int:
        return sum(row.cents for row in (*self.hours, *self.others) if row.cents is not None)
