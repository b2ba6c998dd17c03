"""A real browser, a served instance, and a village of people to look at it as."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, async_playwright, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from tests.browser.looking import PATIENCE_MS
from tests.browser.serving import ARGUMENTS, CHROMIUM, Site, served
from tests.browser.village import Village, settled_village
from tests.conftest import UNTOUCHED, Database
from tests.programs import missing

from commons.db.embedded import OWNER, SUPERUSER, EmbeddedPostgres

# A page has as long to show what a test expects as to load: two cores may have much to do.
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        missing(str(CHROMIUM), "deps")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(ARGUMENTS)
        )
        yield chromium
        await chromium.close()


@pytest.fixture
async def site(fresh_database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """An instance where nothing has happened yet."""
    async with served(fresh_database.service, tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
async def village(
    server: EmbeddedPostgres,
    template: Database,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Village]:
    """An instance with everything in it, to be looked at and not changed."""
    name = f"village_{uuid4().hex}"
    admin = create_async_engine(
        server.url(SUPERUSER, "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with admin.connect() as db:
        await db.execute(text(f"CREATE DATABASE {name} TEMPLATE {UNTOUCHED} OWNER {OWNER}"))
    folder = tmp_path_factory.mktemp("village")
    async with served(template.service.set(database=name), folder) as running:
        yield await settled_village(running)
    async with admin.connect() as db:
        await db.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


@pytest.fixture
async def hamlet(site: Site) -> Village:
    """A village of the test's own, for what changes it."""
    return await settled_village(site)
