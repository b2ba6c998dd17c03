"""The programs tests call: where they are, and what to say where they are not."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def missing(what: str, made_by: str) -> NoReturn:
    """Skip the test with a word; CI installs everything, so there the test fails."""
    reason = f"{what} is not installed: `make {made_by}`"
    if os.environ.get("CI"):  # noqa: TID251 -- CI may not skip these tests
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, made_by: str = "deps", *, beside: Path | None = None) -> str:
    """Where a program is: in the folder `beside`, or on the path."""
    if beside and (beside / name).exists():
        return str(beside / name)
    return shutil.which(name) or missing(name, made_by)
