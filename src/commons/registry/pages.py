"""Pages of the commons: list, fiche, form."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require, require_registrant
from commons.identity.store import IdentityStore
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.quantity import EURO
from commons.kernel.text import Text, t
from commons.ledger.filters import Filter
from commons.ledger.model import Account, AccountKind, Kind
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore
from commons.registry.access import Sight, persons_in, sight_is_open
from commons.registry.model import Commons
from commons.registry.registering import register_commons
from commons.registry.rules import commons_facts, typed_again
from commons.registry.store import RegistryStore
from commons.registry.territory import described, search
from commons.web.charts import FlowChart, activity_chart, flow_chart
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Crumb,
    Form,
    View,
    form_page,
    page,
    read_form,
    see_other,
)

LIST = Crumb(t("Les communs"), "/communs")
LATEST = 5
PLACES: dict[AccountKind, Text] = {
    AccountKind.COMMONS: t("au commun"),
    AccountKind.ENVELOPE: t("en enveloppes"),
    AccountKind.PERSON: t("dû aux personnes"),
    AccountKind.PROPOSAL: t("dû aux propositions"),
    AccountKind.OUTSIDE: t("déjà versé"),
}
"""Where money is, as the drawing of the fiche says it."""
YEAR_DAYS = 365


def signer_of(services: Services) -> Signer:
    return Signer(services.settings.instance_name, services.keyring.signing_key())


def crumbs_of(commons: Commons) -> tuple[Crumb, ...]:
    return (LIST, Crumb(commons.name, f"/communs/{commons.slug}"))


async def sight_of(
    db: Db, services: Services, commons: Commons, me: Me, persons: set[UUID]
) -> Sight:
    """How `me` sees this journal. Raises `ForbiddenError` if they may not."""
    is_open = sight_is_open(commons, me)
    store = IdentityStore(db, services.keyring.email)
    names = await store.names(persons) if is_open else {}
    return Sight(commons.commons_id, is_open, services.keyring.token, names)


class CommonsPages(Controller):
    path = "/communs"
    include_in_schema = False

    @get()
    async def listing(self, request: AnyRequest, db: Db, me: Me) -> Template:
        words = request.query_params.get("q", "")[:200]
        typed = request.query_params.get("territoire", "")[:200]
        place = next((item.key for item in search(typed, 1)), "") if typed else ""
        found = await RegistryStore(db).search(words, place)
        shows = {
            "found": found if not typed or place else [],
            "words": words,
            "typed": typed,
            "place": described(place) if place else "",
            "described": described,
            "may_register": me is not None and bool(me.grants),
        }
        return page(request, View("registry/list.html", t("Les communs"), (), shows))

    @get("/nouveau")
    async def new(self, request: AnyRequest, db: Db, me: Me) -> Template:
        require_registrant(me)
        return form_page(request, await _form_view("/communs/nouveau", None, db))

    @post("/nouveau")
    async def register(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Redirect:
        """Register a commons; who registers it becomes its steward."""
        person = require_registrant(me)
        form = await read_form(request)
        with form.shown_again(await _form_view("/communs/nouveau", None, db)):
            typed = {name: form.get(name) for name in form.typed}
            facts = commons_facts(typed, await _carrier(form, RegistryStore(db)))
            commons = await register_commons(db, services, person, facts)
        return see_other(f"/communs/{commons.slug}", "inscrit")

    @get("/{slug:str}")
    async def fiche(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        journal = JournalStore(db)
        store = IdentityStore(db, services.keyring.email)
        members = await store.members(commons.commons_id)
        shows: dict[str, Any] = {
            "commons": commons,
            "described": described,
            "roles": _abilities(me, commons.commons_id),
            "members": len(members),
            "latest": None,
        }
        if commons.facts.carrier_id:
            shows["carrier"] = await RegistryStore(db).organisation(commons.facts.carrier_id)
        try:
            latest = await journal.page(commons.commons_id, Filter(), limit=LATEST)
            sight = await sight_of(db, services, commons, me, persons_in(latest))
            since = services.clock().date() - timedelta(days=YEAR_DAYS)
            charters = Filter(kinds=(Kind.DOCUMENT,))
            documents = await journal.page(commons.commons_id, charters)
            months = await journal.months(commons.commons_id, since)
            sealed = await Sealer(db, signer_of(services)).latest(commons.commons_id)
            shows |= {
                "latest": latest,
                "sight": sight,
                "activity": activity_chart(months, services.clock().date()),
                "documents": [
                    item
                    for item in documents
                    if item.details.get("document") != "rules" and item.reversed_by is None
                ][:LATEST],
                "money": money_flow(await journal.balances(commons.commons_id)),
                "count": await journal.count(commons.commons_id),
                "sealed": sealed,
            }
        except DomainError:
            shows["closed"] = True
        view = View("registry/fiche.html", commons.name, (LIST,), shows)
        return page(request, view)

    @get("/{slug:str}/modifier")
    async def edit(self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        typed = {name: [value] for name, value in typed_again(commons.facts).items()}
        place = commons.facts.territory
        typed["territory"] = [described(place) if place else ""]
        typed["carrier"] = [str(commons.facts.carrier_id or "")]
        view = await _form_view(f"/communs/{slug}/modifier", commons, db)
        return form_page(request, view, Form(typed))

    @post("/{slug:str}/modifier")
    async def change(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        registry = RegistryStore(db)
        commons = await registry.by_slug(slug)
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        form = await read_form(request)
        with form.shown_again(await _form_view(f"/communs/{slug}/modifier", commons, db)):
            typed = {name: form.get(name) for name in form.typed}
            facts = commons_facts(typed, await _carrier(form, registry))
            await registry.change(commons.commons_id, facts, services.clock())
        return see_other(f"/communs/{slug}", "modifie")


def money_flow(held: Mapping[tuple[Account, str], Decimal]) -> FlowChart | None:
    """Where the money given to a commons is now; nothing if it was given none."""
    sums: dict[AccountKind, Decimal] = {}
    for (account, unit), amount in held.items():
        if unit == EURO.code:
            sums[account.kind] = sums.get(account.kind, Decimal(0)) + amount
    if not any(sums.values()):
        return None
    targets = [(label, int(sums.get(kind, Decimal(0)) * 100)) for kind, label in PLACES.items()]
    return flow_chart(t("Reçu"), targets)


def _abilities(me: Me, commons_id: UUID) -> dict[str, bool]:
    return {
        operation.value.replace("-", "_"): may(me, operation, commons_id)
        for operation in Operation
    }


async def _carrier(form: Form, registry: RegistryStore) -> UUID | None:
    """The organisation that was chosen. Raises `InputError` for one that is not there."""
    typed = form.get("carrier")
    if not typed:
        return None
    known = {str(item.organisation_id): item for item in await registry.organisations()}
    if typed not in known:
        text = t("Choisissez une organisation de la liste.")
        raise InputError(text, [FieldError("carrier", text)])
    return known[typed].organisation_id


async def _form_view(action: str, commons: Commons | None, db: Db) -> View:
    title = t("Modifier ce commun") if commons else t("Inscrire un commun")
    crumbs = crumbs_of(commons) if commons else (LIST,)
    carriers = [
        (str(item.organisation_id), item.name)
        for item in await RegistryStore(db).organisations()
    ]
    shows = {"action": action, "commons": commons, "carriers": carriers}
    return View("registry/form.html", title, crumbs, shows)
