"""Who is asking: a cookie for pages, a bearer token for the API, never the one for the other.

A page is protected by CSRF tokens, the API by taking no cookie at all.
"""

from typing import Any, TypeAlias

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from commons.identity.model import Person
from commons.identity.store import IdentityStore
from commons.identity.tokens import ApiTokens
from commons.kernel.errors import UnauthenticatedError
from commons.kernel.text import t
from commons.web.context import Services
from commons.web.pages import AnyRequest

Me: TypeAlias = NamedDependency[Person | None]
"""Who is asking, or nobody: what a handler asks for as `me`."""

SESSION_COOKIE = "commons_session"
BEARER = "bearer "


class Authentication(AbstractAuthenticationMiddleware):
    """Puts the person, or nobody, where pages and handlers find them."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        super().__init__(app)
        self.services = services

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        person = None
        if connection.url.path.startswith("/api/"):
            header = connection.headers.get("authorization", "")
            if header.lower().startswith(BEARER):
                person = await self._by_bearer(header[len(BEARER) :].strip())
        elif not connection.url.path.startswith("/static/"):
            token = connection.cookies.get(SESSION_COOKIE)
            person = await self._by_session(token) if token else None
        connection.scope["state"]["visitor"] = person
        return AuthenticationResult(user=person, auth=None)

    async def _by_session(self, token: str) -> Person | None:
        async with self.services.engine.connect() as db:
            store = IdentityStore(db, self.services.keyring.email)
            return await store.session_person(token, self.services.clock())

    async def _by_bearer(self, token: str) -> Person:
        issuer = self.services.settings.instance_name
        tokens = ApiTokens(self.services.keyring.token, issuer)
        person_id = tokens.read(token, self.services.clock())
        async with self.services.engine.connect() as db:
            person = await IdentityStore(db, self.services.keyring.email).person(person_id)
        if person is None:
            raise UnauthenticatedError(t("Ce jeton n'est plus valable."))
        return person


WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def token_to_write(connection: ASGIConnection[Any, Any, Any, Any], _: object) -> None:
    """A guard: the API takes nothing from strangers, not even to say what is wrong in it."""
    if (
        connection.scope.get("method") in WRITING
        and connection.url.path.startswith("/api/")
        and connection.scope["state"].get("visitor") is None
    ):
        raise UnauthenticatedError(
            t("Envoyez un jeton (Authorization: Bearer …), créé sur la page « Mon compte ».")
        )


def visitor(request: AnyRequest) -> Person | None:
    """The person who is asking, or nobody. A dependency named `me`."""
    found = request.scope["state"].get("visitor")
    return found if isinstance(found, Person) else None
