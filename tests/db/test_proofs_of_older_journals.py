"""A journal sealed before the migration of proofs has its tiles after it (LED-23)."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database, _as_admin

from commons.db.embedded import OWNER, SERVICE, EmbeddedPostgres
from commons.db.migrate import alembic_config, migrate
from commons.ledger.merkle import leaf_hash, root
from commons.ledger.stored_tree import StoredTree

PLACE = UUID(int=1)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HASHES = [leaf_hash(number.to_bytes(2, "big")) for number in range(600)]


def _first_schema(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


async def test_hashes_of_tiles_are_computed_for_what_was_sealed(
    server: EmbeddedPostgres, template: Database
) -> None:
    name = f"test_{uuid4().hex}"
    await _as_admin(server, f"CREATE DATABASE {name} OWNER {OWNER}")
    engine = create_async_engine(template.owner.set(database=name), poolclass=NullPool)
    async with engine.begin() as db:
        await db.run_sync(_first_schema)
        await db.execute(
            text("INSERT INTO journal VALUES (:place, 'commons.example/1', :now)"),
            {"place": PLACE, "now": NOW},
        )
        rows = [
            {
                "place": PLACE,
                "id": UUID(int=number),
                "n": number,
                "hash": digest,
                "now": NOW,
                "day": NOW.date(),
            }
            for number, digest in enumerate(HASHES)
        ]
        entry = text(
            "INSERT INTO journal_entry (commons_id, entry_id, kind, recorded_at, occurred_from,"
            " occurred_to, leaf, leaf_hash)"
            " VALUES (:place, :id, 'document', :now, :day, :day, '{}', :hash)"
        )
        await db.execute(entry, rows)
        sealed = [
            {"place": r["place"], "n": r["n"], "id": r["id"], "hash": r["hash"]} for r in rows
        ]
        leaf = text("INSERT INTO journal_leaf VALUES (:place, :n, :id, :hash)")
        await db.execute(leaf, sealed)
    await migrate(engine, SERVICE)
    async with engine.connect() as db:
        assert await StoredTree(db, PLACE).root(600) == root(HASHES)
        count = await db.scalar(text("SELECT count(*) FROM journal_node"))
        assert count == 2
    await engine.dispose()
    await _as_admin(server, f"DROP DATABASE {name} WITH (FORCE)")
