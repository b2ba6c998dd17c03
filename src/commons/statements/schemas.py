"""Shapes of a statement and of a valuation, as programs read them and as PDFs carry them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from commons.kernel.money import euros
from commons.kernel.quantity import plain
from commons.ledger.model import Entry, Given, Movement
from commons.statements.model import Line, Place, Seal, Statement, Valuation, Valued
from commons.statements.rules import attested_minutes, subtotals

ZERO = Decimal(0)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class SealOut(_Out):
    """The checkpoint of the journal: `root` in base64, `key` a C2SP verifier key."""

    origin: str
    size: int
    root: str
    signed_at: datetime
    key: str

    @classmethod
    def of(cls, seal: Seal | None) -> "SealOut | None":
        if seal is None:
            return None
        return cls(
            origin=seal.origin,
            size=seal.size,
            root=seal.root,
            signed_at=seal.signed_at,
            key=seal.verifier,
        )


class CommonsOut(_Out):
    commons_id: UUID
    slug: str
    name: str

    @classmethod
    def of(cls, place: Place) -> "CommonsOut":
        return cls(commons_id=place.commons_id, slug=place.slug, name=place.name)


class CorrectionOut(_Out):
    """What takes an entry back. `quantity` is negative."""

    entry_id: UUID
    leaf_index: int | None
    occurred_on: date
    quantity: str
    unit: str
    reason: str
    about: UUID | None

    @classmethod
    def of(cls, entry: Entry) -> "CorrectionOut":
        return cls(
            entry_id=entry.entry_id,
            leaf_index=entry.leaf_index,
            occurred_on=entry.occurred_to,
            quantity=plain(entry.quantity or ZERO),
            unit=entry.unit or "",
            reason=entry.personal.get("reason", ""),
            about=entry.about,
        )


class LineOut(_Out):
    """A contribution. `quantity` is exact; minutes for time."""

    entry_id: UUID
    leaf_index: int | None
    occurred_from: date
    occurred_to: date
    recorded_at: datetime
    quantity: str
    unit: str
    nature: str
    reward: str
    description: str
    state: str
    attestations: int
    organisation: str | None
    reversal: CorrectionOut | None

    @classmethod
    def of(cls, line: Line) -> "LineOut":
        entry = line.entry
        return cls(
            entry_id=entry.entry_id,
            leaf_index=entry.leaf_index,
            occurred_from=entry.occurred_from,
            occurred_to=entry.occurred_to,
            recorded_at=entry.recorded_at,
            quantity=plain(entry.quantity or ZERO),
            unit=entry.unit or "",
            nature=entry.details.get("nature", ""),
            reward=entry.details.get("reward", ""),
            description=entry.personal.get("description", ""),
            state=entry.state,
            attestations=entry.attestations,
            organisation=entry.details.get("organisation"),
            reversal=CorrectionOut.of(line.reversal) if line.reversal else None,
        )


class SubtotalOut(_Out):
    """What counts of one unit and nature; what was taken back counts nowhere."""

    reward: str
    unit: str
    nature: str
    confirmed: str
    awaiting: str
    contested: str


class MovementOut(_Out):
    """Money: positive when it became due to the person, negative when it was paid."""

    entry_id: UUID
    leaf_index: int | None
    occurred_on: date
    purpose: str
    envelope: str
    amount: str
    is_reversal: bool

    @classmethod
    def of(cls, moved: Movement) -> "MovementOut":
        return cls(
            entry_id=moved.entry_id,
            leaf_index=moved.leaf_index,
            occurred_on=moved.on,
            purpose=moved.purpose,
            envelope=moved.title,
            amount=plain(moved.amount),
            is_reversal=moved.is_reversal,
        )


class StatementOut(_Out):
    """What someone gave to a commons in a calendar year, and the money between them."""

    form: str = "commons-statement/1"
    commons: CommonsOut
    person_id: UUID
    name: str
    year: int
    asked_at: datetime
    contributions: list[LineOut]
    subtotals: list[SubtotalOut]
    volunteer_minutes: str = Field(description="Volunteer time that was confirmed.")
    corrections_of_other_years: list[CorrectionOut]
    money: list[MovementOut]
    due_before: str
    due_after: str
    seal: SealOut | None

    @classmethod
    def of(cls, statement: Statement) -> "StatementOut":
        sums = subtotals(statement.lines)
        return cls(
            commons=CommonsOut.of(statement.place),
            person_id=statement.person_id,
            name=statement.name,
            year=statement.year,
            asked_at=statement.asked_at,
            contributions=[LineOut.of(line) for line in statement.lines],
            subtotals=[
                SubtotalOut(
                    reward=reward,
                    unit=unit,
                    nature=nature,
                    confirmed=plain(counted.confirmed),
                    awaiting=plain(counted.awaiting),
                    contested=plain(counted.contested),
                )
                for (reward, unit, nature), counted in sums.items()
            ],
            volunteer_minutes=plain(sum(attested_minutes(statement.lines).values(), ZERO)),
            corrections_of_other_years=[CorrectionOut.of(entry) for entry, _ in statement.late],
            money=[MovementOut.of(moved) for moved in statement.movements],
            due_before=plain(statement.due_before),
            due_after=plain(statement.due_after),
            seal=SealOut.of(statement.place.seal),
        )


class ValuedOut(_Out):
    """`rate` is in euros for one unit, for an hour where the unit is `minute`."""

    nature: str
    unit: str
    quantity: str
    contributions: int
    rate: str | None
    value: str | None

    @classmethod
    def all(cls, rows: Sequence[Valued]) -> "list[ValuedOut]":
        return [
            cls(
                nature=row.nature,
                unit=row.unit,
                quantity=plain(row.quantity),
                contributions=row.count,
                rate=plain(row.rate) if row.rate is not None else None,
                value=euros(row.cents) if row.cents is not None else None,
            )
            for row in rows
        ]


class LeftOutOut(_Out):
    nature: str
    unit: str
    reward: str
    of_organisations: bool
    state: str
    quantity: str
    contributions: int

    @classmethod
    def of(cls, item: Given) -> "LeftOutOut":
        return cls(
            nature=item.nature,
            unit=item.unit,
            reward=item.reward,
            of_organisations=item.of_organisations,
            state=item.state,
            quantity=plain(item.quantity),
            contributions=item.count,
        )


class ValuationOut(_Out):
    """Volunteer contributions of a year, valued at a rate the association chose.

    Each value is rounded to the nearest cent, half a cent up; `total` is their exact sum.
    """

    form: str = "commons-valuation/1"
    commons: CommonsOut
    year: int
    asked_at: datetime
    hourly_rate: str
    basis: str
    method: str
    hours: list[ValuedOut]
    others: list[ValuedOut]
    left_out: list[LeftOutOut]
    total: str
    seal: SealOut | None

    @classmethod
    def of(cls, valuation: Valuation) -> "ValuationOut":
        return cls(
            commons=CommonsOut.of(valuation.place),
            year=valuation.year,
            asked_at=valuation.asked_at,
            hourly_rate=plain(valuation.choice.hourly_rate),
            basis=valuation.choice.basis,
            method=valuation.choice.method,
            hours=ValuedOut.all(valuation.hours),
            others=ValuedOut.all(valuation.others),
            left_out=[LeftOutOut.of(item) for item in valuation.left_out],
            total=euros(valuation.total_cents),
            seal=SealOut.of(valuation.place.seal),
        )
