"""A stored tree built again from its leaves, and held against all that is kept of it.

Leaves are read a page at a time and everything else beside the page it belongs to, so that a
journal of a million entries takes no more memory than one of a thousand (LED-39).
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.text import Text, t
from commons.ledger.checkpoint import (
    COSIGNATURE,
    Checkpoint,
    NoteError,
    VerifierKey,
    is_signed_by,
    split_note,
)
from commons.ledger.cosignature import cosigned_at
from commons.ledger.invariants import ROWS_MAX, Violation
from commons.ledger.merkle import Frontier, leaf_hash
from commons.ledger.proof_tables import (
    cosignatures,
    head_checkpoints,
    head_nodes,
    heads,
    nodes,
)
from commons.ledger.tables import checkpoints, entries, leaves, of_entry
from commons.ledger.tiles import Place, grow

LEAVES_AT_ONCE = 2_000
"""A leaf has a few hundred bytes, that of a large division a few hundred thousand."""

Signed: TypeAlias = Mapping[int, Row[Any]]
"""Checkpoints by their size."""


@dataclass(frozen=True, slots=True)
class Log:
    """The journal of a commons or, with no `commons_id`, the log of all heads.

    `signers` are the keys that may have signed its checkpoints.
    """

    commons_id: UUID | None
    origin: str
    signers: tuple[VerifierKey, ...]


class TreeCheck:
    """What contradicts a log, within the caller's transaction, which sees one snapshot."""

    def __init__(self, db: AsyncConnection, log: Log) -> None:
        self.db = db
        self.log = log
        is_heads = log.commons_id is None
        self.leaves = heads if is_heads else leaves
        self.checkpoints = head_checkpoints if is_heads else checkpoints
        self.nodes = head_nodes if is_heads else nodes
        self.frontier = Frontier()

    async def violations(self) -> AsyncIterator[Violation]:
        nodes_due = covered = 0
        async for page in self._pages():
            start, grown = self.frontier.size, dict[Place, bytes]()
            signed = await self._signed(start, start + len(page))
            for leaf in page:
                known = grow(self.frontier, leaf_hash(leaf.encode()))
                grown |= {(level, number): node for level, number, node in known}
                point = signed.get(self.frontier.size)
                if point is not None:
                    covered = self.frontier.size
                    for violation in self._of_checkpoint(point):
                        yield violation
            nodes_due += len(grown)
            for violation in await self._of_nodes(grown):
                yield violation
            for violation in await self._of_cosignatures(signed):
                yield violation
        for violation in await self._of_the_end(covered, nodes_due):
            yield violation

    async def _pages(self) -> AsyncIterator[Sequence[str]]:
        """The texts of the leaves, in order, as far as none is missing."""
        page = await self._page(0)
        while page:
            yield page
            page = await self._page(self.frontier.size)

    async def _page(self, start: int) -> Sequence[str]:
        index = self.leaves.c.leaf_index
        if self.log.commons_id is None:
            query = select(index, heads.c.leaf)
        else:
            query = select(index, entries.c.leaf).join_from(leaves, entries, of_entry(leaves))
        within = (index >= start, index < start + LEAVES_AT_ONCE, *self._scope(self.leaves))
        rows = await self.db.execute(query.where(*within).order_by(index))
        return [row[1] for place, row in enumerate(rows, start) if row[0] == place]

    async def _signed(self, start: int, end: int) -> Signed:
        """The checkpoints of more than `start` leaves and of `end` at most."""
        size = self.checkpoints.c.tree_size
        query = select(self.checkpoints).where(size > start, size <= end)
        rows = await self.db.execute(query.where(*self._scope(self.checkpoints)))
        return {row.tree_size: row for row in rows}

    def _of_checkpoint(self, point: Row[Any]) -> Iterator[Violation]:
        size = self.frontier.size
        if point.root != self.frontier.root():
            yield self._violation(
                "a-root-is-that-of-the-leaves",
                t("Les écritures ne donnent plus la racine d'un point de contrôle."),
                size,
            )
        if point.frontier != self.frontier.pack():
            yield self._violation(
                "a-frontier-is-that-of-the-leaves",
                t("Le bord de l'arbre, d'où le scellement reprend, n'est plus le sien."),
                size,
            )
        why = self._refusal_of_note(point.note, Checkpoint(self.log.origin, size, point.root))
        if why is not None:
            yield self._violation("a-checkpoint-is-signed-by-its-keeper", why, size)

    def _refusal_of_note(self, note: str, expected: Checkpoint) -> Text | None:
        """Why the note is not these words under one signature by a key of the instance."""
        try:
            body, signatures = split_note(note)
            is_signed = len(signatures) == 1 and any(
                is_signed_by(note, key) for key in self.log.signers
            )
        except NoteError:
            return t("Le texte d'un point de contrôle signé ne se lit plus.")
        if body != expected.body():
            return t("Un point de contrôle signé ne dit plus ce qui est conservé de lui.")
        if not is_signed:
            return t("Un point de contrôle n'est signé par aucune clé de l'instance.")
        return None

    async def _of_nodes(self, grown: Mapping[Place, bytes]) -> list[Violation]:
        """Hashes of tiles that are missing, or are not those of the leaves."""
        if not grown:
            return []
        level, number = self.nodes.c.level, self.nodes.c.number
        query = select(level, number, self.nodes.c.hash).where(
            tuple_(level, number).in_(list(grown)), *self._scope(self.nodes)
        )
        stored = {(row[0], row[1]): row[2] for row in await self.db.execute(query)}
        return [
            Violation(
                "a-tile-is-that-of-the-leaves",
                t("Une empreinte conservée pour les preuves n'est pas celle des écritures."),
                {**self._place(), "level": str(place[0]), "number": str(place[1])},
            )
            for place, node in grown.items()
            if stored.get(place) != node
        ]

    async def _of_cosignatures(self, signed: Signed) -> list[Violation]:
        if not signed:
            return []
        query = (
            select(cosignatures)
            .where(
                cosignatures.c.origin == self.log.origin,
                cosignatures.c.tree_size.between(min(signed), max(signed)),
            )
            .order_by(cosignatures.c.tree_size, cosignatures.c.witness)
        )
        return [
            self._violation(
                "a-cosignature-is-of-its-witness",
                t("Une contresignature n'est pas celle de son témoin."),
                row.tree_size,
            )
            for row in await self.db.execute(query)
            if not _is_cosigned(signed.get(row.tree_size), row)
        ]

    async def _of_the_end(self, covered: int, nodes_due: int) -> list[Violation]:
        """What is kept of leaves that are not there, or signed by no checkpoint."""
        found = []
        size = self.checkpoints.c.tree_size
        query = select(size).where(
            or_(size > self.frontier.size, size < 1), *self._scope(self.checkpoints)
        )
        beyond = (await self.db.execute(query.order_by(size).limit(ROWS_MAX))).scalars()
        for signed_size in beyond:
            violation = self._violation(
                "a-checkpoint-has-its-leaves",
                t("Un point de contrôle signé compte des écritures qui ne sont plus là."),
                signed_size,
            )
            violation.row["leaves"] = str(self.frontier.size)
            found.append(violation)
        if covered != self.frontier.size:
            text = t("Les dernières écritures scellées ne sont sous aucun point de contrôle.")
            found.append(self._violation("a-leaf-is-signed", text, self.frontier.size))
        counting = select(func.count()).select_from(self.nodes).where(*self._scope(self.nodes))
        stored = await self.db.scalar(counting)
        if stored != nodes_due:
            violation = self._violation(
                "a-tile-is-that-of-the-leaves",
                t("Il y a plus ou moins d'empreintes pour les preuves qu'il n'en faut."),
                self.frontier.size,
            )
            violation.row.update(kept=str(stored), due=str(nodes_due))
            found.append(violation)
        return found

    def _scope(self, table: Table) -> list[ColumnElement[bool]]:
        if self.log.commons_id is None:
            return []
        return [table.c.commons_id == self.log.commons_id]

    def _place(self) -> dict[str, str]:
        if self.log.commons_id is None:
            return {"log": self.log.origin}
        return {"commons_id": str(self.log.commons_id)}

    def _violation(self, name: str, sentence: Text, size: int) -> Violation:
        return Violation(name, sentence, {**self._place(), "tree_size": str(size)})


def _is_cosigned(point: Row[Any] | None, row: Row[Any]) -> bool:
    if point is None:
        return False
    try:
        witness = VerifierKey.parse(row.witness, COSIGNATURE)
        return cosigned_at(point.note + row.line, witness) is not None
    except NoteError:
        return False
