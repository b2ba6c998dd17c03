"""The service as people and programs meet it: an application on a database of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from commons.app import create_app
from commons.identity.authentication import SESSION_COOKIE
from commons.identity.model import INSTANCE, Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.identity.tokens import ApiTokens
from commons.keyring import Keyring
from commons.settings import Settings
from commons.web.context import Services

OPENING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PUBLIC_URL = "https://communs.example"
CSRF = re.compile(r'name="_csrf_token"[^>]*value="([^"]+)"')
KEYS = Keyring(signing=b"s" * 32, email=b"e" * 32, token=b"t" * 32)


@dataclass(slots=True)
class Watch:
    """The clock of a test: it moves when told to."""

    at: datetime = OPENING

    def __call__(self) -> datetime:
        return self.at

    def later(self, **span: int) -> None:
        self.at += timedelta(**span)


@dataclass(slots=True)
class Door:
    """An instance and the ways into it."""

    services: Services
    watch: Watch
    app: Litestar
    people: dict[str, UUID] = field(default_factory=dict)

    def client(self) -> httpx.AsyncClient:
        """A browser, or a program, that has brought nothing yet."""
        transport = httpx.ASGITransport(cast(Any, self.app), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL)

    async def person(self, name: str, *grants: Grant) -> UUID:
        """A person of that name, made if unknown, with these roles."""
        now = self.watch()
        async with self.services.engine.begin() as db:
            store = IdentityStore(db, self.services.keyring.email)
            address = f"{name.casefold()}@communs.example"
            person_id = await store.find_or_make(name, address, now, keep_address=True)
            for grant in grants:
                await store.grant(person_id, grant, now)
        self.people[name] = person_id
        return person_id

    async def steward(self, name: str) -> UUID:
        """A steward of the instance: someone who may register commons."""
        return await self.person(name, Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD))

    async def link(self, name: str) -> str:
        async with self.services.engine.begin() as db:
            store = IdentityStore(db, self.services.keyring.email)
            return (await store.make_link(self.people[name], self.watch())).token

    async def browser(self, name: str) -> "Browser":
        """A browser in which `name` is signed in."""
        browser = Browser(self.client())
        answer = await browser.post(f"/connexion/{await self.link(name)}", {})
        assert answer.status_code == 303
        assert SESSION_COOKIE in browser.client.cookies
        return browser

    def bearer(self, name: str) -> dict[str, str]:
        tokens = ApiTokens(self.services.keyring.token, self.services.settings.instance_name)
        token = tokens.issue(self.people[name], self.watch(), 30)
        return {"Authorization": f"Bearer {token}"}

    def program(self, name: str) -> httpx.AsyncClient:
        """A program that holds a token of `name`."""
        client = self.client()
        client.headers.update(self.bearer(name))
        return client


@dataclass(slots=True)
class Browser:
    """Keeps cookies and sends the secret of forms, as a browser does."""

    client: httpx.AsyncClient
    known: str = ""

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def post(
        self,
        path: str,
        form: Mapping[str, str],
        **more: Any,  # noqa: ANN401 -- as httpx has it
    ) -> httpx.Response:
        secret = await self.secret()
        return await self.client.post(path, data={**form, "_csrf_token": secret}, **more)

    async def secret(self) -> str:
        if not self.known:
            page = await self.client.get("/connexion")
            found = CSRF.search(page.text)
            assert found, page.text
            self.known = found[1]
        return self.known


def open_door(engine: AsyncEngine, folder: Path) -> Door:
    settings = Settings(data_dir=folder, public_url=PUBLIC_URL, instance_name="communs.example")
    watch = Watch()
    services = Services(settings, KEYS, engine, watch)
    return Door(services, watch, create_app(services))


GARDEN = {
    "name": "Jardin partagé de la Poudrerie",
    "resource": "Un jardin de 900 m² et ses outils, ouvert aux voisins",
    "community": "Les habitantes et habitants du quartier",
    "licences": ["CC-BY-SA-4.0"],
    "territory": "Toulouse",
    "themes": ["jardinage", "compost"],
    "readers": "public",
}


async def registered(door: Door, by: str, **changed: object) -> str:
    """Register a commons over the API; its slug."""
    async with door.program(by) as program:
        answer = await program.post("/api/v1/commons", json={**GARDEN, **changed})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["slug"])
