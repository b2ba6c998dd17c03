"""Writing entries: each is judged alone, all that stand are inserted in one statement.

Works inside the caller's transaction. Safety rests on keys and unique indexes; the advisory
locks only turn a collision into an answer in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import ConflictError, DomainError, RuleBrokenError
from commons.kernel.quantity import Unit
from commons.kernel.text import t
from commons.ledger.accounts import Accounts
from commons.ledger.canonical import read_json
from commons.ledger.commitments import SALT_BYTES
from commons.ledger.leaf import commitments_of, personal_fields, spell_leaf
from commons.ledger.merkle import leaf_hash
from commons.ledger.model import (
    AlreadyWritten,
    Draft,
    Entry,
    Kind,
    Outcome,
    Refused,
    Salted,
    Written,
)
from commons.ledger.rules import refusal_about, refusal_of
from commons.ledger.store import JournalStore
from commons.ledger.tables import entries, one_of, personal, postings, queue

INSERT_ENTRIES = text(
    """
    INSERT INTO journal_entry (commons_id, entry_id, kind, recorded_at, occurred_from,
                               occurred_to, quantity, unit, about, leaf, leaf_hash)
    SELECT CAST(:commons_id AS uuid), *
      FROM unnest(CAST(:entry_ids AS uuid[]), CAST(:kinds AS text[]),
                  CAST(:recorded AS timestamptz[]), CAST(:since AS date[]),
                  CAST(:until AS date[]), CAST(:quantities AS numeric[]),
                  CAST(:units AS text[]), CAST(:abouts AS uuid[]),
                  CAST(:leaves AS text[]), CAST(:hashes AS bytea[]))
        ON CONFLICT (commons_id, entry_id) DO NOTHING
    RETURNING entry_id
    """
)
LOCK_TARGET = text("SELECT pg_advisory_xact_lock(hashtextextended(:target, 0))")


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is compared when the same `entry_id` comes again."""

    recorded_at: datetime
    leaf: bytes
    leaf_hash: bytes
    salted: Mapping[str, Salted]


@dataclass(frozen=True, slots=True)
class _Prepared:
    draft: Draft
    salted: Mapping[str, Salted]
    leaf: bytes


@dataclass(slots=True)
class _Judge:
    """What is known while the drafts of one call are judged, one after the other."""

    commons_id: UUID
    now: datetime
    units: Mapping[str, Unit]
    stored: Mapping[UUID, _Stored]
    targets: Mapping[UUID, Entry]
    attesters: set[tuple[UUID, str]]
    accounts: Accounts
    taken_back: set[UUID] = field(default_factory=set)
    prepared: dict[UUID, _Prepared] = field(default_factory=dict)

    def outcome(self, draft: Draft) -> Outcome:
        if draft.entry_id in self.stored:
            return _compare(self.commons_id, draft, self.stored[draft.entry_id])
        if draft.entry_id in self.prepared:
            same = self.prepared[draft.entry_id].draft == draft
            return AlreadyWritten(draft.entry_id) if same else _taken(draft)
        error = refusal_of(draft, self.units, self.now.date()) or self._refusal_about(draft)
        error = error or self.accounts.refusal_of(draft.postings)
        if error is not None:
            return Refused(draft.entry_id, error)
        self._prepare(draft)
        return Written(draft.entry_id)

    def _refusal_about(self, draft: Draft) -> DomainError | None:
        if draft.about is None:
            return None
        error = refusal_about(draft, self.targets.get(draft.about))
        if error is None and draft.kind is Kind.REVERSAL and draft.about in self.taken_back:
            error = RuleBrokenError(t("Cette écriture a déjà sa contre-écriture."))
        once = (draft.about, draft.personal.get("attester", ""))
        if error is None and draft.kind is Kind.ATTESTATION and once in self.attesters:
            error = RuleBrokenError(t("Vous avez déjà attesté cette contribution."))
        return error

    def _prepare(self, draft: Draft) -> None:
        salted = {
            name: Salted(token_bytes(SALT_BYTES), value)
            for name, value in personal_fields(draft).items()
        }
        leaf = spell_leaf(self.commons_id, draft, self.now, commitments_of(salted))
        self.prepared[draft.entry_id] = _Prepared(draft, salted, leaf)
        self.accounts.apply(draft.postings)
        if draft.about is not None and draft.kind is Kind.REVERSAL:
            self.taken_back.add(draft.about)
        if draft.about is not None and draft.kind is Kind.ATTESTATION:
            self.attesters.add((draft.about, draft.personal["attester"]))


