"""The one composition of everything: `create_app` makes the service of an instance."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

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
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.chamber.api import EnvelopesApi
from commons.chamber.balance_api import BalanceApi
from commons.chamber.balance_pages import BalancePages
from commons.chamber.calculator import Calculator
from commons.chamber.compare_pages import ComparePages
from commons.chamber.election_pages import ElectionPages
from commons.chamber.money_pages import MoneyPages
from commons.chamber.pages import EnvelopePages
from commons.charters.pages import CharterPages
from commons.db.engine import driver_url
from commons.home import HomePages
from commons.identity.authentication import Authentication, token_to_write, visitor
from commons.identity.pages import InvitationPages, SignInPages
from commons.kernel.errors import DomainError
from commons.ledger import sealer
from commons.ledger.api import LOG_ROUTES
from commons.ledger.asking import Asking, send
from commons.ledger.batcher import Batcher
from commons.ledger.checkpoint import NoteError
from commons.personal_data import PersonalDataPages
from commons.procurement.api import ProcurementApi
from commons.procurement.catalogue_pages import CataloguePages
from commons.procurement.clause_pages import DossierClausePages
from commons.procurement.edit_pages import DossierEditPages
from commons.procurement.pages import DossierPages
from commons.procurement.team_pages import TeamPages
from commons.registry.account_pages import AccountPages
from commons.registry.api import REGISTRY_ROUTES
from commons.registry.book_api import BookApi, BookPages
from commons.registry.confirming_api import ConfirmingApi
from commons.registry.confirming_pages import ConfirmingPages
from commons.registry.entries_api import EntriesApi
from commons.registry.import_api import ImportApi
from commons.registry.import_pages import ImportPages
from commons.registry.journal_api import JournalApi
from commons.registry.journal_pages import JournalPages
from commons.registry.known import KnownCommons
from commons.registry.log_pages import LogPages
from commons.registry.member_pages import MemberPages
from commons.registry.organisation_pages import OrganisationPages
from commons.registry.pages import CommonsPages, signer_of
from commons.registry.proof_api import ProofApi, ProofPages
from commons.registry.publiccode_pages import PublicCodePages
from commons.registry.ruling_pages import RulingPages
from commons.statements.api import StatementApi, ValuationApi
from commons.statements.pages import OwnContributionPages, StatementPages
from commons.verifying_pages import VerifyingPages
from commons.web import labels
from commons.web.context import Services
from commons.web.glossary import GLOSSARY
from commons.web.i18n import sentence
from commons.web.problems import EXCEPTION_HANDLERS
from commons.web.templating import FILTERS, how_many
from commons.web.verifier_words import verifier_words

WEB = Path(__file__).parent / "web"
LOG = logging.getLogger("commons")
ASKING_SECONDS = 60.0
BODY_BYTES_MAX = 10_000_000
PAGES = (
    HomePages,
    VerifyingPages,
    SignInPages,
    InvitationPages,
    AccountPages,
    PersonalDataPages,
    OwnContributionPages,
    CommonsPages,
    MemberPages,
    PublicCodePages,
    OrganisationPages,
    LogPages,
    CataloguePages,
    DossierPages,
    DossierEditPages,
    DossierClausePages,
    TeamPages,
    JournalPages,
    ImportPages,
    StatementPages,
    BookPages,
    ConfirmingPages,
    RulingPages,
    ProofPages,
    EnvelopePages,
    MoneyPages,
    ElectionPages,
    BalancePages,
    ComparePages,
    CharterPages,
)
API = (
    *REGISTRY_ROUTES,
    JournalApi,
    ImportApi,
    EntriesApi,
    BalanceApi,
    BookApi,
    ConfirmingApi,
    ProofApi,
    EnvelopesApi,
    ProcurementApi,
    StatementApi,
    ValuationApi,
    *LOG_ROUTES,
)
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

    known_commons = KnownCommons(services.engine)

    def known() -> KnownCommons:
        return known_commons

    calculator = Calculator()

    def calculating() -> Calculator:
        return calculator

    return Litestar(
        route_handlers=[*PAGES, *API, _static_files()],
        dependencies={
            "db": Provide(db),
            "me": Provide(visitor, sync_to_thread=False),
            "services": Provide(lent, sync_to_thread=False),
            "writer": Provide(writer, sync_to_thread=False),
            "known": Provide(known, sync_to_thread=False),
            "calculator": Provide(calculating, sync_to_thread=False),
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
        lifespan=[_sealing(services), _writing(batcher), _calculating(calculator)],
        logging_config=None,
    )


def _static_files() -> Router:
    return create_static_files_router(
        path="/static", directories=[WEB / "static"], include_in_schema=False
    )


def _templates() -> JinjaTemplateEngine:
    engine = JinjaTemplateEngine(directory=WEB / "templates")
    environment = engine.engine
    environment.globals.update(
        _=sentence,
        how_many=how_many,
        labels=labels,
        glossary=GLOSSARY,
        verifier_words=verifier_words,
        new_key=uuid4,
    )
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
        sealing = sealer.seal_for_ever(services.engine, signer_of(services), services.clock)
        loops = (sealing, _ask_for_ever(services))
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            yield
        finally:
            for task in tasks:
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


def _calculating(
    calculator: Calculator,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with aclosing(calculator):
            yield

    return lifespan


async def seal_waiting(services: Services) -> int:
    """Seal once what waits, as the background sealer does; returns how many entries."""
    async with services.engine.connect() as db:
        return await sealer.seal_waiting(db, signer_of(services), services.clock)


async def _ask_for_ever(services: Services) -> None:
    """Ask the witnesses about every minute; one that is away or refuses is tried again."""
    while True:
        await asyncio.sleep(ASKING_SECONDS)
        try:
            await ask_witnesses(services)
        except Exception as error:  # noqa: BLE001 -- nothing may end asking for good
            LOG.warning("asking witnesses is put off: %r", error)


async def ask_witnesses(services: Services) -> list[str]:
    """Have what has been sealed since countersigned; returns what went wrong, also logged."""
    faults = []
    signer = signer_of(services)
    async with services.engine.connect() as db:
        contacts = await Asking(db, signer).contacts()
    for contact in contacts:
        async with services.engine.connect() as db:
            moved = await Asking(db, signer).proofs.moved_since(contact.key)
        for commons_id in moved:
            try:
                async with services.engine.begin() as db:
                    await Asking(db, signer).ask(contact, commons_id, send, services.clock())
            except (DomainError, NoteError, OSError) as error:
                LOG.warning("witness %s: %s", contact.key.name, error)
                faults.append(f"{contact.key.name}: {error}")
    return faults
