"""What must be known of journals before a batch is judged: one question each, by asyncpg.

Read after the locks are taken, so that what another transaction has just written is seen.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from commons.db.engine import Driver
from commons.kernel.quantity import BUILT_IN_UNITS, Unit
from commons.ledger.judging import Key, Stored
from commons.ledger.model import DatedRules, Kind, Rules, Salted, Target

LOCK_TARGETS = """
SELECT pg_advisory_xact_lock(hashtextextended(target, 0)) FROM unnest($1::text[]) AS target
"""
LOCK_REQUEST = "SELECT pg_advisory_xact_lock(hashtextextended($1, 3))"
STORED = """
SELECT e.commons_id, e.entry_id, e.recorded_at, e.leaf, e.leaf_hash
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted (commons_id, entry_id)
  JOIN journal_entry e USING (commons_id, entry_id)
"""
SALTS = """
SELECT p.commons_id, p.entry_id, p.field, p.salt, p.value
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted (commons_id, entry_id)
  JOIN journal_personal p USING (commons_id, entry_id)
"""
UNITS = "SELECT commons_id, code, scale, label FROM journal_unit WHERE commons_id = ANY($1)"
RULES = """
SELECT commons_id, entry_id, decided_at, quorum, attesters, contest_days, silence_accepts,
       advance
  FROM journal_rules
 WHERE commons_id = ANY($1)
 ORDER BY decided_at, entry_id
"""
TARGETS = """
SELECT e.commons_id, e.entry_id, e.kind, e.recorded_at,
       e.leaf::jsonb -> 'details' ->> 'organisation' AS organisation,
       (SELECT p.value
          FROM journal_personal p
         WHERE p.commons_id = e.commons_id AND p.entry_id = e.entry_id
           AND p.field = CASE e.kind WHEN 'contribution' THEN 'contributor'
                                     WHEN 'claim' THEN 'claimant'
                                     WHEN 'contest' THEN 'contester' END) AS subject,
       EXISTS (SELECT FROM journal_entry r
                WHERE r.commons_id = e.commons_id AND r.about = e.entry_id
                  AND r.kind = 'reversal') AS is_reversed,
       EXISTS (SELECT FROM journal_entry a
                WHERE a.commons_id = e.commons_id AND a.about = e.entry_id
                  AND a.kind = 'answer') AS is_answered,
       ARRAY (SELECT p.value
                FROM journal_personal p
               WHERE p.commons_id = e.commons_id AND p.about = e.entry_id
                 AND p.field = 'attester') AS attesters,
       ARRAY (SELECT coalesce(p.value, '')
                FROM journal_entry c
                LEFT JOIN journal_personal p
                  ON p.commons_id = c.commons_id AND p.entry_id = c.entry_id
                 AND p.field = 'contester'
               WHERE c.commons_id = e.commons_id AND c.about = e.entry_id
                 AND c.kind = 'contest'
                 AND NOT EXISTS (SELECT FROM journal_entry a
                                  WHERE a.commons_id = c.commons_id AND a.about = c.entry_id
                                    AND a.kind IN ('answer', 'reversal'))) AS contesters
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted (commons_id, entry_id)
  JOIN journal_entry e USING (commons_id, entry_id)
"""


async def lock_targets(db: Driver, keys: Collection[Key]) -> None:
    """One judgement at a time on an entry, until the transaction ends; in one order."""
    if keys:
        names = sorted(f"{commons_id}/{entry_id}" for commons_id, entry_id in keys)
        await db.fetch(LOCK_TARGETS, names)


async def lock_request(db: Driver, key: Key) -> None:
    """Copies of one request go one after the other, until the transaction ends."""
    await db.execute(LOCK_REQUEST, f"{key[0]}/{key[1]}")


async def stored_entries(db: Driver, keys: Collection[Key]) -> dict[Key, Stored]:
    """Those of `keys` that are written, with values and salts that were not erased."""
    if not keys:
        return {}
    rows = await db.fetch(STORED, *_columns(keys))
    salts: dict[Key, dict[str, Salted]] = {}
    if rows:
        found = [(row["commons_id"], row["entry_id"]) for row in rows]
        for row in await db.fetch(SALTS, *_columns(found)):
            place = (row["commons_id"], row["entry_id"])
            salts.setdefault(place, {})[row["field"]] = Salted(row["salt"], row["value"])
    return {
        (row["commons_id"], row["entry_id"]): Stored(
            row["recorded_at"],
            row["leaf"].encode(),
            row["leaf_hash"],
            salts.get((row["commons_id"], row["entry_id"]), {}),
        )
        for row in rows
    }


async def targets(db: Driver, keys: Collection[Key]) -> dict[Key, Target]:
    if not keys:
        return {}
    return {
        (row["commons_id"], row["entry_id"]): Target(
            kind=Kind(row["kind"]),
            recorded_at=row["recorded_at"],
            subject=row["subject"],
            organisation=_uuid(row["organisation"]),
            is_reversed=row["is_reversed"],
            is_answered=row["is_answered"],
            attesters=set(row["attesters"]),
            contesters=set(row["contesters"]),
        )
        for row in await db.fetch(TARGETS, *_columns(keys))
    }


async def declared_units(
    db: Driver, commons_ids: Collection[UUID]
) -> dict[UUID, Mapping[str, Unit]]:
    """The units of these commons, with those of every commons, which come first."""
    found: dict[UUID, dict[str, Unit]] = {key: dict(BUILT_IN_UNITS) for key in commons_ids}
    if commons_ids:
        for row in await db.fetch(UNITS, list(commons_ids)):
            unit = Unit(row["code"], row["scale"], row["label"])
            found[row["commons_id"]].setdefault(unit.code, unit)
    return dict(found)


async def dated_rules(
    db: Driver, commons_ids: Collection[UUID]
) -> dict[UUID, list[DatedRules]]:
    """Everything these commons ever ruled, the oldest first."""
    found: dict[UUID, list[DatedRules]] = {}
    if commons_ids:
        for row in await db.fetch(RULES, list(commons_ids)):
            rules = Rules(
                row["quorum"],
                frozenset(row["attesters"]),
                row["contest_days"],
                row["silence_accepts"],
                row["advance"],
            )
            dated = DatedRules(row["entry_id"], row["decided_at"], rules)
            found.setdefault(row["commons_id"], []).append(dated)
    return found


def _columns(keys: Iterable[Key]) -> tuple[list[UUID], list[UUID]]:
    several = list(keys)
    return [commons_id for commons_id, _ in several], [entry_id for _, entry_id in several]


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
