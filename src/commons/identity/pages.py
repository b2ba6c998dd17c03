"""Signing in and out, answering invitations."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import SESSION_COOKIE, Me
from commons.identity.mail import Mailer, sign_in_message
from commons.identity.rules import check_address, require_someone
from commons.identity.store import LINK_MINUTES, SESSION_DAYS, IdentityStore
from commons.identity.tokens import email_hmac
from commons.kernel.errors import FieldError, InputError, RuleBrokenError
from commons.kernel.text import t
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, View, form_page, page, read_form, see_other

SIGN_IN = View("identity/sign_in.html", t("Se connecter"))
ACCOUNT = (Crumb(t("Mon compte"), "/moi"),)


class SignInPages(Controller):
    path = "/connexion"
    include_in_schema = False

    @get()
    async def ask(self, request: AnyRequest) -> Template:
        return form_page(request, SIGN_IN)

    @post(status_code=200)
    async def send(self, request: AnyRequest, db: Db, services: Lent) -> Template:
        """Send a link, if the address is known; the answer is the same if it is not."""
        form = await read_form(request)
        with form.shown_again(SIGN_IN):
            try:
                address = check_address(form.get("email"))
            except InputError as error:
                raise InputError(
                    t("Cette adresse ne se lit pas."), [FieldError("email", error.text)]
                ) from error
            store = IdentityStore(db, services.keyring.email)
            now = services.clock()
            key = email_hmac(services.keyring.email, address)
            if not await store.may_try(key, now):
                raise RuleBrokenError(
                    t("Trop de liens demandés pour cette adresse : attendez un quart d'heure.")
                )
            person_id = await store.by_address(address)
        sent = View("identity/sent.html", t("Regardez vos messages"), (), {"address": address})
        response = page(request, sent)
        if person_id is not None:
            link = await store.make_link(person_id, now)
            url = f"{services.settings.public_url}/connexion/{link.token}"
            message = sign_in_message(address, url, LINK_MINUTES)
            response.background = BackgroundTask(Mailer(services.settings).send, message)
        return response

    @get("/{token:str}")
    async def show(
        self, request: AnyRequest, token: FromPath[str], db: Db, services: Lent
    ) -> Template:
        """Show a button. Looking at the link does not use it: mail scanners look too."""
        store = IdentityStore(db, services.keyring.email)
        good = await store.link_is_good(token, services.clock())
        view = View("identity/confirm.html", t("Se connecter"), (), {"good": good})
        response = page(request, view)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @post("/{token:str}")
    async def use(
        self, request: AnyRequest, token: FromPath[str], db: Db, services: Lent
    ) -> Response[Any]:
        store = IdentityStore(db, services.keyring.email)
        session = await store.use_link(token, services.clock())
        if session is None:
            view = View("identity/confirm.html", t("Se connecter"), (), {"good": False})
            return page(request, view, status=409)
        response = see_other("/invitations")
        response.set_cookie(
            SESSION_COOKIE,
            session,
            max_age=SESSION_DAYS * 86_400,
            httponly=True,
            samesite="lax",
            secure=services.settings.is_secure,
        )
        return response


class InvitationPages(Controller):
    include_in_schema = False

    @post("/deconnexion")
    async def sign_out(self, request: AnyRequest, db: Db, services: Lent) -> Redirect:
        token = request.cookies.get(SESSION_COOKIE)
        if token:
            await IdentityStore(db, services.keyring.email).end_session(token)
        response = see_other("/")
        response.delete_cookie(SESSION_COOKIE)
        return response

    @get("/invitations")
    async def invitations(
        self, request: AnyRequest, db: Db, me: Me, services: Lent
    ) -> Template | Redirect:
        person = require_someone(me)
        store = IdentityStore(db, services.keyring.email)
        waiting = await store.invitations(person.person_id)
        if not waiting:
            return see_other("/")
        shows = {"invitations": waiting}
        view = View("identity/invitations.html", t("Vous êtes invité·e"), ACCOUNT, shows)
        return page(request, view)

    @post("/invitations/{invitation_id:uuid}")
    async def answer(
        self, request: AnyRequest, invitation_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Redirect:
        person = require_someone(me)
        form = await read_form(request)
        accepted = form.get("reponse") == "oui"
        store = IdentityStore(db, services.keyring.email)
        await store.answer(person.person_id, invitation_id, services.clock(), accepted=accepted)
        return see_other("/moi", "bienvenue" if accepted else "refuse")
