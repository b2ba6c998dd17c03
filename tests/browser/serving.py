"""A served instance on a loopback port, with a clock the test moves and a browser beside it."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from uuid import UUID

import uvicorn
from litestar import Litestar
from playwright.async_api import BrowserContext
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from commons.app import create_app
from commons.identity.authentication import SESSION_COOKIE
from commons.identity.store import IdentityStore
from commons.keyring import Keyring
from commons.settings import Settings
from commons.web.context import Services

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TODAY = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
_LINK = re.compile(r"http://\S+/connexion/\S+")


@dataclass(slots=True)
class Calendar:
    """A clock that stands still until a test moves it."""

    moment: datetime = TODAY

    def __call__(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class Site:
    """A served instance: where it is, what it lends, what it sent."""

    url: str
    app: Litestar
    services: Services
    calendar: Calendar

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    async def last_link(self, address: str) -> str:
        """The address in the latest message to `address`; waits until it has been sent."""
        folder = self.services.settings.data_dir / "mail"
        for _ in range(100):
            files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
            for file in reversed(files):
                message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
                body = message.get_body()
                if message["To"] == address and body is not None:
                    return str(_LINK.findall(body.get_content())[0])
            await asyncio.sleep(0.05)
        raise AssertionError(f"no message to {address}")

    async def sign_in(self, context: BrowserContext, person_id: UUID) -> None:
        """Give the browser a session of that person."""
        async with self.services.engine.begin() as db:
            store = IdentityStore(db, self.services.keyring.email)
            link = await store.make_link(person_id, self.calendar())
            token = await store.use_link(link.token, self.calendar())
        assert token is not None
        await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.url}])


@asynccontextmanager
async def served(database: URL, folder: Path) -> AsyncIterator[Site]:
    """Serve an instance on `database` until the block ends; its mail goes to `folder`."""
    calendar = Calendar()
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    engine = create_async_engine(database, pool_size=5)
    settings = Settings(folder, public_url=url, instance_name="communs.exemple.fr")
    services = Services(settings, Keyring.open(settings.keys_dir), engine, calendar)
    app = create_app(services)
    config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await _ready(server)
    try:
        yield Site(url, app, services, calendar)
    finally:
        server.should_exit = True
        await task
        listening.close()
        await engine.dispose()


async def _ready(server: uvicorn.Server) -> None:
    """Uvicorn says that it has started in an attribute, and in no other way."""
    for _ in range(500):
        if server.started:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the service did not start")
