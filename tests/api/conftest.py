"""The whole service, listening on the loopback, for programs that know nothing of it."""

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import UNTOUCHED, Database
from tests.doors import Door, open_door, registered

from commons.db.embedded import OWNER, SUPERUSER, EmbeddedPostgres


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the service listens, a steward's token, and a commons of theirs."""

    url: str
    door: Door
    bearer: dict[str, str]
    slug: str


async def _database(server: EmbeddedPostgres, name: str) -> None:
    admin = create_async_engine(
        server.url(SUPERUSER, "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with admin.connect() as connection:
        await connection.execute(
            text(f"CREATE DATABASE {name} TEMPLATE {UNTOUCHED} OWNER {OWNER}")
        )
    await admin.dispose()


async def _peopled(door: Door) -> str:
    await door.steward("Alice")
    return await registered(door, "Alice")


@pytest.fixture(scope="module")
def listening(server: EmbeddedPostgres, template: Database) -> Iterator[Listening]:
    """The service in a thread and event loop of its own, on a database of its own."""
    name = f"test_{uuid4().hex}"
    folder = Path(tempfile.mkdtemp(prefix="commons-test-"))
    # No pool: connections are of the loop that opened them, and there are two loops here.
    engine = create_async_engine(template.service.set(database=name), poolclass=NullPool)
    door = open_door(engine, folder)

    async def prepare() -> str:
        await _database(server, name)
        return await _peopled(door)

    slug = _in_a_thread_of_its_own(prepare)
    service = uvicorn.Server(
        uvicorn.Config(door.app, host="127.0.0.1", port=0, log_level="critical")
    )
    thread = threading.Thread(target=service.run, daemon=True)
    thread.start()
    while not service.started:
        time.sleep(0.02)
    port = service.servers[0].sockets[0].getsockname()[1]
    try:
        yield Listening(f"http://127.0.0.1:{port}", door, door.bearer("Alice"), slug)
    finally:
        service.should_exit = True
        thread.join(timeout=30)
        shutil.rmtree(folder)


def _in_a_thread_of_its_own(coroutine: Callable[[], Coroutine[object, object, str]]) -> str:
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(asyncio.run(coroutine())))
    thread.start()
    thread.join()
    return answers[0]
