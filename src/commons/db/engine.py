"""Connections to PostgreSQL."""

from collections.abc import Iterable
from typing import TypeAlias, cast
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, URL, Column, ColumnElement, Uuid, any_, literal, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Driver: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
"""A connection of asyncpg, for what is asked thousands of times a second."""

SESSION = {"application_name": "commons", "jit": "off"}
"""Our queries are short and frequent: compiling a plan costs more than it saves."""

BEGIN = text("SELECT 1")


def async_url(address: str) -> URL:
    """A `postgresql://…` address as SQLAlchemy wants it for asyncpg."""
    return make_url(address).set(drivername="postgresql+asyncpg")


def open_engine(address: str | URL, *, connections_max: int = 20) -> AsyncEngine:
    """An engine for `address`. Whoever opens it disposes of it."""
    url = async_url(address) if isinstance(address, str) else address
    return create_async_engine(
        url,
        pool_size=min(5, connections_max),
        max_overflow=max(0, connections_max - 5),
        pool_pre_ping=True,
        connect_args={"server_settings": SESSION},
    )


def driver_url(engine: AsyncEngine) -> str:
    """The address of `engine`, password included, as asyncpg reads it."""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


async def driver_of(db: AsyncConnection) -> Driver:
    """The connection of asyncpg under `db`, inside the same transaction.

    SQLAlchemy opens the transaction with its first statement, so it must have made one.
    """
    await db.execute(BEGIN)
    raw = await db.get_raw_connection()
    return cast("Driver", raw.driver_connection)


def one_of(column: Column[UUID], values: Iterable[UUID]) -> ColumnElement[bool]:
    """Whether the column is one of `values`: one parameter, however many they are."""
    return column == any_(literal(list(values), ARRAY(Uuid)))
