"""An instance at work: its settings, keys and database, opened and closed together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from commons.db.embedded import OWNER, SERVICE, EmbeddedPostgres
from commons.db.engine import async_url, open_engine
from commons.db.grants import check_rights
from commons.db.migrate import migrate
from commons.db.schema import all_tables
from commons.erased import NAME as LIST
from commons.erased import keep_list
from commons.kernel.errors import InputError, RuleBrokenError
from commons.kernel.text import t
from commons.keyring import SIGNING, Keyring
from commons.ledger.sealing import Signer
from commons.ledger.witness import Cosigner, cosigner
from commons.settings import Settings


@dataclass(frozen=True, slots=True)
class Instance:
    settings: Settings
    keyring: Keyring
    engine: AsyncEngine

    @property
    def signer(self) -> Signer:
        return Signer(self.settings.instance_name, self.keyring.signing_key())

    @property
    def cosigner(self) -> Cosigner:
        """This instance as a witness: another name and another key than its own journals'."""
        return cosigner(self.settings, self.keyring)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back by an exception."""
        async with self.engine.begin() as db:
            yield db

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One moment of the database, however long it is read; nothing written stays."""
        async with self.engine.connect() as db:
            await db.execution_options(isolation_level="REPEATABLE READ")
            yield db


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the service, and the owner who migrates, reach the database."""

    service: URL
    owner: URL


def check_inhabited(settings: Settings) -> None:
    """Refuse to look for an instance in a folder that holds none, where one would be made.

    Raises `InputError` if its key is not there or, with the embedded server, its database.
    """
    needed = [settings.keys_dir / SIGNING]
    if not settings.database_url:
        needed.append(settings.data_dir / "postgres" / "cluster")
    try:
        is_inhabited = all(path.exists() for path in needed)
    except OSError:
        is_inhabited = False
    if not is_inhabited:
        raise InputError(
            t(
                "{folder} ne contient pas d'instance, et rien n'y est créé : donnez son "
                "dossier avec --data-dir.",
                folder=str(settings.data_dir),
            )
        )


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Addresses]:
    """The database of `settings`, the embedded one running for as long as the context.

    Raises `DomainError` with what to do if it cannot be had.
    """
    if settings.database_url:
        yield Addresses(
            async_url(settings.database_url), async_url(settings.owner_database_url)
        )
        return
    with EmbeddedPostgres(settings.data_dir) as server:
        await server.prepare_logins()
        yield Addresses(server.url(SERVICE), server.url(OWNER))


async def migrate_database(addresses: Addresses) -> None:
    """Bring the database to the present schema and give the service its rights."""
    engine = open_engine(addresses.owner, connections_max=1)
    try:
        await migrate(engine, addresses.service.username or SERVICE)
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_instance(
    settings: Settings, *, is_restoring: bool = False
) -> AsyncIterator[Instance]:
    """Start or find the database, migrate it, check the service's rights; close it all.

    With `COMMONS_DATABASE_URL` set, that server is used; else the embedded one. Raises
    `DomainError` with what to do if either cannot be had, and where a restoration was cut
    short: people who had been erased may be back in it.
    """
    if settings.restoring.exists() and not is_restoring:
        raise RuleBrokenError(
            t(
                "Une restauration a été interrompue dans {folder} : videz ce dossier (et la "
                "base, si elle est ailleurs), gardez la liste {listed}, puis restaurez de "
                "nouveau.",
                folder=str(settings.data_dir),
                listed=LIST,
            )
        )
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(open_database(settings))
        await migrate_database(addresses)
        engine = open_engine(addresses.service)
        stack.push_async_callback(engine.dispose)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        keyring = Keyring.open(settings.keys_dir)
        async with engine.connect() as db:
            await check_rights(db, all_tables())
            await keep_list(db, keyring.email, settings.data_dir)
        yield Instance(settings, keyring, engine)
