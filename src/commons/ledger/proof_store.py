"""What proves a journal, gathered from the database: proofs, cosignatures, keys."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import InputError, NotFoundError, RuleBrokenError
from commons.kernel.text import t
from commons.ledger.checkpoint import VerifierKey, signatures_by
from commons.ledger.export import Backing
from commons.ledger.head_log import Head, HeadStore
from commons.ledger.proof_file import Proof
from commons.ledger.proof_tables import cosignatures, heads, successions
from commons.ledger.proofs import Consistency, Inclusion
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore
from commons.ledger.stored_tree import StoredTree
from commons.ledger.succession import read_hand_over, signed_again
from commons.ledger.tables import checkpoints, journals, leaves
from commons.ledger.verdict import counted


class ProofStore:
    """Questions on proofs, within the caller's transaction. No `commons_id`: all heads."""

    def __init__(self, db: AsyncConnection, signer: Signer) -> None:
        self.db = db
        self.signer = signer
        self.heads = HeadStore(db, signer)

    async def origin(self, commons_id: UUID | None) -> str:
        if commons_id is None:
            return self.heads.origin
        return await JournalStore(self.db).origin(commons_id)

    async def latest_size(self, commons_id: UUID | None) -> int:
        """How far the tree is sealed; zero for an empty one."""
        if commons_id is None:
            latest = await self.heads.latest()
        else:
            latest = await Sealer(self.db, self.signer).latest(commons_id)
        return latest.size if latest else 0

    async def note(self, commons_id: UUID | None, size: int) -> str:
        """The checkpoint of `size`, signed by the present key, with what witnesses signed."""
        if commons_id is None:
            note = await self.heads.note_at(size)
        else:
            query = select(checkpoints.c.note).where(
                checkpoints.c.commons_id == commons_id, checkpoints.c.tree_size == size
            )
            note = await self.db.scalar(query)
        origin = await self.origin(commons_id)
        if note is None:
            raise NotFoundError(
                t(
                    "Aucun point de contrôle n'a été signé à {size}.",
                    size=counted(size, origin),
                )
            )
        lines = (
            select(cosignatures.c.line)
            .where(cosignatures.c.origin == origin, cosignatures.c.tree_size == size)
            .order_by(cosignatures.c.witness)
        )
        note = await self.under_the_present_key(note)
        return note + "".join((await self.db.execute(lines)).scalars())

    async def under_the_present_key(self, note: str) -> str:
        """The note as it is handed out: who knows only the key we publish can check it.

        One that was signed before a change of keys gets another line, made anew each time:
        nothing is stored, and a million journals need no work when a key changes.
        """
        if signatures_by(note, self.signer.verifier):
            return note
        return signed_again(note, self.signer.name, self.signer.key, await self.chain())

    async def consistency(
        self, commons_id: UUID | None, old_size: int, size: int | None = None
    ) -> Consistency:
        """Why the tree of `old_size` is the beginning of the one signed at `size`."""
        latest = await self.latest_size(commons_id)
        wanted = latest if size is None else size
        if not 0 < old_size <= wanted <= latest:
            raise InputError(
                t(
                    "Donnez deux tailles, de 1 à {latest}, la plus petite d'abord.",
                    latest=latest,
                )
            )
        note = await self.note(commons_id, wanted)
        hashes = await StoredTree(self.db, commons_id).consistency(old_size, wanted)
        return Consistency(old_size, tuple(hashes), note)

    async def entry_proof(self, commons_id: UUID, entry_id: UUID) -> Proof:
        """Why the entry stands in its journal, under the best checkpoint there is.

        One that a witness countersigned, else one that stands among the heads, else the
        latest. Raises `NotFoundError` for no such entry, `RuleBrokenError` if it is not
        sealed yet.
        """
        query = select(leaves.c.leaf_index).where(
            leaves.c.commons_id == commons_id, leaves.c.entry_id == entry_id
        )
        index = await self.db.scalar(query)
        if index is None:
            await JournalStore(self.db).entry(commons_id, entry_id)
            raise RuleBrokenError(
                t("Cette écriture est en cours de scellement : revenez dans une seconde.")
            )
        size = (
            await self.cosigned_size(await self.origin(commons_id), index + 1)
            or await self._headed_size(commons_id, index + 1)
            or await self.latest_size(commons_id)
        )
        hashes = await StoredTree(self.db, commons_id).inclusion(index, size)
        inclusion = Inclusion(index, tuple(hashes), await self.note(commons_id, size))
        head = await self.heads.head(commons_id, size)
        return Proof(
            inclusion, await self._head_proof(head) if head else None, await self.chain()
        )

    async def _head_proof(self, head: Head) -> Inclusion:
        size = await self.cosigned_size(self.heads.origin, head.leaf_index + 1)
        size = size or await self.latest_size(None)
        hashes = await StoredTree(self.db, None).inclusion(head.leaf_index, size)
        return Inclusion(head.leaf_index, tuple(hashes), await self.note(None, size))

    async def _headed_size(self, commons_id: UUID, least: int) -> int | None:
        query = select(func.max(heads.c.tree_size)).where(
            heads.c.commons_id == commons_id, heads.c.tree_size >= least
        )
        size: int | None = await self.db.scalar(query)
        return size

    async def cosigned_size(
        self, origin: str, least: int = 1, witness: VerifierKey | None = None
    ) -> int | None:
        """The largest size, `least` or more, that a witness (this one) has countersigned."""
        query = select(func.max(cosignatures.c.tree_size)).where(
            cosignatures.c.origin == origin, cosignatures.c.tree_size >= least
        )
        if witness is not None:
            query = query.where(cosignatures.c.witness == str(witness))
        size: int | None = await self.db.scalar(query)
        return size

    async def backing(self, commons_id: UUID) -> Backing:
        """What an export of the journal takes along besides its latest checkpoint."""
        size = await self.cosigned_size(await self.origin(commons_id))
        witnessed = await self.note(commons_id, size) if size else None
        return Backing(await self.chain(), witnessed)

    async def keep_cosignature(
        self, origin: str, size: int, witness: VerifierKey, line: str, now: datetime
    ) -> None:
        row = {"origin": origin, "tree_size": size, "witness": str(witness), "line": line}
        statement = upsert(cosignatures).values(**row, received_at=now)
        await self.db.execute(statement.on_conflict_do_nothing())

    async def chain(self) -> Sequence[str]:
        """The successions of this instance's keys, the oldest first."""
        query = select(successions.c.note).order_by(successions.c.position)
        return list((await self.db.execute(query)).scalars())

    async def succeed(self, note: str, now: datetime) -> None:
        """Record a succession. Raises `RuleBrokenError` if the last key is not the old one."""
        chain = await self.chain()
        old, _ = read_hand_over(note)
        if chain and read_hand_over(chain[-1])[1] != old:
            raise RuleBrokenError(t("Cette clé n'est pas la dernière de l'instance."))
        row = {"position": len(chain), "note": note, "signed_at": now}
        await self.db.execute(insert(successions).values(row))

    async def moved_since(self, witness: VerifierKey) -> list[UUID | None]:
        """The trees whose latest checkpoint this witness has not countersigned."""
        done = (
            select(func.max(cosignatures.c.tree_size))
            .where(
                cosignatures.c.origin == journals.c.origin,
                cosignatures.c.witness == str(witness),
            )
            .scalar_subquery()
        )
        newest = (
            select(func.max(checkpoints.c.tree_size))
            .where(checkpoints.c.commons_id == journals.c.commons_id)
            .scalar_subquery()
        )
        query = (
            select(journals.c.commons_id)
            .where(newest > func.coalesce(done, 0))
            .order_by(journals.c.commons_id)
        )
        moved: list[UUID | None] = list((await self.db.execute(query)).scalars())
        top = await self.latest_size(None)
        is_behind = (await self.cosigned_size(self.heads.origin, 1, witness) or 0) < top
        return [*moved, None] if is_behind else moved
