"""Connections to PostgreSQL."""

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


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
        connect_args={"server_settings": {"application_name": "commons"}},
    )
