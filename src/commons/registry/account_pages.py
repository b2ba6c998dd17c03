"""One's own account: name, roles and where they hold, a token for a program."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.model import INSTANCE, Person, Role, Scope
from commons.identity.pages import ACCOUNT
from commons.identity.rules import require_someone
from commons.identity.store import IdentityStore
from commons.identity.tokens import DAYS_MAX, ApiTokens
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, View, form_page, page, read_form, see_other


class AccountPages(Controller):
    path = "/moi"
    include_in_schema = False

    @get()
    async def account(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Template:
        person = require_someone(me)
        return form_page(request, await _account_view(person, db, services))

    @post()
    async def rename(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Redirect:
        person = require_someone(me)
        form = await read_form(request)
        with form.shown_again(await _account_view(person, db, services)):
            try:
                store = IdentityStore(db, services.keyring.email)
                await store.rename(person.person_id, form.get("name"))
            except InputError as error:
                faults = [FieldError("name", error.text)]
                raise InputError(t("Ce nom ne convient pas."), faults) from error
        return see_other("/moi", "nom")

    @post("/jeton", status_code=200)
    async def token(self, request: AnyRequest, me: Me, services: Lent) -> Template:
        """A token for a program, shown once and kept nowhere."""
        person = require_someone(me)
        tokens = ApiTokens(services.keyring.token, services.settings.instance_name)
        token = tokens.issue(person.person_id, services.clock(), DAYS_MAX)
        shows = {"token": token, "days": DAYS_MAX}
        return page(request, View("identity/token.html", t("Un jeton"), ACCOUNT, shows))


async def _account_view(person: Person, db: Db, services: Services) -> View:
    held: dict[UUID, list[Role]] = {}
    for grant in sorted(person.grants, key=lambda grant: grant.role):
        held.setdefault(grant.scope_id, []).append(grant.role)
    names: dict[UUID, Text | str] = {INSTANCE: t("cette instance")}
    registry = RegistryStore(db)
    names |= {item.commons_id: item.name for item in await registry.several(held)}
    for grant in person.grants:
        if grant.scope is Scope.ORGANISATION:
            names[grant.scope_id] = (await registry.organisation(grant.scope_id)).name
    places = [(names[key], roles) for key, roles in held.items() if key in names]
    shows = {
        "person": person,
        "places": sorted(places, key=lambda place: str(place[0])),
        "invitations": await IdentityStore(db, services.keyring.email).invitations(
            person.person_id
        ),
        "days": DAYS_MAX,
    }
    return View("identity/account.html", t("Mon compte"), (), shows)
