"""Proofs as text: inclusion as C2SP `tlog-proof`, consistency as a witness is asked for it."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from commons.kernel.text import t
from commons.ledger.checkpoint import Checkpoint, NoteError, parse_checkpoint, strict_base64
from commons.ledger.merkle import is_consistent, root_from_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
HASHES_MAX = 63
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,17})\Z")


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Why a leaf stands at `index` under the checkpoint of `note`."""

    index: int
    hashes: tuple[bytes, ...]
    note: str

    @property
    def checkpoint(self) -> Checkpoint:
        return parse_checkpoint(self.note)

    def proves(self, leaf: bytes) -> bool:
        """Whether the hash `leaf` leads to the root of the checkpoint."""
        point = self.checkpoint
        return root_from_inclusion(leaf, self.index, point.size, self.hashes) == point.root

    def __str__(self) -> str:
        return f"{HEADER}\nindex {self.index}\n{_lines(self.hashes)}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> "Inclusion":
        """Read a `tlog-proof` without extra data. Raises `NoteError` for anything else."""
        head, separator, note = text.partition("\n\n")
        lines = head.split("\n")
        if not separator or len(lines) < 2 or lines[0] != HEADER:
            raise NoteError(t("une preuve commence par {header}", header=HEADER))
        index = _after("index", lines[1])
        parse_checkpoint(note)
        return cls(index, _hashes(lines[2:]), note)


@dataclass(frozen=True, slots=True)
class Consistency:
    """Why the tree of `old_size` is the beginning of the one under the checkpoint."""

    old_size: int
    hashes: tuple[bytes, ...]
    note: str

    @property
    def checkpoint(self) -> Checkpoint:
        return parse_checkpoint(self.note)

    def proves(self, old_root: bytes) -> bool:
        """Whether a tree of `old_size` with this root is the beginning of the new one."""
        point = self.checkpoint
        if self.old_size == 0:
            return not self.hashes
        return is_consistent(self.old_size, old_root, point.size, point.root, self.hashes)

    def __str__(self) -> str:
        return f"old {self.old_size}\n{_lines(self.hashes)}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> "Consistency":
        """Read `old N`, the hashes, an empty line and a checkpoint, or raise `NoteError`."""
        head, separator, note = text.partition("\n\n")
        lines = head.split("\n")
        if not separator:
            raise NoteError(t("une ligne vide précède le point de contrôle"))
        old_size = _after("old", lines[0])
        parse_checkpoint(note)
        return cls(old_size, _hashes(lines[1:]), note)


def _after(word: str, line: str) -> int:
    name, _, number = line.partition(" ")
    if name != word or not _NUMBER.match(number):
        raise NoteError(t("une ligne « {word} » suivie d'un nombre est attendue", word=word))
    return int(number)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    hashes = tuple(strict_base64(line) for line in lines)
    if len(hashes) > HASHES_MAX or any(len(item) != 32 for item in hashes):
        raise NoteError(t("une preuve a au plus 63 empreintes de 32 octets"))
    return hashes


def _lines(hashes: Sequence[bytes]) -> str:
    return "".join(f"{base64.b64encode(item).decode()}\n" for item in hashes)
