"""Pages of organisations: list, look for, register."""

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.rules import require_registrant
from commons.kernel.text import t
from commons.registry.rules import organisation_facts
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, View, form_page, page, read_form, see_other

LIST = Crumb(t("Organisations"), "/organisations")
NEW = View("registry/organisation.html", t("Inscrire une organisation"), (LIST,))


class OrganisationPages(Controller):
    path = "/organisations"
    include_in_schema = False

    @get()
    async def listing(self, request: AnyRequest, db: Db, me: Me) -> Template:
        words = request.query_params.get("q", "")[:200]
        shows = {
            "found": await RegistryStore(db).organisations(words),
            "words": words,
            "may_register": me is not None and bool(me.grants),
        }
        return page(request, View("registry/organisations.html", t("Organisations"), (), shows))

    @get("/nouvelle")
    async def new(self, request: AnyRequest, me: Me) -> Template:
        require_registrant(me)
        return form_page(request, NEW)

    @post("/nouvelle")
    async def register(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Redirect:
        require_registrant(me)
        form = await read_form(request)
        with form.shown_again(NEW):
            facts = organisation_facts({name: form.get(name) for name in form.typed})
            await RegistryStore(db).add_organisation(facts, services.clock())
        return see_other("/organisations", "organisation")
