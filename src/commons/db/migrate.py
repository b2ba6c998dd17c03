"""Bringing a database to the present schema, as its owner."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from commons.db.grants import grant
from commons.db.schema import all_tables
from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import t

LOCK = text("SELECT pg_advisory_lock(7262626372)")
WAIT_BRIEFLY = text("SELECT set_config('lock_timeout', '500ms', false)")
"""Less than `deadlock_timeout`: where a writer and a migration wait for each other, the
migration gives up, never the writer."""
ATTEMPTS = 120
PAUSE_SECONDS = 0.5
LOCK_NOT_AVAILABLE = "55P03"
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

    Two services that start together take turns; applying twice changes nothing. Each
    migration is a transaction. One that waits for a lock holds up everyone who comes after
    it, so it waits half a second at most, lets them pass, and tries again. Raises
    `RuleBrokenError` if the tables are never free.
    """
    async with owner.connect() as db:
        await db.execute(LOCK)
        await db.execute(WAIT_BRIEFLY)
        await db.commit()
        try:
            await _upgrade_when_free(db)
            await grant(db, all_tables(), service)
            await db.commit()
        finally:
            await db.rollback()
            await db.execute(UNLOCK)
            await db.commit()


async def _upgrade_when_free(db: AsyncConnection) -> None:
    for _ in range(ATTEMPTS):
        try:
            await db.run_sync(_upgrade)
            await db.commit()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            await db.rollback()
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
    raise RuleBrokenError(
        t(
            "La base n'a pas pu être mise à jour : d'autres programmes y écrivent sans "
            "s'arrêter. Arrêtez les autres services, puis recommencez."
        )
    )
