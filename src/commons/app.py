"""The one composition of everything: `create_app` makes the service of an instance."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from litestar import Litestar, Response, Router
from litestar.config.csrf import CSRFConfig
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.api import EnvelopesApi
from commons.chamber.compare_pages import ComparePages
from commons.chamber.pages import EnvelopePages
from commons.charters.pages import CharterPages
from commons.home import HomePages
from commons.identity.authentication import Authentication, token_to_write, visitor
from commons.identity.pages import AccountPages, SignInPages
from commons.ledger.sealing import Sealer
from commons.registry.api import REGISTRY_ROUTES
from commons.registry.journal_api import JournalApi
from commons.registry.journal_pages import JournalPages
from commons.registry.organisation_pages import OrganisationPages
from commons.registry.pages import CommonsPages, signer_of
from commons.registry.publiccode_pages import PublicCodePages
from commons.web import labels
from commons.web.context import Services
from commons.web.i18n import sentence
from commons.web.problems import EXCEPTION_HANDLERS
from commons.web.templating import FILTERS

WEB = Path(__file__).parent / "web"
LOG = logging.getLogger("commons")
SEALING_SECONDS = 1.0
BODY_BYTES_MAX = 10_000_000
PAGES = (
    HomePages,
    SignInPages,
    AccountPages,
    CommonsPages,
    PublicCodePages,
    OrganisationPages,
    JournalPages,
    EnvelopePages,
    ComparePages,
    CharterPages,
)
API = (*REGISTRY_ROUTES, JournalApi, EnvelopesApi)
CONTENT_SECURITY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_app(services: Services) -> Litestar:
    """The ASGI application of one instance. Several may run on one database."""

    async def db() -> AsyncGenerator[AsyncConnection, None]:
        """One request, one transaction: committed before the answer leaves."""
        async with services.engine.begin() as connection:
            yield connection

    def lent() -> Services:
        return services

    return Litestar(
        route_handlers=[*PAGES, *API, _static_files()],
        dependencies={
            "db": Provide(db),
            "me": Provide(visitor, sync_to_thread=False),
            "services": Provide(lent, sync_to_thread=False),
        },
        guards=[token_to_write],
        middleware=[DefineMiddleware(Authentication, services=services)],
        csrf_config=CSRFConfig(
            secret=services.keyring.token.hex(),
            cookie_secure=services.settings.is_secure,
            cookie_httponly=True,
            exclude="^/api/",
        ),
        exception_handlers=EXCEPTION_HANDLERS,
        template_config=TemplateConfig(instance=_templates()),
        openapi_config=OpenAPIConfig(
            title="commons",
            version="1",
            path="/api/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            components=Components(
                security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}
            ),
        ),
        request_max_body_size=BODY_BYTES_MAX,
        after_request=_guarded,
        lifespan=[_sealing(services)],
        logging_config=None,
    )


def _static_files() -> Router:
    return create_static_files_router(
        path="/static", directories=[WEB / "static"], include_in_schema=False
    )


def _templates() -> JinjaTemplateEngine:
    engine = JinjaTemplateEngine(directory=WEB / "templates")
    environment = engine.engine
    environment.globals.update({"_": sentence, "labels": labels})
    environment.filters.update(FILTERS)
    environment.trim_blocks = environment.lstrip_blocks = True
    return engine


def _guarded(response: Response[object]) -> Response[object]:
    """Headers that close what a browser would leave open."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def _sealing(
    services: Services,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(_seal_for_ever(services))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return lifespan


async def _seal_for_ever(services: Services) -> None:
    """Seal what waits, about every second; a database that is away is tried again."""
    while True:
        try:
            await seal_waiting(services)
        except (SQLAlchemyError, OSError) as error:
            LOG.warning("sealing is put off: %s", error)
        await asyncio.sleep(SEALING_SECONDS)


async def seal_waiting(services: Services) -> int:
    """Seal every journal that has something to seal, each in a transaction of its own."""
    signer = signer_of(services)
    async with services.engine.connect() as db:
        journals = await Sealer(db, signer).waiting()
    for commons_id in journals:
        async with services.engine.begin() as db:
            await Sealer(db, signer).seal(commons_id, services.clock())
    return len(journals)
