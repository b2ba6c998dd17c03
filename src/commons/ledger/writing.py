"""The one insertion of entries: leaves spelled, then one statement per table, by asyncpg."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from asyncpg import ForeignKeyViolationError

from commons.db.engine import Driver
from commons.kernel.errors import ConflictError, NotFoundError
from commons.kernel.text import t
from commons.ledger.accounts import Accounts
from commons.ledger.commitments import SALT_BYTES
from commons.ledger.judging import Key
from commons.ledger.leaf import commitments_of, personal_fields, spell_leaf
from commons.ledger.merkle import leaf_hash
from commons.ledger.model import Draft, Request, Salted

INSERT_ENTRIES = """
INSERT INTO journal_entry (commons_id, entry_id, kind, recorded_at, occurred_from, occurred_to,
                           quantity, unit, about, leaf, leaf_hash)
SELECT commons_id, entry_id, kind, $3, since, until, quantity, unit, about, leaf, hash
  FROM unnest($1::uuid[], $2::uuid[], $4::text[], $5::date[], $6::date[], $7::numeric[],
              $8::text[], $9::uuid[], $10::text[], $11::bytea[])
    AS new (commons_id, entry_id, kind, since, until, quantity, unit, about, leaf, hash)
    ON CONFLICT (commons_id, entry_id) DO NOTHING
RETURNING commons_id, entry_id
"""
INSERT_PERSONAL = """
INSERT INTO journal_personal (commons_id, entry_id, field, salt, value, about)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::uuid[])
"""
INSERT_POSTINGS = """
INSERT INTO journal_posting (commons_id, entry_id, line, account_id, unit, amount)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::text[],
                     $6::numeric[])
"""
INSERT_QUEUE = """
INSERT INTO journal_queue (commons_id, entry_id, queued_at)
SELECT commons_id, entry_id, CASE WHEN speaks THEN greatest($4, (
         SELECT max(waiting.queued_at) + interval '1 microsecond'
           FROM journal_queue AS waiting
          WHERE waiting.commons_id = new.commons_id)) ELSE $4 END
  FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS new (commons_id, entry_id, speaks)
"""
"""What an entry speaks of is sealed, or waits: behind all that waits, it is sealed after that,
even in one transaction and whatever a clock says (LED-42)."""


@dataclass(frozen=True, slots=True)
class Spelled:
    commons_id: UUID
    draft: Draft
    salted: Mapping[str, Salted]
    leaf: bytes


async def write(
    db: Driver, prepared: Mapping[Key, Request], accounts: Accounts, now: datetime
) -> set[Key]:
    """Insert what was let through; returns the keys that stand in the journal already.

    Rows go in the order of their keys, so that two batches wait for each other and never
    in a circle. Raises `NotFoundError` if a commons has no journal.
    """
    if not prepared:
        return set()
    spelled = _spell([prepared[key] for key in sorted(prepared, key=_order)], now)
    try:
        inserted = await db.fetch(INSERT_ENTRIES, *_columns(spelled, now))
    except ForeignKeyViolationError as error:
        raise NotFoundError(t("Ce commun n'a pas de journal.")) from error
    if len(inserted) == len(spelled):
        await _write_details(db, spelled, accounts, now)
        return set()
    new = {(row["commons_id"], row["entry_id"]) for row in inserted}
    lost = [item for item in spelled if (item.commons_id, item.draft.entry_id) not in new]
    if any(item.draft.postings for item in lost):
        raise ConflictError(t("Cette écriture était déjà en cours : rechargez la page."))
    fresh = [item for item in spelled if (item.commons_id, item.draft.entry_id) in new]
    await _write_details(db, fresh, accounts, now)
    return {(item.commons_id, item.draft.entry_id) for item in lost}


def _order(key: Key) -> tuple[int, int]:
    """The order of the server's uuid columns, compared as numbers: UUIDs compare slowly."""
    return key[0].int, key[1].int


def _spell(requests: Sequence[Request], now: datetime) -> list[Spelled]:
    clear = [personal_fields(request.draft) for request in requests]
    # One draw for the batch: a salt is any 32 bytes of it that no other field has.
    chance = token_bytes(SALT_BYTES * sum(len(fields) for fields in clear))
    result, start = [], 0
    for request, fields in zip(requests, clear, strict=True):
        salted = {}
        for name, value in fields.items():
            salted[name] = Salted(chance[start : start + SALT_BYTES], value)
            start += SALT_BYTES
        leaf = spell_leaf(request.commons_id, request.draft, now, commitments_of(salted))
        result.append(Spelled(request.commons_id, request.draft, salted, leaf))
    return result


def _columns(spelled: Sequence[Spelled], now: datetime) -> tuple[object, ...]:
    drafts = [item.draft for item in spelled]
    return (
        [item.commons_id for item in spelled],
        [draft.entry_id for draft in drafts],
        now,
        [str(draft.kind) for draft in drafts],
        [draft.occurred_from for draft in drafts],
        [draft.occurred_to for draft in drafts],
        [draft.quantity for draft in drafts],
        [draft.unit for draft in drafts],
        [draft.about for draft in drafts],
        [item.leaf.decode() for item in spelled],
        [leaf_hash(item.leaf) for item in spelled],
    )


async def _write_details(
    db: Driver, spelled: Sequence[Spelled], accounts: Accounts, now: datetime
) -> None:
    if not spelled:
        return
    values = [
        (
            item.commons_id,
            item.draft.entry_id,
            name,
            salted.salt,
            salted.value,
            item.draft.about if name == "attester" else None,
        )
        for item in spelled
        for name, salted in item.salted.items()
    ]
    if values:
        await db.execute(INSERT_PERSONAL, *zip(*values, strict=True))
    moved = [
        (
            item.commons_id,
            item.draft.entry_id,
            line,
            accounts.ids[item.commons_id, posting.account],
            posting.unit,
            posting.amount,
        )
        for item in spelled
        for line, posting in enumerate(item.draft.postings, start=1)
    ]
    if moved:
        await db.execute(INSERT_POSTINGS, *zip(*moved, strict=True))
    queued = [
        (item.commons_id, item.draft.entry_id, item.draft.about is not None) for item in spelled
    ]
    await db.execute(INSERT_QUEUE, *zip(*queued, strict=True), now)
