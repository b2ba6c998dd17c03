"""What the migrations make is what the code expects, and safe to write a journal in."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, UniqueConstraint, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database

from commons.db.embedded import SERVICE
from commons.db.grants import check_rights
from commons.db.migrate import migrate
from commons.db.schema import all_tables
from commons.kernel.errors import RuleBrokenError

JOURNAL_TABLES = [
    table for table in all_tables().sorted_tables if table.name.startswith("journal")
]
APPEND_ONLY = [t for t in all_tables().sorted_tables if t.info.get("append_only")]


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, all_tables()))


async def test_the_migrations_make_the_tables_the_code_declares(db: AsyncConnection) -> None:
    assert await db.run_sync(_differences) == []


async def test_migrating_twice_changes_nothing(fresh_database: Database) -> None:
    owner = create_async_engine(fresh_database.owner, poolclass=NullPool)
    await migrate(owner, SERVICE)
    async with owner.connect() as db:
        assert await db.run_sync(_differences) == []
    await owner.dispose()


@pytest.mark.parametrize("table", JOURNAL_TABLES, ids=lambda table: table.name)
def test_every_key_of_a_journal_begins_with_its_commons(table: Table) -> None:
    keys = [table.primary_key, *table.foreign_key_constraints]
    keys += [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    for key in keys:
        assert next(iter(key.columns)).name == "commons_id", key
    for index in table.indexes:
        assert next(iter(index.columns)).name == "commons_id", index


@pytest.mark.parametrize("table", JOURNAL_TABLES, ids=lambda table: table.name)
async def test_no_statistics_are_kept_on_which_journal_a_row_is_of(
    db: AsyncConnection, table: Table
) -> None:
    """Decision 0031. The list of journals itself is looked up by that column alone."""
    kept = "SELECT attstattarget FROM pg_attribute WHERE attrelid = CAST(:name AS regclass)"
    target = await db.scalar(text(f"{kept} AND attname = 'commons_id'"), {"name": table.name})
    assert (target == 0) is (table.name != "journal")


@pytest.mark.parametrize("table", APPEND_ONLY, ids=lambda table: table.name)
async def test_the_service_cannot_rewrite_what_is_append_only(
    db: AsyncConnection, table: Table
) -> None:
    column = next(iter(table.columns)).name
    for statement in (
        f"UPDATE {table.name} SET {column} = {column}",  # noqa: S608 -- names of our own
        f"DELETE FROM {table.name}",  # noqa: S608 -- as above
        f"TRUNCATE {table.name}",
    ):
        savepoint = await db.begin_nested()
        with pytest.raises(ProgrammingError, match="permission denied"):
            await db.execute(text(statement))
        await savepoint.rollback()


async def test_the_service_starts_with_its_own_login_only(
    db: AsyncConnection, fresh_database: Database
) -> None:
    await check_rights(db, all_tables())
    owner = create_async_engine(fresh_database.owner, poolclass=NullPool)
    async with owner.connect() as as_owner:
        with pytest.raises(RuleBrokenError, match="journal_entry"):
            await check_rights(as_owner, all_tables())
    await owner.dispose()
