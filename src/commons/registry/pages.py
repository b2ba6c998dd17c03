"""Pages of the commons: list, fiche, form, members."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.mail import Mailer, invitation_message
from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import Operation, may, require, require_registrant
from commons.identity.store import LINK_MINUTES, IdentityStore
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.text import t
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import Filter, JournalStore
from commons.registry.access import Sight, persons_in, sight_is_open
from commons.registry.model import Commons
from commons.registry.registering import register_commons
from commons.registry.rules import commons_facts, typed_again
from commons.registry.store import RegistryStore
from commons.registry.territory import described, search
from commons.web.charts import activity_chart
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
    async def new(self, request: AnyRequest, me: Me) -> Template:
        require_registrant(me)
        return form_page(request, _form_view("/communs/nouveau", None))

    @post("/nouveau")
    async def register(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Redirect:
        """Register a commons; who registers it becomes its steward."""
        person = require_registrant(me)
        form = await read_form(request)
        with form.shown_again(_form_view("/communs/nouveau", None)):
            facts = commons_facts({name: form.get(name) for name in form.typed})
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
        try:
            latest = await journal.page(commons.commons_id, Filter(), limit=LATEST)
            sight = await sight_of(db, services, commons, me, persons_in(latest))
            since = services.clock().date() - timedelta(days=YEAR_DAYS)
            months = await journal.months(commons.commons_id, since)
            sealed = await Sealer(db, signer_of(services)).latest(commons.commons_id)
            shows |= {
                "latest": latest,
                "sight": sight,
                "activity": activity_chart(months, services.clock().date()),
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
        view = _form_view(f"/communs/{slug}/modifier", commons)
        return form_page(request, view, Form(typed))

    @post("/{slug:str}/modifier")
    async def change(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        registry = RegistryStore(db)
        commons = await registry.by_slug(slug)
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        form = await read_form(request)
        with form.shown_again(_form_view(f"/communs/{slug}/modifier", commons)):
            typed = {name: form.get(name) for name in form.typed}
            facts = commons_facts(typed, commons.facts.carrier_id)
            await registry.change(commons.commons_id, facts, services.clock())
        return see_other(f"/communs/{slug}", "modifie")

    @get("/{slug:str}/membres")
    async def members(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.READ_JOURNAL, commons.commons_id)
        return form_page(request, await self._members_view(commons, db, me, services))

    @post("/{slug:str}/membres")
    async def invite(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Invite someone: they join when they accept, not before."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.INVITE, commons.commons_id)
        form = await read_form(request)
        store = IdentityStore(db, services.keyring.email)
        now = services.clock()
        with form.shown_again(await self._members_view(commons, db, me, services)):
            role = _role(form.get("role"))
            try:
                invited = await store.find_or_make(
                    form.get("name"), form.get("email"), now, keep_address=True
                )
            except InputError as error:
                name = "email" if "adresse" in str(error) else "name"
                raise InputError(
                    t("L'invitation n'est pas partie."), [FieldError(name, error.text)]
                ) from error
            offered = Grant(Scope.COMMONS, commons.commons_id, role)
            await store.invite(invited, offered, commons.name, person.person_id, now)
            link = await store.make_link(invited, now)
        url = f"{services.settings.public_url}/connexion/{link.token}"
        message = invitation_message(
            form.get("email"), person.name, commons.name, url, LINK_MINUTES
        )
        response = see_other(f"/communs/{slug}/membres", "invite")
        response.background = BackgroundTask(Mailer(services.settings).send, message)
        return response

    @post("/{slug:str}/membres/{person_id:uuid}")
    async def withdraw(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.INVITE, commons.commons_id)
        form = await read_form(request)
        store = IdentityStore(db, services.keyring.email)
        await store.withdraw(person_id, commons.commons_id, _role(form.get("role")))
        return see_other(f"/communs/{slug}/membres", "modifie")

    async def _members_view(self, commons: Commons, db: Db, me: Me, services: Services) -> View:
        store = IdentityStore(db, services.keyring.email)
        shows = {
            "commons": commons,
            "members": await store.members(commons.commons_id),
            "may_invite": may(me, Operation.INVITE, commons.commons_id),
        }
        return View("registry/members.html", t("Membres"), crumbs_of(commons), shows)


def _role(typed: str) -> Role:
    if typed not in (Role.CONTRIBUTOR, Role.STEWARD, Role.TREASURER):
        raise InputError(
            t("Choisissez un rôle."), [FieldError("role", t("Choisissez un rôle."))]
        )
    return Role(typed)


def _abilities(me: Me, commons_id: UUID) -> dict[str, bool]:
    return {
        operation.value.replace("-", "_"): may(me, operation, commons_id)
        for operation in Operation
    }


def _form_view(action: str, commons: Commons | None) -> View:
    title = t("Modifier ce commun") if commons else t("Inscrire un commun")
    crumbs = crumbs_of(commons) if commons else (LIST,)
    return View("registry/form.html", title, crumbs, {"action": action, "commons": commons})
