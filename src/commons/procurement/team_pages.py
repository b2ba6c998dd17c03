"""Who prepares the dossiers of a collectivité: its agents and signatories, by invitation."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.inviting import invite, read_invited, read_role
from commons.identity.mail import Mailer
from commons.identity.model import Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.kernel.text import t
from commons.procurement.access import require_appointer
from commons.procurement.desk import LIST
from commons.registry.model import Organisation
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, View, form_page, read_form, see_other

ROLES = (Role.AGENT, Role.SIGNATORY)


class TeamPages(Controller):
    path = "/dossiers/equipe/{organisation_id:uuid}"
    include_in_schema = False

    @get()
    async def show(
        self,
        request: AnyRequest,
        organisation_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Template:
        require_appointer(me, organisation_id)
        organisation = await RegistryStore(db).organisation(organisation_id)
        return form_page(request, await _view(db, services, organisation))

    @post()
    async def invite(
        self,
        request: AnyRequest,
        organisation_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Invite someone: they take the role when they accept, not before."""
        person = require_appointer(me, organisation_id)
        organisation = await RegistryStore(db).organisation(organisation_id)
        form = await read_form(request)
        store = IdentityStore(db, services.keyring.email)
        with form.shown_again(await _view(db, services, organisation)):
            invited = read_invited(form, ROLES)
            offered = Grant(Scope.ORGANISATION, organisation_id, invited.role)
            url = services.settings.public_url
            message = await invite(
                store, invited, offered, organisation.name, person, url, services.clock()
            )
        response = see_other(f"/dossiers/equipe/{organisation_id}", "invite")
        response.background = BackgroundTask(Mailer(services.settings).send, message)
        return response

    @post("/{person_id:uuid}")
    async def withdraw(
        self,
        request: AnyRequest,
        organisation_id: FromPath[UUID],
        person_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        require_appointer(me, organisation_id)
        role = read_role((await read_form(request)).get("role"), ROLES)
        store = IdentityStore(db, services.keyring.email)
        await store.withdraw(person_id, organisation_id, role)
        return see_other(f"/dossiers/equipe/{organisation_id}", "modifie")


async def _view(db: Db, services: Services, organisation: Organisation) -> View:
    store = IdentityStore(db, services.keyring.email)
    shows = {
        "organisation": organisation,
        "members": await store.members(organisation.organisation_id),
        "roles": ROLES,
    }
    return View("procurement/team.html", t("Qui prépare les dossiers"), (LIST,), shows)
