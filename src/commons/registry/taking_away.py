"""A commons' journal, written for other tools as the reader may see it."""

import hmac
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.identity.authentication import Me
from commons.identity.store import IdentityStore
from commons.kernel.addresses import without_addresses
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.books.entry import Heading, Party, erased_party
from commons.ledger.books.forms import FORMS, BookForm, file_name
from commons.ledger.books.from_store import stored_entries
from commons.ledger.books.places import MARK, key_of
from commons.ledger.checkpoint import parse_checkpoint
from commons.ledger.model import AccountKind
from commons.ledger.sealing import Sealer
from commons.ledger.store import JournalStore
from commons.registry.access import sight_is_open
from commons.registry.model import Commons
from commons.registry.pages import signer_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db

AT_ONCE = 500
"""Entries read between two pieces of an answer: other requests run meanwhile."""


@dataclass(slots=True)
class Seen:
    """How one reader is told who people are; pseudonyms begin as those of the pages."""

    services: Services
    commons_id: UUID
    is_open: bool
    organisations: Mapping[str, str]
    names: dict[UUID, str] = field(default_factory=dict)

    async def learn(self, db: AsyncConnection, persons: Collection[UUID]) -> None:
        unknown = set(persons) - self.names.keys()
        if self.is_open and unknown:
            people = IdentityStore(db, self.services.keyring.email)
            self.names |= dict.fromkeys(unknown, "") | await people.names(unknown)

    def person(self, person_id: UUID) -> Party:
        if not self.is_open:
            key = self._mark(person_id)
            return Party(key, f"Membre {key[:MARK]}", "Membre")
        key, name = key_of(str(person_id)), without_addresses(self.names.get(person_id, ""))
        return Party(key, name, name) if name else erased_party(key)

    def erased(self, account_id: UUID) -> Party:
        return erased_party(self._mark(account_id))

    def _mark(self, identifier: UUID) -> str:
        seed = self.commons_id.bytes + identifier.bytes
        return hmac.new(self.services.keyring.token, seed, sha256).hexdigest()


async def taken_away(
    db: Db, services: Services, commons: Commons, me: Me, form: BookForm
) -> Stream:
    """The journal in this form, sealed up to now, to be saved under a name of its own.

    Raises `ForbiddenError` if `me` may not read it. It is written while it is sent, from
    connections of its own.
    """
    is_open = sight_is_open(commons, me)
    sealer, now = Sealer(db, signer_of(services)), services.clock()
    await sealer.seal(commons.commons_id, now)
    latest = await sealer.latest(commons.commons_id)
    if latest is None:
        raise InputError(t("Ce journal est encore vide : il n'y a rien à télécharger."))
    heading = Heading(
        str(commons.commons_id),
        commons.slug,
        without_addresses(commons.name),
        parse_checkpoint(latest.note),
    )
    organisations = await _organisations(db, commons.commons_id)
    seen = Seen(services, commons.commons_id, is_open, organisations)
    name = file_name(commons.slug, form)
    return Stream(
        written(services, heading, form, seen, now),
        media_type=FORMS[form].media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def written(
    services: Services, heading: Heading, form: BookForm, seen: Seen, now: datetime
) -> AsyncIterator[bytes]:
    """The pieces of the file, in order; no connection is held while one is being sent."""
    book = FORMS[form].make(heading)
    yield book.begin().encode()
    for start in range(0, heading.checkpoint.size, AT_ONCE):
        end = min(start + AT_ONCE, heading.checkpoint.size)
        async with services.engine.connect() as db:
            entries = await stored_entries(db, seen.commons_id, start, end, now, seen)
        yield "".join([book.add(entry) for entry in entries]).encode()
    yield book.end().encode()


async def _organisations(db: Db, commons_id: UUID) -> dict[str, str]:
    """The names of those who gave money, by their accounts."""
    held = await JournalStore(db).balances(commons_id)
    givers = {
        account.ref: str(account)
        for account, _ in held
        if account.kind in {AccountKind.FUNDER, AccountKind.CHAMBER} and account.ref
    }
    names = await RegistryStore(db).organisation_names(givers)
    return {givers[key]: without_addresses(name) for key, name in names.items()}
