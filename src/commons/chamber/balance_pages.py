"""« Les comptes »: what each account of a journal holds, now, on a day, at a checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from commons.chamber.store import ChamberStore
from commons.identity.authentication import Me
from commons.kernel.errors import InputError
from commons.kernel.quantity import EURO
from commons.kernel.text import Text, t
from commons.ledger.model import Account, AccountKind
from commons.ledger.proof_store import ProofStore
from commons.ledger.store import JournalStore
from commons.registry.access import Sight, sight_is_open
from commons.registry.contributing import read_day
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of, money_flow, sight_of, signer_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, Form, View, form_page

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


class BalancePages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/comptes")
    async def balances(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        """The balances, as of either time (LED-38)."""
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        typed = {name: [request.query_params.get(name, "")] for name in ("jour", "taille")}
        form = Form(typed)
        latest = await ProofStore(db, signer_of(services)).latest_size(commons.commons_id)
        moment = _moment(form, latest)
        view = await _view(commons, moment, latest, db, me, services)
        return form_page(request, view, form)


def _moment(form: Form, latest: int) -> Moment:
    """What the address asks; what cannot be read is said in the form, and it is now."""
    on, size = None, None
    if form.get("jour"):
        try:
            on = read_day(form.get("jour"))
        except InputError as error:
            form.errors["jour"] = error.text
    typed = form.get("taille")
    if typed:
        is_number = typed.isascii() and typed.isdigit() and len(typed) < 18
        size = int(typed) if is_number else 0
        if not 0 < size <= latest:
            text = t(
                "Écrivez un nombre de 1 à {latest}, la taille d'aujourd'hui.", latest=latest
            )
            form.errors["taille"] = text
    if form.errors:
        form.summary = t("Le moment ne se lit pas : voici les comptes d'aujourd'hui.")
        return Moment()
    return Moment(on, size)


async def _view(
    commons: Commons, moment: Moment, latest: int, db: Db, me: Me, services: Services
) -> View:
    journal = JournalStore(db)
    if moment == Moment():
        held = await journal.balances(commons.commons_id)
    else:
        held = await journal.balances_at(commons.commons_id, on=moment.on, size=moment.size)
    holders = {account.ref for account, _ in held if account.kind is AccountKind.PERSON}
    sight = await sight_of(db, services, commons, me, {key for key in holders if key})
    rows = _rows(held, sight, await _names(commons, db))
    shows = {
        "commons": commons,
        "moment": moment,
        "latest": latest,
        "rows": rows,
        "money": money_flow(held),
        "sum": sum((amount for _, amount in rows), Decimal(0)),
    }
    crumb = Crumb(t("Journal"), f"/communs/{commons.slug}/journal")
    return View("chamber/balances.html", t("Les comptes"), (*crumbs_of(commons), crumb), shows)


async def _names(commons: Commons, db: Db) -> dict[UUID, str]:
    """What envelopes and those who give are called."""
    named = {
        envelope.envelope_id: envelope.title
        for envelope, _ in await ChamberStore(db).envelopes(commons.commons_id)
    }
    organisations = await RegistryStore(db).organisations()
    return named | {item.organisation_id: item.name for item in organisations}


def _rows(
    held: Mapping[tuple[Account, str], Decimal], sight: Sight, names: Mapping[UUID, str]
) -> list[tuple[Text | str, Decimal]]:
    """Each account that holds or owes euros: where it is, and how much."""
    found = [(a, amount) for (a, unit), amount in held.items() if unit == EURO.code and amount]
    found.sort(key=lambda item: (ORDER.index(item[0].kind), -item[1], str(item[0].ref)))
    return [(_said(account, sight, names), amount) for account, amount in found]


def _said(account: Account, sight: Sight, names: Mapping[UUID, str]) -> Text | str:
    name = names.get(account.ref, "") if account.ref else ""
    if account.kind is AccountKind.PERSON:
        return t("Dû à {name}", name=sight.name(account.ref))
    if account.kind is AccountKind.ENVELOPE and name:
        return t("Enveloppe « {name} »", name=name)
    if account.kind is AccountKind.FUNDER and name:
        return t("Reçu de {name}", name=name)
    return NAMELESS[account.kind]
