"""Latest checkpoints of all journals, and whether a journal still contains an earlier one."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.ledger.checkpoint import Checkpoint
from commons.ledger.merkle import Frontier, leaf_hash
from commons.ledger.tables import checkpoints, entries, leaves, of_entry

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


async def prefix_holds(db: AsyncConnection, commons_id: UUID, head: Checkpoint) -> bool:
    """Whether the first `head.size` leaves, hashed again from their text, have its root."""
    frontier = Frontier()
    while frontier.size < head.size:
        query = (
            select(entries.c.leaf)
            .join(leaves, of_entry(leaves))
            .where(
                leaves.c.commons_id == commons_id,
                leaves.c.leaf_index >= frontier.size,
                leaves.c.leaf_index < min(head.size, frontier.size + AT_ONCE),
            )
            .order_by(leaves.c.leaf_index)
        )
        found = list((await db.execute(query)).scalars())
        if not found:
            return False
        for leaf in found:
            frontier.add(leaf_hash(leaf.encode()))
    return frontier.root() == head.root
