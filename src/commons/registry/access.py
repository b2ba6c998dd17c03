"""Who may read a commons' journal, and how people are named to them."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from commons.identity.model import Person
from commons.identity.rules import Operation, may, require_someone
from commons.identity.store import IdentityStore
from commons.kernel.errors import ForbiddenError
from commons.kernel.text import Text, t
from commons.ledger.model import PERSON_FIELDS, Account, AccountKind, Entry
from commons.registry.model import Commons, Readers


@dataclass(frozen=True, slots=True)
class Sight:
    """How a reader sees a journal: with names and texts, or under pseudonyms."""

    commons_id: UUID
    is_open: bool
    key: bytes
    names: Mapping[UUID, str]

    def name(self, person_id: UUID | None) -> Text | str:
        """A name, a pseudonym that stays the same in this commons, or « effacée »."""
        if person_id is None:
            return t("personne effacée")
        if self.is_open:
            return self.names.get(person_id) or t("personne effacée")
        seed = self.commons_id.bytes + person_id.bytes
        mark = hmac.new(self.key, seed, sha256).hexdigest()[:4]
        return t("Membre {mark}", mark=mark)

    def reference(self, account: Account) -> UUID | None:
        """Whose the account is: of a person, only where names may be read."""
        if account.kind is AccountKind.PERSON and not (
            self.is_open and account.ref in self.names
        ):
            return None
        return account.ref

    def text(self, entry: Entry, field: str) -> str:
        return entry.personal.get(field, "") if self.is_open else ""


def sight_is_open(commons: Commons, person: Person | None) -> bool:
    """Whether names and texts may be shown. Raises `ForbiddenError` if nothing may be."""
    if may(person, Operation.READ_JOURNAL, commons.commons_id):
        return True
    if commons.facts.readers is Readers.MEMBERS:
        require_someone(person)
        raise ForbiddenError(
            t("Le journal de ce commun n'est lu que par ses membres. Demandez une invitation.")
        )
    return commons.facts.readers is Readers.PUBLIC


async def names_opened(people: IdentityStore, named: Iterable[str]) -> dict[str, str]:
    """Names to show beside what is open, by the identifiers that it names."""
    names = await people.names(UUID(person_id) for person_id in named)
    return {str(key): name for key, name in names.items()}


def persons_in(entries: Iterable[Entry]) -> set[UUID]:
    """Everyone the entries speak of."""
    found = {entry.person(field) for entry in entries for field in PERSON_FIELDS}
    return {person_id for person_id in found if person_id is not None}
