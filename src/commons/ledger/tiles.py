"""Tiles: the tree cut in rows of 256 hashes, as C2SP `tlog-tiles` names and numbers them.

Level 0 holds leaf hashes; a hash of level L is the root over 256^L leaves. A row that is not
full yet is a partial tile, with its width in its address.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from commons.ledger.merkle import Frontier, Range

HEIGHT = 8
WIDTH = 1 << HEIGHT
LEVEL_MAX = 63

Place: TypeAlias = tuple[int, int]
"""A level and a number in it."""

_PATH = re.compile(
    r"(?P<what>entries|0|[1-9][0-9]?)/(?P<high>(?:x[0-9]{3}/)*)(?P<low>[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?\Z"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """`is_bundle` asks for the entries behind a tile of level 0 instead of their hashes."""

    level: int
    number: int
    width: int = WIDTH
    is_bundle: bool = False

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Read what follows `tile/` in an address. Raises `ValueError` for any other."""
        found = _PATH.match(path)
        if found is None:
            raise ValueError(path)
        digits = found["high"].replace("x", "").replace("/", "") + found["low"]
        width = int(found["width"] or WIDTH)
        level = 0 if found["what"] == "entries" else int(found["what"])
        tile = cls(level, int(digits), width, found["what"] == "entries")
        if level > LEVEL_MAX or tile.path() != path:
            raise ValueError(path)
        return tile

    def path(self) -> str:
        number = self.number
        digits: list[str] = []
        while not digits or number:
            number, low = divmod(number, 1000)
            digits.append(f"{low:03}")
        elements = [*(f"x{part}" for part in digits[:0:-1]), digits[0]]
        what = "entries" if self.is_bundle else str(self.level)
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{what}/{'/'.join(elements)}{suffix}"

    @property
    def places(self) -> Range:
        """Its hashes among those of its level: the first, and the one after the last."""
        return self.number * WIDTH, self.number * WIDTH + self.width

    def is_in(self, size: int) -> bool:
        """Whether a tree of `size` leaves has it."""
        return 0 < self.width <= WIDTH and self.places[1] <= size >> HEIGHT * self.level


def grow(frontier: Frontier, leaf: bytes) -> list[tuple[int, int, bytes]]:
    """Add a leaf; returns the hashes of tiles that become known: level, number, hash."""
    return [
        (height // HEIGHT, (frontier.size >> height) - 1, node)
        for height, node in frontier.add(leaf)
        if height % HEIGHT == 0
    ]


def pieces(wanted: Range) -> list[tuple[int, int, int]]:
    """The hashes that make up a subtree: level, first, and after the last, left to right.

    `wanted` is a subtree of RFC 6962: it starts on a multiple of its size rounded up to a
    power of two.
    """
    start, end = wanted
    level = 0
    while (end - start) >> HEIGHT * (level + 1):
        level += 1
    result = []
    while start < end:
        first, last = start >> HEIGHT * level, end >> HEIGHT * level
        if first < last:
            result.append((level, first, last))
            start = last << HEIGHT * level
        level -= 1
    return result


def root_of(wanted: Range, hashes: Mapping[Place, bytes]) -> bytes:
    """The root of a subtree, from the hashes of its pieces."""
    frontier = Frontier()
    for level, first, last in pieces(wanted):
        for number in range(first, last):
            frontier.add(hashes[level, number], HEIGHT * level)
    return frontier.root()


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Entries behind one another, each after its length on two bytes, big-endian.

    Raises `ValueError` if one has more than 65,535 bytes.
    """
    if any(len(leaf) >= 1 << 16 for leaf in leaves):
        raise ValueError("an entry is too long for an entry bundle")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
