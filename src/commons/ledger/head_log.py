"""The tree of heads: each checkpoint of each journal is a leaf of one log of the instance.

Whoever keeps its checkpoint, or has a witness countersign it, binds the keeper of the service
for all journals at once (LED-24).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, insert, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.ledger.checkpoint import Checkpoint, sign, split_note
from commons.ledger.merkle import Frontier, leaf_hash
from commons.ledger.proof_tables import head_checkpoints, head_nodes, heads
from commons.ledger.sealing import Sealed, Signer, grown_from
from commons.ledger.tables import checkpoints, journals
from commons.ledger.tiles import grow

LOCK = text("SELECT pg_try_advisory_xact_lock(7262626374)")


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint of a journal, and its place in the tree of heads."""

    leaf_index: int
    commons_id: UUID
    size: int
    leaf: str


class HeadStore:
    """The log of heads of this instance, within the caller's transaction."""

    def __init__(self, db: AsyncConnection, signer: Signer) -> None:
        self.db = db
        self.signer = signer

    @property
    def origin(self) -> str:
        return self.signer.name

    async def seal(self, now: datetime) -> str | None:
        """Add the latest head of each journal that has moved; sign and return the result.

        Returns the former checkpoint if none has moved or another process is at it.
        """
        is_ours = await self.db.scalar(LOCK)
        latest = await self.latest()
        if not is_ours:
            return latest.note if latest else None
        frontier = grown_from(latest) if latest else Frontier()
        known, rows = [], []
        for commons_id, size, note in await self._moved():
            body = split_note(note)[0]
            digest = leaf_hash(body.encode())
            rows.append(
                {
                    "leaf_index": frontier.size,
                    "commons_id": commons_id,
                    "tree_size": size,
                    "leaf": body,
                    "leaf_hash": digest,
                }
            )
            known += grow(frontier, digest)
        if not rows:
            return latest.note if latest else None
        await self.db.execute(insert(heads), rows)
        if known:
            places = [{"level": lv, "number": no, "hash": digest} for lv, no, digest in known]
            await self.db.execute(insert(head_nodes), places)
        return await self._sign(frontier, now)

    async def _moved(self) -> Sequence[tuple[UUID, int, str]]:
        """Journals whose latest checkpoint is not in the log yet."""
        newest = (
            select(checkpoints.c.tree_size, checkpoints.c.note)
            .where(checkpoints.c.commons_id == journals.c.commons_id)
            .order_by(checkpoints.c.tree_size.desc())
            .limit(1)
            .lateral()
        )
        is_known = and_(
            heads.c.commons_id == journals.c.commons_id,
            heads.c.tree_size == newest.c.tree_size,
        )
        query = (
            select(journals.c.commons_id, newest.c.tree_size, newest.c.note)
            .select_from(journals.join(newest, true()).outerjoin(heads, is_known))
            .where(heads.c.leaf_index.is_(None))
            .order_by(journals.c.commons_id)
        )
        rows = await self.db.execute(query)
        return [(row.commons_id, row.tree_size, row.note) for row in rows]

    async def _sign(self, frontier: Frontier, now: datetime) -> str:
        body = Checkpoint(self.origin, frontier.size, frontier.root()).body()
        note = sign(body, self.signer.name, self.signer.key)
        row = {
            "tree_size": frontier.size,
            "root": frontier.root(),
            "frontier": frontier.pack(),
            "note": note,
            "signed_at": now,
        }
        await self.db.execute(insert(head_checkpoints).values(row))
        return note

    async def latest(self) -> Sealed | None:
        query = select(head_checkpoints).order_by(head_checkpoints.c.tree_size.desc()).limit(1)
        row = (await self.db.execute(query)).one_or_none()
        return Sealed(row.tree_size, row.frontier, row.note, row.signed_at) if row else None

    async def note_at(self, size: int) -> str | None:
        """The checkpoint that was signed at `size`, if one was."""
        query = select(head_checkpoints.c.note).where(head_checkpoints.c.tree_size == size)
        note: str | None = await self.db.scalar(query)
        return note

    async def head(self, commons_id: UUID, size: int) -> Head | None:
        """Where the journal's checkpoint of `size` stands, if it is in the log."""
        query = select(heads).where(heads.c.commons_id == commons_id, heads.c.tree_size == size)
        row = (await self.db.execute(query)).one_or_none()
        return Head(row.leaf_index, row.commons_id, row.tree_size, row.leaf) if row else None
