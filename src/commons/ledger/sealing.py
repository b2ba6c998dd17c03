"""Sealing: what was acknowledged becomes leaves, and a signed checkpoint says how many.

The writer never waits for this. One sealer at a time per journal, by advisory lock; any
process may be it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import UniqueViolationError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.db.engine import driver_of
from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import t
from commons.ledger.appending import salts_of
from commons.ledger.checkpoint import (
    Checkpoint,
    VerifierKey,
    parse_checkpoint,
    sign,
    verifier_key,
)
from commons.ledger.merkle import Frontier, apart
from commons.ledger.model import SealedEntry
from commons.ledger.proof_tables import nodes
from commons.ledger.store import JournalStore
from commons.ledger.tables import checkpoints
from commons.ledger.tiles import grow

AT_ONCE = 20_000
SEAL = """
WITH taken AS (
  DELETE FROM journal_queue waiting
   USING journal_entry entry
   WHERE waiting.ctid = ANY(ARRAY(SELECT ctid
                                    FROM journal_queue
                                   WHERE commons_id = $1
                                   ORDER BY queued_at, entry_id
                                   LIMIT $2))
     AND waiting.commons_id = $1
     AND entry.commons_id = $1 AND entry.entry_id = waiting.entry_id
  RETURNING waiting.queued_at, entry.entry_id, entry.leaf_hash
), sealed AS (
  INSERT INTO journal_leaf (commons_id, leaf_index, entry_id, leaf_hash)
  SELECT $1, $3 - 1 + row_number() OVER (ORDER BY queued_at, entry_id), entry_id, leaf_hash
    FROM taken
  RETURNING leaf_index, leaf_hash
)
SELECT string_agg(leaf_hash, ''::bytea ORDER BY leaf_index) FROM sealed
"""
"""Leaves are made from the entries they are of, in the statement that ends their waiting, so
that no foreign key is looked up for each (decision 0022)."""
IN_ORDER = "SET LOCAL enable_bitmapscan = off"
"""A queue is empty or nearly when statistics are made of it: a server that goes by them would
sort a million waiting entries anew for each `AT_ONCE`, instead of walking along the key."""
AS_BEFORE = "RESET enable_bitmapscan"
LEAVES = """
SELECT entry_id, leaf
  FROM journal_leaf
  JOIN journal_entry USING (commons_id, entry_id)
 WHERE commons_id = $1 AND leaf_index >= $2 AND leaf_index < $3
 ORDER BY leaf_index
"""
BROKEN = t(
    "Ce journal n'est plus celui qui a été signé : la base a été modifiée. Rien n'y sera plus "
    "scellé. Prévenez qui tient cette instance : « commons verify --database » dit où."
)
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
        Raises `RuleBrokenError` for a journal that no longer is what was signed: nothing more
        is signed in its name.
        """
        if not await self.db.scalar(LOCK, {"journal": str(commons_id)}):
            return None
        latest = await self.latest(commons_id)
        frontier = grown_from(latest) if latest else Frontier()
        driver = await driver_of(self.db)
        try:
            await driver.execute(IN_ORDER)
            hashes = await driver.fetchval(SEAL, commons_id, AT_ONCE, frontier.size)
            await driver.execute(AS_BEFORE)
        except UniqueViolationError as error:
            raise RuleBrokenError(BROKEN) from error
        if not hashes:
            return latest.note if latest else None
        known = []
        for leaf_hash in apart(hashes):
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


def grown_from(latest: Sealed) -> Frontier:
    """The tree as it was signed. Raises `RuleBrokenError` if what is kept of it differs."""
    try:
        signed = parse_checkpoint(latest.note)
        frontier = Frontier.unpack(latest.size, latest.frontier)
    except ValueError as error:
        raise RuleBrokenError(BROKEN) from error
    if (frontier.size, frontier.root()) != (signed.size, signed.root):
        raise RuleBrokenError(BROKEN)
    return frontier


async def sealed_entries(
    db: AsyncConnection, commons_id: UUID, size: int, *, opened: bool, start: int = 0
) -> Sequence[SealedEntry]:
    """The leaves from number `start` to before `size`; with what is personal if `opened`."""
    driver = await driver_of(db)
    rows = await driver.fetch(LEAVES, commons_id, start, size)
    salts = await salts_of(db, commons_id, [row[0] for row in rows]) if opened else {}
    return [SealedEntry(row[1].encode(), salts.get(row[0], {})) for row in rows]
