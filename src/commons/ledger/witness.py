"""A witness: it countersigns checkpoints of logs it knows, and never two that disagree.

As C2SP `tlog-witness`: whoever asks proves that the new tree continues the one this witness
signed last. What it has signed is kept for ever, so that it cannot be led back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.keyring import Keyring
from commons.ledger.checkpoint import (
    COSIGNATURE,
    NoteError,
    VerifierKey,
    is_signed_by,
    split_note,
    verifier_key,
)
from commons.ledger.cosignature import cosign
from commons.ledger.proof_tables import split_views, witnessed_checkpoints, witnessed_signers
from commons.ledger.proofs import Consistency
from commons.settings import Settings

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:origin, 2))")


class Refusal(StrEnum):
    """Why a witness does not sign."""

    MALFORMED = "malformed"
    UNKNOWN_LOG = "unknown log"
    NOT_SIGNED = "not signed by a key this witness knows for the log"
    OLD_TOO_LARGE = "the old size is larger than the new one"
    OTHER_SIZE = "the old size is not the one this witness signed last"
    SPLIT_VIEW = "another tree of the same size was signed before"
    NOT_CONSISTENT = "the new tree does not continue the one signed last"


class WitnessError(Exception):
    """The witness does not sign. `size` is that of the last checkpoint it signed."""

    def __init__(self, refusal: Refusal, size: int = 0) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.size = size


@dataclass(frozen=True, slots=True)
class Cosigner:
    """The name and the key a witness signs with: never the one it signs its own logs with."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        return verifier_key(self.name, self.key, COSIGNATURE)


def cosigner(settings: Settings, keyring: Keyring) -> Cosigner:
    """An instance as a witness, under a name of its own and with a key of its own."""
    return Cosigner(f"{settings.instance_name}/witness", keyring.witness_key())


@dataclass(frozen=True, slots=True)
class _Seen:
    size: int
    root: bytes


class Witness:
    """The memory and the hand of a witness, within the caller's transaction."""

    def __init__(self, db: AsyncConnection, cosigner: Cosigner) -> None:
        self.db = db
        self.cosigner = cosigner

    async def know(self, signer: VerifierKey, now: datetime) -> None:
        """Countersign what this signer signs: its tree of heads, and its journals."""
        row = {"verifier_key": str(signer), "added_at": now}
        await self.db.execute(upsert(witnessed_signers).values(row).on_conflict_do_nothing())

    async def forget(self, signer: VerifierKey) -> None:
        """Sign for it no more. What was signed stays known."""
        column = witnessed_signers.c.verifier_key
        await self.db.execute(delete(witnessed_signers).where(column == str(signer)))

    async def signers(self) -> list[VerifierKey]:
        query = select(witnessed_signers.c.verifier_key).order_by(
            witnessed_signers.c.verifier_key
        )
        return [VerifierKey.parse(item) for item in (await self.db.execute(query)).scalars()]

    async def add_checkpoint(self, request: str, now: datetime) -> str:
        """The signature lines for the checkpoint of `request`, or `WitnessError`.

        After a `WitnessError` the caller commits: a split view that was seen is kept.
        """
        try:
            asked = Consistency.parse(request)
        except NoteError as error:
            raise WitnessError(Refusal.MALFORMED) from error
        point = asked.checkpoint
        await self.db.execute(LOCK, {"origin": point.origin})
        keys = [key for key in await self.signers() if _is_of(point.origin, key)]
        if not keys:
            raise WitnessError(Refusal.UNKNOWN_LOG)
        if not any(is_signed_by(asked.note, key) for key in keys):
            raise WitnessError(Refusal.NOT_SIGNED)
        seen = await self._seen(point.origin)
        await self._check(asked, seen, now)
        body = split_note(asked.note)[0]
        line = cosign(body, self.cosigner.name, self.cosigner.key, now)
        row = {"origin": point.origin, "tree_size": point.size, "root": point.root}
        statement = upsert(witnessed_checkpoints).values(
            **row, note=asked.note, cosigned_at=now
        )
        await self.db.execute(statement.on_conflict_do_nothing())
        return line

    async def _check(self, asked: Consistency, seen: _Seen | None, now: datetime) -> None:
        point = asked.checkpoint
        size = seen.size if seen else 0
        if asked.old_size > point.size:
            raise WitnessError(Refusal.OLD_TOO_LARGE, size)
        await self._look_for_split(asked, now)
        if asked.old_size != size:
            raise WitnessError(Refusal.OTHER_SIZE, size)
        if not asked.proves(seen.root if seen else b""):
            raise WitnessError(Refusal.NOT_CONSISTENT, size)

    async def _look_for_split(self, asked: Consistency, now: datetime) -> None:
        """A signed checkpoint of a size already signed must have the same root."""
        point = asked.checkpoint
        query = select(witnessed_checkpoints.c.root).where(
            witnessed_checkpoints.c.origin == point.origin,
            witnessed_checkpoints.c.tree_size == point.size,
        )
        root = await self.db.scalar(query)
        if root is not None and root != point.root:
            row = {"origin": point.origin, "tree_size": point.size, "root": point.root}
            statement = upsert(split_views).values(**row, note=asked.note, seen_at=now)
            await self.db.execute(statement.on_conflict_do_nothing())
            raise WitnessError(Refusal.SPLIT_VIEW, point.size)

    async def _seen(self, origin: str) -> _Seen | None:
        query = (
            select(witnessed_checkpoints.c.tree_size, witnessed_checkpoints.c.root)
            .where(witnessed_checkpoints.c.origin == origin)
            .order_by(witnessed_checkpoints.c.tree_size.desc())
            .limit(1)
        )
        row = (await self.db.execute(query)).one_or_none()
        return _Seen(row.tree_size, row.root) if row else None

    async def split_views(self) -> Sequence[tuple[str, str]]:
        """Pairs of signed checkpoints of one size that disagree: the one signed, the other."""
        query = (
            select(witnessed_checkpoints.c.note, split_views.c.note)
            .select_from(
                split_views.join(
                    witnessed_checkpoints,
                    (witnessed_checkpoints.c.origin == split_views.c.origin)
                    & (witnessed_checkpoints.c.tree_size == split_views.c.tree_size),
                )
            )
            .order_by(split_views.c.seen_at)
        )
        return [(row[0], row[1]) for row in await self.db.execute(query)]


def _is_of(origin: str, key: VerifierKey) -> bool:
    """A signer has one log of heads, named as it is, and journals under that name."""
    return origin == key.name or origin.startswith(f"{key.name}/")
