"""Bringing a database to the present schema, as its owner."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from commons.db.grants import grant
from commons.db.schema import all_tables

LOCK = text("SELECT pg_advisory_lock(7262626372)")
UNLOCK = text("SELECT pg_advisory_unlock(7262626372)")


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(owner: AsyncEngine, service: str) -> None:
    """Apply the missing migrations, then the rights of the login `service`.

    Two services that start together take turns; applying twice changes nothing.
    """
    async with owner.connect() as db:
        await db.execute(LOCK)
        await db.commit()
        try:
            await db.run_sync(_upgrade)
            await db.commit()
            await grant(db, all_tables(), service)
            await db.commit()
        finally:
            await db.rollback()
            await db.execute(UNLOCK)
            await db.commit()
