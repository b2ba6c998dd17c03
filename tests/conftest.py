"""What every test may ask for."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tests.doors import Door, open_door

from commons.db.embedded import DATABASE, OWNER, SERVICE, SUPERUSER, EmbeddedPostgres
from commons.db.migrate import migrate

REPOSITORY = Path(__file__).resolve().parents[1]
UNTOUCHED = "commons_untouched"

settings.register_profile(
    "commons",
    deadline=None,
    derandomize="CI" in os.environ,  # noqa: TID251 -- what CI tries is the same each time
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("commons")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real elections, claims and publiccode files that stand beside the project."""
    beside = os.environ.get("COMMONS_SHARED")  # noqa: TID251 -- where the data stands
    folder = (Path(beside) if beside else REPOSITORY.parent / "shared") / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder does not stand beside the project")
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for the whole session, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="commons-test-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database: how its owner and how the service reach it."""

    owner: URL
    service: URL


@pytest.fixture(scope="session")
async def template(server: EmbeddedPostgres) -> Database:
    """The migrated database that others are copied from."""
    await server.prepare_logins()
    owner = server.url(OWNER)
    engine = create_async_engine(owner, poolclass=NullPool)
    await migrate(engine, SERVICE)
    await engine.dispose()
    await _as_admin(server, f"CREATE DATABASE {UNTOUCHED} TEMPLATE {DATABASE}")
    return Database(owner, server.url(SERVICE))


async def _as_admin(server: EmbeddedPostgres, statement: str) -> None:
    admin = create_async_engine(
        server.url(SUPERUSER, "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with admin.connect() as connection:
        await connection.execute(text(statement))
    await admin.dispose()


@pytest.fixture(scope="session")
async def engine(template: Database) -> AsyncIterator[AsyncEngine]:
    """Connections as the service's login, on the database that tests share."""
    engine = create_async_engine(template.service, pool_size=2)
    yield engine
    await engine.dispose()


@pytest.fixture
async def db(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection as the service's login; all it writes is rolled back after the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest.fixture
async def fresh_database(
    server: EmbeddedPostgres, template: Database
) -> AsyncIterator[Database]:
    """A database of the test's own, for what commits, competes or crashes."""
    name = f"test_{uuid4().hex}"
    await _as_admin(server, f"CREATE DATABASE {name} TEMPLATE {UNTOUCHED} OWNER {OWNER}")
    yield Database(template.owner.set(database=name), template.service.set(database=name))
    await _as_admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def door(fresh_database: Database, tmp_path: Path) -> AsyncIterator[Door]:
    """The whole service on a database of the test's own."""
    engine = create_async_engine(fresh_database.service, pool_size=5)
    yield open_door(engine, tmp_path)
    await engine.dispose()
