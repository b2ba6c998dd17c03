"""Latest checkpoints of all journals, and whether a log still contains an earlier one."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.ledger.checkpoint import Checkpoint, NoteError, parse_checkpoint
from commons.ledger.merkle import Frontier, leaf_hash
from commons.ledger.proof_tables import head_checkpoints
from commons.ledger.proof_tables import heads as head_leaves
from commons.ledger.tables import checkpoints, entries, journals, leaves, of_entry

AT_ONCE = 10_000


async def heads(db: AsyncConnection) -> tuple[str, dict[str, str]]:
    """The name of this transaction's snapshot, and each journal's latest checkpoint note.

    Another session may read the same snapshot for as long as the transaction is open.
    """
    snapshot = await db.scalar(text("SELECT pg_export_snapshot()"))
    latest = (
        select(checkpoints.c.commons_id, checkpoints.c.note)
        .ext(distinct_on(checkpoints.c.commons_id))
        .order_by(checkpoints.c.commons_id, checkpoints.c.tree_size.desc())
    )
    rows = await db.execute(latest)
    return str(snapshot), {str(row.commons_id): row.note for row in rows}


async def logs_by_origin(db: AsyncConnection) -> dict[str, UUID | None]:
    """The commons of each journal by its origin; none for the log of all heads (LED-24).

    That log is not among them before its first checkpoint, from which its origin is read.
    """
    rows = await db.execute(select(journals.c.origin, journals.c.commons_id))
    found: dict[str, UUID | None] = {row.origin: row.commons_id for row in rows}
    newest = select(head_checkpoints.c.note).order_by(head_checkpoints.c.tree_size.desc())
    for note in (await db.execute(newest.limit(1))).scalars():
        with suppress(NoteError):
            found.setdefault(parse_checkpoint(note).origin, None)
    return found


async def prefix_holds(db: AsyncConnection, commons_id: UUID | None, head: Checkpoint) -> bool:
    """Whether the first `head.size` leaves, hashed again from their text, have its root.

    Without `commons_id`, those of the log of all heads.
    """
    frontier = Frontier()
    while frontier.size < head.size:
        found = await _leaves(db, commons_id, frontier.size, head.size)
        if not found:
            return False
        for leaf in found:
            frontier.add(leaf_hash(leaf.encode()))
    return frontier.root() == head.root


async def _leaves(
    db: AsyncConnection, commons_id: UUID | None, start: int, end: int
) -> Sequence[str]:
    """The texts from leaf `start` on, at most `AT_ONCE` and none from `end` on."""
    end = min(end, start + AT_ONCE)
    if commons_id is None:
        index, query = head_leaves.c.leaf_index, select(head_leaves.c.leaf)
    else:
        index = leaves.c.leaf_index
        query = (
            select(entries.c.leaf)
            .join_from(leaves, entries, of_entry(leaves))
            .where(leaves.c.commons_id == commons_id)
        )
    within = query.where(index >= start, index < end).order_by(index)
    return list((await db.execute(within)).scalars())
