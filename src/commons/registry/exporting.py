"""A journal taken whole, as one reader may see it, however long it is."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.identity.model import Person
from commons.identity.store import IdentityStore
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.export import ExportedCommons, Spelling
from commons.ledger.proof_store import ProofStore
from commons.ledger.sealing import Sealer, sealed_entries
from commons.registry.access import names_opened, sight_is_open
from commons.registry.model import Commons
from commons.registry.pages import signer_of
from commons.web.context import Services

AT_ONCE = 1000
Connect: TypeAlias = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


@dataclass(frozen=True, slots=True)
class Export:
    """An export that is ready to be read: sealed, signed, its reader's rights checked."""

    spelling: Spelling
    commons_id: UUID
    size: int
    is_open: bool
    email_key: bytes

    async def pieces(self, connect: Connect) -> AsyncIterator[bytes]:
        """The bytes of the file, a thousand entries at a time.

        Each piece is read on a connection that is given back before it is sent: a reader on
        a slow line holds nothing.
        """
        yield self.spelling.head()
        for start in range(0, self.size, AT_ONCE):
            async with connect() as db:
                entries = await sealed_entries(
                    db,
                    self.commons_id,
                    min(start + AT_ONCE, self.size),
                    opened=self.is_open,
                    start=start,
                )
            yield self.spelling.more(entries)
        async with connect() as db:
            names = await names_opened(IdentityStore(db, self.email_key), self.spelling.named)
        yield self.spelling.tail(names)


async def export_of(
    db: AsyncConnection, services: Services, commons: Commons, me: Person | None
) -> Export:
    """Seal the journal up to now, and make ready what `me` may see of it.

    Raises `InputError` for a journal without entries, `ForbiddenError` for who may not read.
    """
    is_open = sight_is_open(commons, me)
    signer = signer_of(services)
    sealer = Sealer(db, signer)
    await sealer.seal(commons.commons_id, services.clock())
    latest = await sealer.latest(commons.commons_id)
    if latest is None:
        raise InputError(t("Ce journal est encore vide : il n'y a rien à télécharger."))
    proofs = ProofStore(db, signer)
    spelling = Spelling(
        ExportedCommons(commons.commons_id, commons.slug, commons.name),
        await proofs.under_the_present_key(latest.note),
        signer=signer.name,
        key=signer.key,
        backing=await proofs.backing(commons.commons_id),
    )
    key = services.keyring.email
    return Export(spelling, commons.commons_id, latest.size, is_open, key)
