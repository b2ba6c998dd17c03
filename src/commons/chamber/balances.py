"""What each account of a journal holds, at a moment, and how it is named to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from commons.chamber.store import ChamberStore
from commons.kernel.quantity import EURO
from commons.kernel.text import Text, t
from commons.ledger.model import Account, AccountKind
from commons.ledger.store import JournalStore
from commons.registry.access import Sight
from commons.registry.model import Commons
from commons.registry.store import RegistryStore
from commons.web.handlers import Db

Held: TypeAlias = Mapping[tuple[Account, str], Decimal]
ORDER = (
    AccountKind.COMMONS,
    AccountKind.ENVELOPE,
    AccountKind.PROPOSAL,
    AccountKind.PERSON,
    AccountKind.CHAMBER,
    AccountKind.OUTSIDE,
    AccountKind.FUNDER,
)

NAMELESS: dict[AccountKind, Text] = {
    AccountKind.COMMONS: t("Au commun, libre"),
    AccountKind.ENVELOPE: t("Une enveloppe"),
    AccountKind.PROPOSAL: t("Dû à une proposition retenue"),
    AccountKind.CHAMBER: t("Confié à une chambre des communs"),
    AccountKind.OUTSIDE: t("Déjà versé"),
    AccountKind.FUNDER: t("Reçu de qui finance"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Of which day, and as known at which checkpoint; nothing: now, all that is known."""

    on: date | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An account that holds or owes euros, and what the reader calls it."""

    account: Account
    label: Text | str
    amount: Decimal


async def held_at(commons: Commons, moment: Moment, db: Db) -> Held:
    """The balances, as of either time (LED-38)."""
    journal = JournalStore(db)
    if moment == Moment():
        return await journal.balances(commons.commons_id)
    return await journal.balances_at(commons.commons_id, on=moment.on, size=moment.size)


def holders_of(held: Held) -> set[UUID]:
    """The persons who have an account."""
    accounts = (account for account, _ in held if account.kind is AccountKind.PERSON)
    return {account.ref for account in accounts if account.ref}


async def names_of(commons: Commons, db: Db) -> dict[UUID, str]:
    """What envelopes and those who give are called."""
    named = {
        envelope.envelope_id: envelope.title
        for envelope, _ in await ChamberStore(db).envelopes(commons.commons_id)
    }
    organisations = await RegistryStore(db).organisations()
    return named | {item.organisation_id: item.name for item in organisations}


def rows_of(held: Held, sight: Sight, names: Mapping[UUID, str]) -> list[Row]:
    """Each account that holds or owes euros: where it is, and how much."""
    found = [(a, amount) for (a, unit), amount in held.items() if unit == EURO.code and amount]
    found.sort(key=lambda item: (ORDER.index(item[0].kind), -item[1], str(item[0].ref)))
    return [Row(account, _said(account, sight, names), amount) for account, amount in found]


def _said(account: Account, sight: Sight, names: Mapping[UUID, str]) -> Text | str:
    name = names.get(account.ref, "") if account.ref else ""
    if account.kind is AccountKind.PERSON:
        return t("Dû à {name}", name=sight.name(account.ref))
    if account.kind is AccountKind.ENVELOPE and name:
        return t("Enveloppe « {name} »", name=name)
    if account.kind is AccountKind.FUNDER and name:
        return t("Reçu de {name}", name=name)
    return NAMELESS[account.kind]
