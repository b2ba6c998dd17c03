"""A tree as it is stored: its proofs and tiles, in a few short reads however large it is."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    SmallInteger,
    Table,
    and_,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import NotFoundError
from commons.kernel.text import t
from commons.ledger.merkle import Range, consistency_ranges, inclusion_ranges
from commons.ledger.proof_tables import head_nodes, heads, nodes
from commons.ledger.tables import entries, leaves, of_entry
from commons.ledger.tiles import Place, Tile, bundle, pieces, root_of


class StoredTree:
    """The tree of one journal, or with no `commons_id` the tree of the heads of all."""

    def __init__(self, db: AsyncConnection, commons_id: UUID | None) -> None:
        self.db = db
        self.commons_id = commons_id
        self.leaves = heads if commons_id is None else leaves
        self.nodes = head_nodes if commons_id is None else nodes

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """The path from leaf `index` to the root over the first `size` leaves."""
        return await self._roots(inclusion_ranges(index, size))

    async def consistency(self, old_size: int, size: int) -> list[bytes]:
        """Why the first `old_size` leaves are the beginning of the first `size`."""
        return await self._roots(consistency_ranges(old_size, size))

    async def root(self, size: int) -> bytes:
        return (await self._roots([(0, size)]))[0]

    async def tile(self, tile: Tile) -> bytes:
        """The hashes of a tile. Raises `NotFoundError` if the tree does not have them all."""
        first, last = tile.places
        found = await self._hashes([(tile.level, first, last)])
        if len(found) != tile.width:
            raise NotFoundError(t("Ce journal n'a pas encore cette tuile."))
        return b"".join(found[tile.level, number] for number in range(first, last))

    async def bundle(self, tile: Tile) -> bytes:
        """The leaves behind a tile of level 0, as an entry bundle.

        Raises `NotFoundError` if they are not all there, or if one is too long for the form.
        """
        found = await self._leaves(tile.places)
        try:
            if len(found) == tile.width:
                return bundle(found)
        except ValueError as error:
            raise NotFoundError(
                t(
                    "Une écriture de ce paquet est trop longue pour cette forme : téléchargez "
                    "sa preuve ou le journal entier."
                )
            ) from error
        raise NotFoundError(t("Ce journal n'a pas encore ce paquet d'écritures."))

    async def _leaves(self, places: Range) -> list[bytes]:
        index = self.leaves.c.leaf_index
        within = and_(index >= places[0], index < places[1], *self._scope(self.leaves))
        if self.commons_id is None:
            query = select(heads.c.leaf).where(within)
        else:
            query = (
                select(entries.c.leaf)
                .select_from(entries.join(leaves, of_entry(leaves)))
                .where(within)
            )
        rows = await self.db.execute(query.order_by(index))
        return [text.encode() for text in rows.scalars()]

    async def _roots(self, wanted: Sequence[Range]) -> list[bytes]:
        hashes = await self._hashes(piece for part in wanted for piece in pieces(part))
        return [root_of(part, hashes) for part in wanted]

    async def _hashes(self, wanted: Iterable[tuple[int, int, int]]) -> dict[Place, bytes]:
        """The hashes of these levels, from the first to before the last of each.

        They are asked by their places: of a tree that has grown since its table was last
        analysed, ranges put together with OR would be looked for leaf after leaf.
        """
        low: list[int] = []
        high: list[Place] = []
        for level, first, last in wanted:
            if level == 0:
                low.extend(range(first, last))
            else:
                high.extend((level, number) for number in range(first, last))
        found = await self._leaf_hashes(low) if low else {}
        return found | await self._node_hashes(high) if high else found

    async def _leaf_hashes(self, places: Sequence[int]) -> dict[Place, bytes]:
        index = self.leaves.c.leaf_index
        query = select(index, self.leaves.c.leaf_hash).where(
            index == func.any(cast(places, ARRAY(BigInteger))), *self._scope(self.leaves)
        )
        return {(0, row[0]): row[1] for row in await self.db.execute(query)}

    async def _node_hashes(self, places: Sequence[Place]) -> dict[Place, bytes]:
        level, number = self.nodes.c.level, self.nodes.c.number
        wanted = (
            func.unnest(
                cast([place[0] for place in places], ARRAY(SmallInteger)),
                cast([place[1] for place in places], ARRAY(BigInteger)),
            )
            .table_valued("level", "number")
            .render_derived()
        )
        query = select(level, number, self.nodes.c.hash).where(
            level == wanted.c.level, number == wanted.c.number, *self._scope(self.nodes)
        )
        return {(row[0], row[1]): row[2] for row in await self.db.execute(query)}

    def _scope(self, table: Table) -> list[ColumnElement[bool]]:
        return [] if self.commons_id is None else [table.c.commons_id == self.commons_id]
