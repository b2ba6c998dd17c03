"""Migrations hold up nobody who writes in a journal."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database, _as_admin

from commons.db.embedded import OWNER, SERVICE, EmbeddedPostgres
from commons.db.migrate import alembic_config, migrate

PLACE = UUID(int=1)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
GROWN = ("journal_entry", "journal_leaf", "journal_personal", "journal_posting")
"""The tables that have a row, or more, for each entry."""
WRITE = text(
    "INSERT INTO journal_entry (commons_id, entry_id, kind, recorded_at, occurred_from,"
    " occurred_to, leaf, leaf_hash)"
    " VALUES (:place, :id, 'document', :now, current_date, current_date, '{}', '\\x00')"
)
HELD = text(
    "SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
    " WHERE l.pid = pg_backend_pid() AND l.granted AND c.relname = ANY(CAST(:grown AS text[]))"
    " AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',"
    " 'AccessExclusiveLock')"
)
AT_ONCE = re.compile(
    rf"CREATE INDEX \S+ ON (?!({'|'.join(GROWN)})\b)|ALTER TABLE \S+ DROP CONSTRAINT "
    rf"|ALTER TABLE (?!({'|'.join(GROWN)})\b)|LOCK TABLE |UPDATE alembic_version |COMMENT ON "
    r"|COMMIT$"
)
"""What is done in a moment however long a journal is."""


def first_schema(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


async def write(db: AsyncConnection) -> None:
    await db.execute(WRITE, {"place": PLACE, "id": uuid4(), "now": NOW})


@pytest.fixture
async def living(server: EmbeddedPostgres, template: Database) -> AsyncIterator[AsyncEngine]:
    """The owner's way to a database of the first schema, with a journal in it."""
    name = f"test_{uuid4().hex}"
    await _as_admin(server, f"CREATE DATABASE {name} OWNER {OWNER}")
    url: URL = template.owner.set(database=name)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as db:
        await db.run_sync(first_schema)
        opening = text("INSERT INTO journal VALUES (:place, 'commons.example/1', :now)")
        await db.execute(opening, {"place": PLACE, "now": NOW})
        await write(db)
    yield engine
    await engine.dispose()
    await _as_admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Watch:
    """What a migrating connection does while writers of a grown table have to wait."""

    done: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    is_asking: bool = False

    def after(self, connection: Connection, statement: str) -> None:
        if self.is_asking:
            return
        self.is_asking = True
        held = frozenset(connection.execute(HELD, {"grown": list(GROWN)}).scalars())
        self.is_asking = False
        self.done.append((" ".join(statement.split()), held))

    def while_held(self) -> list[str]:
        """The statements that began while a lock was held."""
        pairs = zip(self.done, self.done[1:], strict=False)
        return [statement for (_, held), (statement, _) in pairs if held]


async def test_while_a_table_that_grows_is_locked_nothing_else_is_done(
    living: AsyncEngine,
) -> None:
    watch = Watch()

    def after(connection: Connection, _c: object, statement: str, *_: object) -> None:
        watch.after(connection, statement)

    def committed(_: Connection) -> None:
        watch.done.append(("COMMIT", frozenset()))

    event.listen(living.sync_engine, "after_cursor_execute", after)
    event.listen(living.sync_engine, "commit", committed)
    await migrate(living, SERVICE)
    assert any(held for _, held in watch.done), "no migration locks anything: nothing is seen"
    slow = [one for one in watch.while_held() if not AT_ONCE.match(one)]
    assert slow == []


async def test_who_writes_passes_a_migration_that_waits_for_another(
    living: AsyncEngine,
) -> None:
    async with living.connect() as long, living.connect() as passing:
        await write(long)
        migrating = asyncio.create_task(migrate(living, SERVICE))
        for _ in range(600):
            waiting = await passing.scalar(
                text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
            )
            await passing.rollback()
            if waiting:
                break
            await asyncio.sleep(0.05)
        assert waiting
        await write(passing)
        await passing.commit()
        assert not migrating.done()
        await long.commit()
        await migrating
    async with living.connect() as db:
        assert await db.scalar(text("SELECT version_num FROM alembic_version")) != "0001"
