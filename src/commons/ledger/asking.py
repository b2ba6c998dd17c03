"""Asking witnesses to countersign our checkpoints, with the proof that they continue."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import TypeAlias
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import RuleBrokenError
from commons.kernel.identifiers import safe_link
from commons.kernel.text import t
from commons.ledger.checkpoint import COSIGNATURE, VerifierKey, parse_checkpoint
from commons.ledger.cosignature import cosignature_line
from commons.ledger.proof_store import ProofStore
from commons.ledger.proof_tables import witnesses
from commons.ledger.proofs import Consistency
from commons.ledger.sealing import Signer

ANSWER_BYTES_MAX = 65_536
SECONDS_MAX = 10


@dataclass(frozen=True, slots=True)
class Contact:
    """A witness we ask: its key, and the address before `/add-checkpoint`."""

    key: VerifierKey
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


Send: TypeAlias = Callable[[str, str], Awaitable[Answer]]
"""Sends a text to an address and returns the answer; `OSError` if nobody answers."""


async def send(url: str, text: str) -> Answer:
    return await asyncio.to_thread(_post, url, text)


def _post(url: str, text: str) -> Answer:
    request = Request(safe_link(url), text.encode(), {"Content-Type": "text/plain"})  # noqa: S310 -- http or https
    try:
        with urlopen(request, timeout=SECONDS_MAX) as response:  # noqa: S310 -- as above
            body = response.read(ANSWER_BYTES_MAX)
            return Answer(response.status, body.decode(errors="replace"))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(ANSWER_BYTES_MAX).decode(errors="replace"))
    except HTTPException as error:
        raise ConnectionError(f"no answer that HTTP knows: {error!r}") from error


class Asking:
    """The witnesses of this instance, and what is asked of them."""

    def __init__(self, db: AsyncConnection, signer: Signer) -> None:
        self.db = db
        self.proofs = ProofStore(db, signer)

    async def add(self, contact: Contact, now: datetime) -> None:
        """Ask this witness from now on; one that moved is asked at its new address."""
        row = {"verifier_key": str(contact.key), "url": safe_link(contact.url).rstrip("/")}
        await self.remove(contact.key)
        await self.db.execute(insert(witnesses).values(**row, added_at=now))

    async def remove(self, key: VerifierKey) -> None:
        await self.db.execute(delete(witnesses).where(witnesses.c.verifier_key == str(key)))

    async def contacts(self) -> list[Contact]:
        query = select(witnesses.c.verifier_key, witnesses.c.url).order_by(witnesses.c.url)
        rows = await self.db.execute(query)
        return [Contact(VerifierKey.parse(key, COSIGNATURE), url) for key, url in rows]

    async def ask(
        self, contact: Contact, commons_id: UUID | None, by: Send, now: datetime
    ) -> int:
        """Have the latest checkpoint of a tree countersigned; returns its size.

        Raises `RuleBrokenError` with the witness's reason if it does not sign. That the
        witness has seen a longer or another tree is a reason to look into at once.
        """
        origin = await self.proofs.origin(commons_id)
        size = await self.proofs.latest_size(commons_id)
        note = await self.proofs.note(commons_id, size)
        old = await self.proofs.cosigned_size(origin, 1, contact.key) or 0
        answer = await self._submit(contact, commons_id, old, note, by)
        known = answer.text.strip()
        if answer.status == 409 and known.isdecimal() and old != int(known) <= size:
            answer = await self._submit(contact, commons_id, int(known), note, by)
        if answer.status != 200:
            raise RuleBrokenError(
                t(
                    "Le témoin {name} ne contresigne pas {origin} ({status}) : {why}",
                    name=contact.key.name,
                    origin=origin,
                    status=answer.status,
                    why=answer.text.strip()[:300],
                )
            )
        line = cosignature_line(answer.text, note, contact.key)
        await self.proofs.keep_cosignature(origin, size, contact.key, line, now)
        return size

    async def _submit(
        self, contact: Contact, commons_id: UUID | None, old: int, note: str, by: Send
    ) -> Answer:
        size = parse_checkpoint(note).size
        hashes: Sequence[bytes] = ()
        if old:
            hashes = (await self.proofs.consistency(commons_id, old, size)).hashes
        return await by(
            f"{contact.url}/add-checkpoint", str(Consistency(old, tuple(hashes), note))
        )
