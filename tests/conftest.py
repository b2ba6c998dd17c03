"""What every test may ask for."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real elections, claims and publiccode files that stand beside the project."""
    beside = os.environ.get("COMMONS_SHARED")  # noqa: TID251 -- where the data stands
    folder = (Path(beside) if beside else REPOSITORY.parent / "shared") / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder does not stand beside the project")
    return folder