async def append(
    db: AsyncConnection, commons_id: UUID, drafts: Sequence[Draft], now: datetime
) -> list[Outcome]:
    """Write what can be written; the outcomes stand in the order of the drafts.

    The same draft again, here or in an earlier call, is `AlreadyWritten`; the same
    `entry_id` with other content is `Refused` with a `ConflictError`. A refusal leaves its
    neighbours untouched. Nothing is durable before the caller's transaction commits.
    """
    store = JournalStore(db)
    for target in sorted({str(draft.about) for draft in drafts if draft.about}):
        await db.execute(LOCK_TARGET, {"target": f"{commons_id}/{target}"})
    accounts = await Accounts.lock(db, commons_id, [draft.postings for draft in drafts])
    abouts = [draft.about for draft in drafts if draft.about]
    judge = _Judge(
        commons_id=commons_id,
        now=now,
        units=await store.units(commons_id),
        stored=await _stored(db, commons_id, [draft.entry_id for draft in drafts]),
        targets=await store.entries_by_id(commons_id, abouts),
        attesters=await _attesters(db, commons_id, abouts),
        accounts=accounts,
    )
    outcomes = [judge.outcome(draft) for draft in drafts]
    lost = await _write(db, commons_id, list(judge.prepared.values()), accounts, now)
    await accounts.store(db, commons_id)
    if not lost:
        return outcomes
    stored = await _stored(db, commons_id, lost)
    return [
        _compare(commons_id, draft, stored[draft.entry_id])
        if draft.entry_id in stored and isinstance(outcome, Written)
        else outcome
        for draft, outcome in zip(drafts, outcomes, strict=True)
    ]


async def append_all(
    db: AsyncConnection, commons_id: UUID, drafts: Sequence[Draft], now: datetime
) -> list[Outcome]:
    """As `append`, all or nothing: raises the first refusal, so that the caller rolls back."""
    outcomes = await append(db, commons_id, drafts, now)
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            raise outcome.error
    return outcomes


def _taken(draft: Draft) -> Refused:
    text = t(
        "Cet identifiant d'écriture sert déjà à une autre écriture : prenez-en un nouveau."
    )
    return Refused(draft.entry_id, ConflictError(text))


def _compare(commons_id: UUID, draft: Draft, stored: _Stored) -> Outcome:
    """Whether the draft is what was stored, spelled with the stored time and salts (LED-3)."""
    committed: dict[str, str] = read_json(stored.leaf).get("personal", {})
    clear = personal_fields(draft)
    salted = {
        name: Salted(stored.salted[name].salt, value)
        for name, value in clear.items()
        if name in stored.salted
    }
    erased = {
        name: committed[name] for name in clear if name in committed and name not in salted
    }
    leaf = spell_leaf(
        commons_id, draft, stored.recorded_at, {**commitments_of(salted), **erased}
    )
    same = leaf_hash(leaf) == stored.leaf_hash
    return AlreadyWritten(draft.entry_id) if same else _taken(draft)


