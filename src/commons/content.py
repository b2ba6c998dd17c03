"""Finds the content folders (`charters/`, `ledger/`, `procurement/`, `examples/`).

Nobody else builds a path to them: in a wheel they are packaged inside `commons`, in a
checkout they stand at its root.
"""

from pathlib import Path
from typing import Literal, TypeAlias

Folder: TypeAlias = Literal["charters", "ledger", "procurement", "examples"]

_PACKAGE = Path(__file__).parent


def content_folder(name: Folder) -> Path:
    """The folder `name`, from the package if it is there, else from the repository root."""
    packaged = _PACKAGE / "_content" / name
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / name
