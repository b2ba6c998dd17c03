"""The one composition of everything: `create_app` makes the service of an instance."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from litestar import Litestar, Response
from litestar.config.csrf import CSRFConfig
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.compare_pages import ComparePages
from commons.chamber.pages import EnvelopePages
from commons.charters.pages import CharterPages
from commons.db.engine import driver_url
from commons.home import HomePages
from commons.identity.authentication import Authentication, visitor
from commons.identity.pages import AccountPages, SignInPages
from commons.ledger.batcher import Batcher
from commons.ledger.sealer import seal_for_ever
from commons.personal_data import PersonalDataPages
from commons.registry.api import ROUTES
from commons.registry.confirming_pages import ConfirmingPages
from commons.registry.journal_pages import JournalPages
from commons.registry.organisation_pages import OrganisationPages
from commons.registry.pages import CommonsPages, signer_of
from commons.web import labels
from commons.web.context import Services
from commons.web.i18n import sentence
from commons.web.problems import EXCEPTION_HANDLERS
from commons.web.templating import FILTERS

WEB = Path(__file__).parent / "web"
BODY_BYTES_MAX = 10_000_000
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

    batcher = Batcher(driver_url(services.engine), services.clock)

    def writer() -> Batcher:
        return batcher

    engine = JinjaTemplateEngine(directory=WEB / "templates")
    environment = engine.engine
    environment.globals.update({"_": sentence, "labels": labels})
    environment.filters.update(FILTERS)
    environment.trim_blocks = environment.lstrip_blocks = True
    return Litestar(
        route_handlers=[
            HomePages,
            SignInPages,
            AccountPages,
            CommonsPages,
            JournalPages,
            ConfirmingPages,
            EnvelopePages,
            ComparePages,
            CharterPages,
            OrganisationPages,
            PersonalDataPages,
            *ROUTES,
            create_static_files_router(
                path="/static", directories=[WEB / "static"], include_in_schema=False
            ),
        ],
        dependencies={
            "db": Provide(db),
            "me": Provide(visitor, sync_to_thread=False),
            "services": Provide(lent, sync_to_thread=False),
            "writer": Provide(writer, sync_to_thread=False),
        },
        middleware=[DefineMiddleware(Authentication, services=services)],
        csrf_config=CSRFConfig(
            secret=services.keyring.token.hex(),
            cookie_secure=services.settings.is_secure,
            cookie_httponly=True,
            exclude="^/api/",
        ),
        exception_handlers=EXCEPTION_HANDLERS,
        template_config=TemplateConfig(instance=engine),
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
        lifespan=[_sealing(services), _writing(batcher)],
        logging_config=None,
    )


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
        sealing = seal_for_ever(services.engine, signer_of(services), services.clock)
        task = asyncio.create_task(sealing)
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return lifespan


def _writing(
    batcher: Batcher,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with batcher:
            yield

    return lifespan
