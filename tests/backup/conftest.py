"""Where backups are written in tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own account can traverse: pytest's own is closed to it."""
    with tempfile.TemporaryDirectory(prefix="commons-backup-test-") as name:
        made = Path(name)
        made.chmod(0o755)
        yield made
