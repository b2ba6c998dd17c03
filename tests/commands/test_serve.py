"""`commons serve` starts by itself, stops clean, and finds its database again after a crash."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commons.db.embedded import EmbeddedPostgres
from commons.kernel.errors import InputError

COMMONS = Path(sys.executable).with_name("commons")
TRIES = 600


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="commons-serve-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder / "data"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    command = [str(COMMONS), "serve", "--port", str(port), "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            yield process, address
        finally:
            process.kill()


def wait_for(address: str) -> None:
    for _ in range(TRIES):
        try:
            urllib.request.urlopen(f"{address}/sante", timeout=5).read()  # noqa: S310 -- http
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the service never answered")


def database(data_dir: Path) -> Path:
    return data_dir / "postgres" / "cluster" / "postmaster.pid"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_clean_and_takes_its_database_with_it(
    data_dir: Path, number: signal.Signals
) -> None:
    with serving(data_dir) as (process, address):
        assert database(data_dir).exists()
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"{address}/connexion/" in said
    assert not database(data_dir).exists()


def test_after_a_crash_the_database_still_running_is_used_again(data_dir: Path) -> None:
    with serving(data_dir) as (process, _):
        process.kill()
        process.wait(timeout=60)
    left = database(data_dir).read_text().splitlines()[0]
    with serving(data_dir) as (process, _):
        assert database(data_dir).read_text().splitlines()[0] == left
        process.terminate()
        said, _ = process.communicate(timeout=60)
    assert "Premier démarrage" not in said
    assert not database(data_dir).exists()


def test_a_database_that_does_not_start_says_what_it_said_this_time(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    cluster = data_dir / "postgres" / "cluster"
    assert "database system is shut down" in (cluster.parent / "server.log").read_text()
    (cluster / "postgresql.conf").write_text("nothing_known = on\n")
    with (
        pytest.raises(InputError, match="nothing_known") as refused,
        EmbeddedPostgres(data_dir),
    ):
        pass
    assert "shut down" not in str(refused.value)
