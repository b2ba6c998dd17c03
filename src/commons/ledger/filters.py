"""Which entries of a journal one wants to see, and how the database is asked for them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from commons.ledger.model import Kind, State
from commons.ledger.states import state_of
from commons.ledger.tables import entries, personal


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries one wants to see; an absent condition does not restrict.

    `person` contributed, claimed or attested; `contributor` contributed.
    """

    person: UUID | None = None
    kinds: tuple[Kind, ...] = ()
    since: date | None = None
    until: date | None = None
    state: State | None = None
    contributor: UUID | None = None
    unit: str = ""


def conditions(wanted: Filter, moment: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """What entries must be to be seen; a state is that of `moment`."""
    found: list[ColumnElement[bool]] = []
    if wanted.person is not None:
        found.append(_named(wanted.person, "contributor", "claimant", "attester"))
    if wanted.contributor is not None:
        found.append(_named(wanted.contributor, "contributor"))
    if wanted.unit:
        found.append(entries.c.unit == wanted.unit)
    if wanted.kinds:
        found.append(entries.c.kind.in_([str(kind) for kind in wanted.kinds]))
    if wanted.since is not None:
        found.append(entries.c.occurred_to >= wanted.since)
    if wanted.until is not None:
        found.append(entries.c.occurred_from <= wanted.until)
    if wanted.state is not None:
        found.append(state_of(entries, moment) == wanted.state)
    return found


def _named(person_id: UUID, *fields: str) -> ColumnElement[bool]:
    return (
        select(personal.c.entry_id)
        .where(
            personal.c.commons_id == entries.c.commons_id,
            personal.c.entry_id == entries.c.entry_id,
            personal.c.field.in_(fields),
            personal.c.value == str(person_id),
        )
        .exists()
    )
