"""Pages of a commons' members: who they are, inviting, taking a role back."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.inviting import invite, read_invited, read_role
from commons.identity.mail import Mailer
from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import Operation, may, require
from commons.identity.store import IdentityStore
from commons.kernel.errors import NotFoundError
from commons.kernel.text import t
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, View, form_page, read_form, see_other

ROLES = (Role.CONTRIBUTOR, Role.STEWARD, Role.TREASURER)


class MemberPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/membres")
    async def members(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.READ_JOURNAL, commons.commons_id)
        return form_page(request, await self._members_view(commons, db, me, services))

    @post("/membres")
    async def invite(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Invite someone: they join when they accept, not before."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.INVITE, commons.commons_id)
        form = await read_form(request)
        store = IdentityStore(db, services.keyring.email)
        with form.shown_again(await self._members_view(commons, db, me, services)):
            invited = read_invited(form, ROLES)
            offered = Grant(Scope.COMMONS, commons.commons_id, invited.role)
            url = services.settings.public_url
            message = await invite(
                store, invited, offered, commons.name, person, url, services.clock()
            )
        response = see_other(f"/communs/{slug}/membres", "invite")
        response.background = BackgroundTask(Mailer(services.settings).send, message)
        return response

    @get("/membres/{person_id:uuid}/retirer")
    async def confirm(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Template:
        """Say what will happen before a role is taken back."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.INVITE, commons.commons_id)
        role = read_role(request.query_params.get("role", ""), ROLES)
        return form_page(request, await _withdraw_view(commons, person_id, role, db, services))

    @post("/membres/{person_id:uuid}")
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
        person = require(me, Operation.INVITE, commons.commons_id)
        form = await read_form(request)
        role = read_role(form.get("role"), ROLES)
        view = await _withdraw_view(commons, person_id, role, db, services)
        with form.shown_again(view):
            store = IdentityStore(db, services.keyring.email)
            await store.withdraw(person_id, commons.commons_id, role)
        place = "" if person_id == person.person_id else "/membres"
        return see_other(f"/communs/{slug}{place}", "retire")

    @post("/invitations/{invitation_id:uuid}/annuler")
    async def cancel(
        self,
        slug: FromPath[str],
        invitation_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Take back an invitation that has no answer yet."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.INVITE, commons.commons_id)
        store = IdentityStore(db, services.keyring.email)
        await store.cancel_invitation(commons.commons_id, invitation_id, services.clock())
        return see_other(f"/communs/{slug}/membres", "annulee")

    async def _members_view(self, commons: Commons, db: Db, me: Me, services: Services) -> View:
        store = IdentityStore(db, services.keyring.email)
        shows = {
            "commons": commons,
            "members": await store.members(commons.commons_id),
            "waiting": await store.invited(commons.commons_id),
            "may_invite": may(me, Operation.INVITE, commons.commons_id),
        }
        return View("registry/members.html", t("Membres"), crumbs_of(commons), shows)


async def _withdraw_view(
    commons: Commons, person_id: UUID, role: Role, db: Db, services: Services
) -> View:
    store = IdentityStore(db, services.keyring.email)
    members = {item.person_id: item for item in await store.members(commons.commons_id)}
    member = members.get(person_id)
    if member is None or role not in member.roles:
        raise NotFoundError(t("Cette personne n'a pas ce rôle dans ce commun."))
    shows = {"commons": commons, "member": member, "role": role}
    crumbs = (*crumbs_of(commons), Crumb(t("Membres"), f"/communs/{commons.slug}/membres"))
    return View("registry/withdraw.html", t("Retirer un rôle"), crumbs, shows)
