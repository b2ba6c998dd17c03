"""Who prepares the dossiers of a collectivité: its agents and signatories, by invitation."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.mail import Mailer, invitation_message
from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import check_address, check_name
from commons.identity.store import LINK_MINUTES, IdentityStore
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t
from commons.procurement.access import require_appointer
from commons.procurement.desk import LIST
from commons.registry.model import Organisation
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Form, View, form_page, read_form, see_other

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
        now = services.clock()
        with form.shown_again(await _view(db, services, organisation)):
            name, address, role = _invited(form)
            invited = await store.find_or_make(name, address, now, keep_address=True)
            offered = Grant(Scope.ORGANISATION, organisation_id, role)
            await store.invite(invited, offered, organisation.name, person.person_id, now)
            link = await store.make_link(invited, now)
        url = f"{services.settings.public_url}/connexion/{link.token}"
        message = invitation_message(address, person.name, organisation.name, url, LINK_MINUTES)
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
        role = _role(await read_form(request))
        store = IdentityStore(db, services.keyring.email)
        await store.withdraw(person_id, organisation_id, role)
        return see_other(f"/dossiers/equipe/{organisation_id}", "modifie")


def _role(form: Form) -> Role:
    found = next((role for role in ROLES if role == form.get("role")), None)
    if found is None:
        text = t("Choisissez un rôle.")
        raise InputError(text, [FieldError("role", text)])
    return found


def _invited(form: Form) -> tuple[str, str, Role]:
    """Name, address and role, or every fault of the three."""
    faults = []
    for name, check in (("name", check_name), ("email", check_address)):
        try:
            check(form.get(name))
        except InputError as error:
            faults.append(FieldError(name, error.text))
    try:
        role = _role(form)
    except InputError as error:
        faults += error.errors
    if faults:
        raise InputError(t("L'invitation n'est pas partie."), faults)
    return check_name(form.get("name")), check_address(form.get("email")), role


async def _view(db: Db, services: Services, organisation: Organisation) -> View:
    store = IdentityStore(db, services.keyring.email)
    shows = {
        "organisation": organisation,
        "members": await store.members(organisation.organisation_id),
        "roles": ROLES,
    }
    return View("procurement/team.html", t("Qui prépare les dossiers"), (LIST,), shows)
