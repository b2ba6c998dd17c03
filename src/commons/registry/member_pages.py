"""Pages of a commons' members: who they are, inviting, taking a role back."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.mail import Mailer, invitation_message
from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import Operation, may, require
from commons.identity.store import LINK_MINUTES, IdentityStore
from commons.kernel.errors import FieldError, InputError, NotFoundError
from commons.kernel.text import t
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, View, form_page, read_form, see_other


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
        role = _role(request.query_params.get("role", ""))
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
        role = _role(form.get("role"))
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


def _role(typed: str) -> Role:
    if typed not in (Role.CONTRIBUTOR, Role.STEWARD, Role.TREASURER):
        raise InputError(
            t("Choisissez un rôle."), [FieldError("role", t("Choisissez un rôle."))]
        )
    return Role(typed)
