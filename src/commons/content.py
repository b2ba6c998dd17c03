"""Finds the content folders (`charters/`, `ledger/`, `procurement/`, `examples/`).

Nobody else builds a path to them: in a wheel they are packaged inside `commons`, in a
checkout they stand at its root.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from commons.kernel.text import Text, t

Folder: TypeAlias = Literal["charters", "ledger", "procurement", "examples"]

_PACKAGE = Path(__file__).parent


def content_folder(name: Folder) -> Path:
    """The folder `name`, from the package if it is there, else from the repository root."""
    packaged = _PACKAGE / "_content" / name
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / name


def read_lock(name: Folder) -> dict[str, str]:
    """What has been published: `id@version` to the SHA-256 (hex) of its file's bytes."""
    lines = (content_folder(name) / "published.lock").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {key: digest for key, digest in pairs}  # noqa: C416 -- checks there are two words


def lock_faults(name: Folder, digests: Mapping[str, str]) -> list[Text]:
    """Compare what is there (`id@version` to SHA-256) with what was published.

    Published means frozen: a changed text needs a new version, a new one needs its line,
    and a published one may not disappear.
    """
    locked = read_lock(name)
    faults = []
    for key in sorted(locked.keys() | digests.keys()):
        if key not in digests:
            faults.append(t("{key} a été publié puis retiré de {name}/.", key=key, name=name))
        elif key not in locked:
            faults.append(t("{key} n'est pas inscrit dans published.lock.", key=key))
        elif locked[key] != digests[key]:
            faults.append(t("{key} a changé depuis sa publication.", key=key))
    return faults
