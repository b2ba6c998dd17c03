"""Writing entries: each is judged alone, all that stand are inserted in one statement.

Two doors lead here. The batcher gathers what many callers send; a decision that books
entries with its own change of state appends within its own transaction. Safety rests on
keys and unique indexes; the advisory locks only turn a collision into an answer in words.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import Driver, driver_of
from commons.kernel.errors import DomainError
from commons.kernel.quantity import BUILT_IN_UNITS
from commons.ledger.accounts import Accounts
from commons.ledger.canonical import read_json
from commons.ledger.judging import Judge, Key, compare, key_of, target_of
from commons.ledger.lookups import (
    dated_rules,
    declared_units,
    lock_request,
    lock_targets,
    stored_entries,
    targets,
)
from commons.ledger.model import (
    Draft,
    Kind,
    Outcome,
    Refused,
    Request,
    Salted,
    Standing,
)
from commons.ledger.rules import refusal_of
from commons.ledger.writing import write

SALTS = """
SELECT entry_id, field, salt, value
  FROM journal_personal
 WHERE commons_id = $1 AND entry_id = ANY($2::uuid[])
"""


async def append(
    db: AsyncConnection,
    commons_id: UUID,
    drafts: Sequence[Draft],
    now: datetime,
    standing: Standing | None = None,
) -> list[Outcome]:
    """Write what can be written; the outcomes stand in the order of the drafts.

    The same draft again, here or in an earlier call, is `AlreadyWritten`; the same
    `entry_id` with other content is `Refused` with a `ConflictError`. A refusal leaves its
    neighbours untouched. Nothing is durable before the caller's transaction commits.
    """
    who = standing or Standing()
    requests = [Request(commons_id, draft, who) for draft in drafts]
    return await append_requests(await driver_of(db), requests, now)


async def append_all(
    db: AsyncConnection,
    commons_id: UUID,
    drafts: Sequence[Draft],
    now: datetime,
    standing: Standing | None = None,
) -> list[Outcome]:
    """As `append`, all or nothing: raises the first refusal, so that the caller rolls back."""
    outcomes = await append(db, commons_id, drafts, now, standing)
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            raise outcome.error
    return outcomes


async def wait_for_copies(db: AsyncConnection, commons_id: UUID, entry_id: UUID) -> None:
    """Until the transaction ends, other copies of this request wait in turn."""
    await lock_request(await driver_of(db), (commons_id, entry_id))


async def was_written(db: AsyncConnection, commons_id: UUID, draft: Draft) -> bool:
    """Whether this very request stands in the journal already; its copies wait from now on.

    Its day does not count: the service gave it, and the same request may come again after
    midnight. Raises `ConflictError` if the `entry_id` serves another entry.
    """
    await wait_for_copies(db, commons_id, draft.entry_id)
    driver, key = await driver_of(db), (commons_id, draft.entry_id)
    stored = (await stored_entries(driver, [key])).get(key)
    if stored is None:
        return False
    on = date.fromisoformat(read_json(stored.leaf)["occurred_from"])
    dated = replace(draft, occurred_from=on, occurred_to=on)
    outcome = compare(Request(commons_id, dated), stored)
    if isinstance(outcome, Refused):
        raise outcome.error
    return True


async def append_requests(
    db: Driver, requests: Sequence[Request], now: datetime
) -> list[Outcome]:
    """As `append`, for requests to any number of journals, within an open transaction.

    A draft that speaks of nothing and moves no money is inserted without a look: its key
    alone decides. Raises `NotFoundError` if one of the commons has no journal.
    """
    spoken_of = {place for r in requests if (place := target_of(r)) and _is_judged(r.draft)}
    await lock_targets(db, spoken_of)
    moved = [(r.commons_id, r.draft.postings) for r in requests if r.draft.postings]
    accounts = await Accounts.lock(db, moved)
    alone = await _alone(db, requests, now.date())
    doubtful = {
        key_of(request)
        for request, error in zip(requests, alone, strict=True)
        if error or request.draft.about or request.draft.postings
    }
    ruled = {key[0] for key in spoken_of} | {commons_id for commons_id, _ in moved}
    judge = Judge(
        now=now,
        alone=alone,
        stored=await stored_entries(db, doubtful),
        targets=await targets(db, {place for r in requests if (place := target_of(r))}),
        rules=await dated_rules(db, ruled),
        accounts=accounts,
    )
    outcomes = judge.outcomes(requests)
    lost = await write(db, judge.prepared, accounts, now)
    await accounts.store(db)
    return await _settle_lost(db, requests, outcomes, lost) if lost else outcomes


def _is_judged(draft: Draft) -> bool:
    """Whether what others write about the same entry matters; erasing may be said twice."""
    return draft.kind is not Kind.ERASURE


async def _alone(
    db: Driver, requests: Sequence[Request], today: date
) -> list[DomainError | None]:
    asking = {
        r.commons_id for r in requests if r.draft.unit and r.draft.unit not in BUILT_IN_UNITS
    }
    units = await declared_units(db, asking)
    return [
        refusal_of(r.draft, units.get(r.commons_id, BUILT_IN_UNITS), today) for r in requests
    ]


async def _settle_lost(
    db: Driver, requests: Sequence[Request], outcomes: Sequence[Outcome], lost: Collection[Key]
) -> list[Outcome]:
    """Keys that were in the journal after all, or that another transaction took meanwhile."""
    stored = await stored_entries(db, lost)
    return [
        compare(request, stored[key]) if (key := key_of(request)) in stored else outcome
        for request, outcome in zip(requests, outcomes, strict=True)
    ]


async def salts_of(
    db: AsyncConnection, commons_id: UUID, entry_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Salted]]:
    """Personal values and salts of these entries that have not been erased."""
    result: dict[UUID, dict[str, Salted]] = {}
    if entry_ids:
        driver = await driver_of(db)
        for entry_id, name, salt, value in await driver.fetch(SALTS, commons_id, entry_ids):
            result.setdefault(entry_id, {})[name] = Salted(salt, value)
    return result
