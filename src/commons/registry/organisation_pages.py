"""Pages of organisations: list, look for, register, correct."""

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require, require_registrant
from commons.kernel.text import t
from commons.registry.model import Organisation
from commons.registry.registering import register_organisation
from commons.registry.rules import organisation_facts, organisation_typed_again
from commons.registry.store import RegistryStore
from commons.registry.territory import described
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

LIST = Crumb(t("Organisations"), "/organisations")


class OrganisationPages(Controller):
    path = "/organisations"
    include_in_schema = False

    @get()
    async def listing(self, request: AnyRequest, db: Db, me: Me) -> Template:
        words = request.query_params.get("q", "")[:200]
        found = await RegistryStore(db).organisations(words)
        shows = {
            "found": found,
            "words": words,
            "may_register": me is not None and bool(me.grants),
            "mine": {
                item.organisation_id
                for item in found
                if may(me, Operation.EDIT_ORGANISATION, item.organisation_id)
            },
        }
        return page(request, View("registry/organisations.html", t("Organisations"), (), shows))

    @get("/nouvelle")
    async def new(self, request: AnyRequest, me: Me) -> Template:
        require_registrant(me)
        return form_page(request, _view("/organisations/nouvelle", None))

    @post("/nouvelle")
    async def register(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Redirect:
        """Register an organisation; who registers it may correct it."""
        person = require_registrant(me)
        form = await read_form(request)
        with form.shown_again(_view("/organisations/nouvelle", None)):
            facts = organisation_facts({name: form.get(name) for name in form.typed})
            await register_organisation(db, services, person, facts)
        return see_other("/organisations", "organisation")

    @get("/{slug:str}/modifier")
    async def edit(self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me) -> Template:
        found = await RegistryStore(db).organisation_by_slug(slug)
        require(me, Operation.EDIT_ORGANISATION, found.organisation_id)
        typed = organisation_typed_again(found.facts)
        typed["insee"] = described(found.facts.insee) if found.facts.insee else ""
        form = Form({name: [value] for name, value in typed.items()})
        return form_page(request, _view(f"/organisations/{found.slug}/modifier", found), form)

    @post("/{slug:str}/modifier")
    async def change(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me
    ) -> Redirect:
        registry = RegistryStore(db)
        found = await registry.organisation_by_slug(slug)
        require(me, Operation.EDIT_ORGANISATION, found.organisation_id)
        form = await read_form(request)
        with form.shown_again(_view(f"/organisations/{found.slug}/modifier", found)):
            typed = {name: form.get(name) for name in form.typed}
            await registry.change_organisation(found.organisation_id, organisation_facts(typed))
        return see_other("/organisations", "modifie")


def _view(action: str, organisation: Organisation | None) -> View:
    title = t("Modifier cette organisation") if organisation else t("Inscrire une organisation")
    shows = {"action": action, "organisation": organisation}
    return View("registry/organisation.html", title, (LIST,), shows)