async def _stored(
    db: AsyncConnection, commons_id: UUID, entry_ids: Sequence[UUID]
) -> dict[UUID, _Stored]:
    query = select(
        entries.c.entry_id, entries.c.recorded_at, entries.c.leaf, entries.c.leaf_hash
    ).where(entries.c.commons_id == commons_id, one_of(entries.c.entry_id, entry_ids))
    found = list(await db.execute(query))
    salts = await salts_of(db, commons_id, [row.entry_id for row in found])
    return {
        row.entry_id: _Stored(
            row.recorded_at, row.leaf.encode(), row.leaf_hash, salts.get(row.entry_id, {})
        )
        for row in found
    }


async def salts_of(
    db: AsyncConnection, commons_id: UUID, entry_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Salted]]:
    """Personal values and salts of these entries that have not been erased."""
    result: dict[UUID, dict[str, Salted]] = {}
    if not entry_ids:
        return result
    query = select(personal).where(
        personal.c.commons_id == commons_id, one_of(personal.c.entry_id, entry_ids)
    )
    for row in await db.execute(query):
        result.setdefault(row.entry_id, {})[row.field] = Salted(row.salt, row.value)
    return result


async def _attesters(
    db: AsyncConnection, commons_id: UUID, abouts: Sequence[UUID]
) -> set[tuple[UUID, str]]:
    if not abouts:
        return set()
    query = select(personal.c.about, personal.c.value).where(
        personal.c.commons_id == commons_id,
        personal.c.field == "attester",
        one_of(personal.c.about, abouts),
    )
    return {(row.about, row.value) for row in await db.execute(query)}


async def _write(
    db: AsyncConnection,
    commons_id: UUID,
    prepared: Sequence[_Prepared],
    accounts: Accounts,
    now: datetime,
) -> list[UUID]:
    """Insert what was prepared; returns the ids that another transaction took meanwhile."""
    if not prepared:
        return []
    drafts = [item.draft for item in prepared]
    inserted = await db.execute(
        INSERT_ENTRIES,
        {
            "commons_id": commons_id,
            "entry_ids": [draft.entry_id for draft in drafts],
            "kinds": [str(draft.kind) for draft in drafts],
            "recorded": [now] * len(drafts),
            "since": [draft.occurred_from for draft in drafts],
            "until": [draft.occurred_to for draft in drafts],
            "quantities": [draft.quantity for draft in drafts],
            "units": [draft.unit for draft in drafts],
            "abouts": [draft.about for draft in drafts],
            "leaves": [item.leaf.decode() for item in prepared],
            "hashes": [leaf_hash(item.leaf) for item in prepared],
        },
    )
    new = set(inserted.scalars())
    lost = [item.draft for item in prepared if item.draft.entry_id not in new]
    if any(draft.postings for draft in lost):
        raise ConflictError(t("Cette écriture était déjà en cours : rechargez la page."))
    fresh = [item for item in prepared if item.draft.entry_id in new]
    await _write_details(db, commons_id, fresh, accounts, now)
    return [draft.entry_id for draft in lost]


async def _write_details(
    db: AsyncConnection,
    commons_id: UUID,
    prepared: Sequence[_Prepared],
    accounts: Accounts,
    now: datetime,
) -> None:
    values = [
        {
            "commons_id": commons_id,
            "entry_id": item.draft.entry_id,
            "field": name,
            "salt": salted.salt,
            "value": salted.value,
            "about": item.draft.about if name == "attester" else None,
        }
        for item in prepared
        for name, salted in item.salted.items()
    ]
    if values:
        await db.execute(insert(personal), values)
    moved = [
        {
            "commons_id": commons_id,
            "entry_id": item.draft.entry_id,
            "line": line,
            "account_id": accounts.ids[posting.account],
            "unit": posting.unit,
            "amount": posting.amount,
        }
        for item in prepared
        for line, posting in enumerate(item.draft.postings, start=1)
    ]
    if moved:
        await db.execute(insert(postings), moved)
    waiting = [
        {"commons_id": commons_id, "entry_id": item.draft.entry_id, "queued_at": now}
        for item in prepared
    ]
    if waiting:
        await db.execute(insert(queue), waiting)
