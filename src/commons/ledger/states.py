"""The state of an entry, as one expression of SQL: derived where it is read (LED-16).

`given` is the table of entries, or an alias of it, whose state is asked. The rules that
count are those in force when the entry was recorded; `moment` is when one asks.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
)

from commons.ledger.model import Kind, State
from commons.ledger.tables import entries, rules

DAY: ColumnElement[Any] = literal_column("interval '1 day'")


def spoken_of(given: FromClause, kind: Kind) -> tuple[FromClause, ColumnElement[bool]]:
    """Entries of `kind` that speak of the one asked about."""
    later = entries.alias()
    return later, and_(
        later.c.commons_id == given.c.commons_id,
        later.c.about == given.c.entry_id,
        later.c.kind == kind,
    )


def _has(given: FromClause, kind: Kind) -> ColumnElement[bool]:
    later, condition = spoken_of(given, kind)
    return _is_found(select(literal_column("1")).select_from(later).where(condition))


def _is_found(asked: Select[Any]) -> ColumnElement[bool]:
    """Whether there is a row, looked up for each entry that is shown.

    Not EXISTS: with that PostgreSQL may first gather the answers for the whole table.
    """
    return asked.limit(1).scalar_subquery().is_not(None)


def attestations(given: FromClause) -> ScalarSelect[int]:
    """How many attest it; an attestation taken back does not count."""
    later, condition = spoken_of(given, Kind.ATTESTATION)
    return (
        select(func.count())
        .select_from(later)
        .where(condition, ~_has(later, Kind.REVERSAL))
        .scalar_subquery()
    )


def reversed_by(given: FromClause) -> ScalarSelect[Any]:
    later, condition = spoken_of(given, Kind.REVERSAL)
    return select(later.c.entry_id).where(condition).scalar_subquery()


def _is_open(contest: FromClause) -> ColumnElement[bool]:
    """A contest with no answer, and that was not withdrawn."""
    return ~(_has(contest, Kind.ANSWER) | _has(contest, Kind.REVERSAL))


def is_contested(given: FromClause) -> ColumnElement[bool]:
    """Whether someone contests it and awaits an answer."""
    later, condition = spoken_of(given, Kind.CONTEST)
    return _is_found(select(later.c.entry_id).where(condition, _is_open(later)))


def open_contests(commons_id: UUID, entry_id: UUID) -> Select[UUID]:
    contest = entries.alias("contest")
    return select(contest.c.entry_id).where(
        contest.c.commons_id == commons_id,
        contest.c.about == entry_id,
        contest.c.kind == Kind.CONTEST,
        _is_open(contest),
    )


def _ruled(given: FromClause, column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """What the rules in force when the entry was recorded say in `column`."""
    return (
        select(column)
        .where(
            rules.c.commons_id == given.c.commons_id,
            rules.c.decided_at <= given.c.recorded_at,
        )
        .order_by(rules.c.decided_at.desc(), rules.c.entry_id.desc())
        .limit(1)
        .scalar_subquery()
    )


def state_of(given: FromClause, moment: ColumnElement[Any]) -> ColumnElement[str]:
    quorum = func.coalesce(_ruled(given, rules.c.quorum), 1)
    silent = case((rules.c.silence_accepts, rules.c.contest_days))
    until = given.c.recorded_at + _ruled(given, silent) * DAY
    is_given = given.c.kind == Kind.CONTRIBUTION
    can_be_contested = given.c.kind.in_([Kind.CONTRIBUTION, Kind.CLAIM])
    return case(
        (_has(given, Kind.REVERSAL), State.REVERSED.value),
        (and_(can_be_contested, is_contested(given)), State.CONTESTED.value),
        (~is_given, State.RECORDED.value),
        (attestations(given) >= quorum, State.ATTESTED.value),
        (until <= moment, State.ACCEPTED.value),
        else_=State.AWAITING.value,
    )
