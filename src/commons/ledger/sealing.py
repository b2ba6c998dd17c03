"""Sealing: what was acknowledged becomes leaves, and a signed checkpoint says how many.

The writer never waits for this. One sealer at a time per journal, by advisory lock; any
process may be it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import driver_of
from commons.ledger.appending import salts_of
from commons.ledger.checkpoint import Checkpoint, VerifierKey, sign, verifier_key
from commons.ledger.merkle import Frontier
from commons.ledger.model import SealedEntry
from commons.ledger.proof_tables import nodes
from commons.ledger.store import JournalStore
from commons.ledger.tables import checkpoints
from commons.ledger.tiles import grow

AT_ONCE = 20_000
SEAL = """
WITH next AS (
  SELECT queued_at, entry_id
    FROM journal_queue
   WHERE commons_id = $1
   ORDER BY queued_at, entry_id
   LIMIT $2
), taken AS (
  DELETE FROM journal_queue waiting
   USING next, journal_entry entry
   WHERE waiting.commons_id = $1 AND waiting.queued_at = next.queued_at
     AND waiting.entry_id = next.entry_id
     AND entry.commons_id = $1 AND entry.entry_id = next.entry_id
  RETURNING waiting.queued_at, entry.entry_id, entry.leaf_hash
)
INSERT INTO journal_leaf (commons_id, leaf_index, entry_id, leaf_hash)
SELECT $1, $3 - 1 + row_number() OVER (ORDER BY queued_at, entry_id), entry_id, leaf_hash
  FROM taken
RETURNING leaf_index, leaf_hash
"""
"""Leaves are made from the entries they are of, in the statement that ends their waiting, so
that no foreign key is looked up for each (decision 0022)."""
LEAVES = """
INSERT INTO journal_leaf (commons_id, leaf_index, entry_id, leaf_hash)
SELECT $1, $2 + place - 1, entry_id, leaf_hash
  FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS sealed (entry_id, leaf_hash, place)
"""
LEAVES = """
SELECT entry_id, leaf
  FROM journal_leaf
  JOIN journal_entry USING (commons_id, entry_id)
 WHERE commons_id = $1 AND leaf_index >= $2 AND leaf_index < $3
 ORDER BY leaf_index
"""
LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:journal, 1))")


@dataclass(frozen=True, slots=True)
class Signer:
    """The name and the key checkpoints are signed with."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        return verifier_key(self.name, self.key)


class Sealer:
    """Turns queued entries into leaves, within the caller's transaction."""

    def __init__(self, db: AsyncConnection, signer: Signer) -> None:
        self.db = db
        self.signer = signer

    async def seal(self, commons_id: UUID, now: datetime) -> str | None:
        """Seal what is queued, at most `AT_ONCE` entries, and return the latest checkpoint.

        Returns nothing for a journal without entries, or while another sealer is at work.
        """
        if not await self.db.scalar(LOCK, {"journal": str(commons_id)}):
            return None
        latest = await self.latest(commons_id)
        frontier = Frontier.unpack(latest.size, latest.frontier) if latest else Frontier()
        driver = await driver_of(self.db)
        rows = await driver.fetch(SEAL, commons_id, AT_ONCE, frontier.size)
        if not rows:
            return latest.note if latest else None
        known = []
        for _, leaf_hash in sorted(map(tuple, rows)):
            known += grow(frontier, leaf_hash)
        await self._keep(commons_id, known)
        return await self._sign(commons_id, frontier, now)

    async def _keep(self, commons_id: UUID, known: Sequence[tuple[int, int, bytes]]) -> None:
        """Store the hashes of higher tiles, from which proofs are quickly made."""
        if known:
            rows = [
                {"commons_id": commons_id, "level": level, "number": number, "hash": digest}
                for level, number, digest in known
            ]
            await self.db.execute(insert(nodes), rows)

    async def _sign(self, commons_id: UUID, frontier: Frontier, now: datetime) -> str:
        origin = await JournalStore(self.db).origin(commons_id)
        body = Checkpoint(origin, frontier.size, frontier.root()).body()
        note = sign(body, self.signer.name, self.signer.key)
        row = {
            "commons_id": commons_id,
            "tree_size": frontier.size,
            "root": frontier.root(),
            "frontier": frontier.pack(),
            "note": note,
            "signed_at": now,
        }
        await self.db.execute(insert(checkpoints).values(row))
        return note

    async def latest(self, commons_id: UUID) -> "Sealed | None":
        query = (
            select(checkpoints)
            .where(checkpoints.c.commons_id == commons_id)
            .order_by(checkpoints.c.tree_size.desc())
            .limit(1)
        )
        row = (await self.db.execute(query)).one_or_none()
        return Sealed(row.tree_size, row.frontier, row.note, row.signed_at) if row else None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The latest checkpoint of a journal."""

    size: int
    frontier: bytes
    note: str
    signed_at: datetime


async def sealed_entries(
    db: AsyncConnection, commons_id: UUID, size: int, *, opened: bool, start: int = 0
) -> Sequence[SealedEntry]:
    """The leaves from number `start` to before `size`; with what is personal if `opened`."""
    driver = await driver_of(db)
    rows = await driver.fetch(LEAVES, commons_id, start, size)
    salts = await salts_of(db, commons_id, [row[0] for row in rows]) if opened else {}
    return [SealedEntry(row[1].encode(), salts.get(row[0], {})) for row in rows]
