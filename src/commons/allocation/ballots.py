"""Ballots, identical ones merged, packed so that a city's vote takes a few megabytes.

Source: texts of characters, counted by `collections.Counter`.
"""

from collections import Counter
from collections.abc import ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Ballot: TypeAlias = tuple[tuple[int, int], ...]
"""Which proposals (by place) a ballot supports, and with how many points; sorted.

A ranking has ranks instead of points, from 1 for the first choice, and is in that order.
"""
NUMBER_MAX = 0x10FFFF
"""The highest place, and the most points: a number is kept as one character."""


@dataclass(frozen=True, slots=True)
class PackedBallots(Mapping[Ballot, int]):
    """How many voters cast each ballot; a ballot is kept as text, a character a number.

    Python counts and compares short texts faster than anything else it has. `cells` is how
    many characters one mark takes: 1 for approvals, whose points are all 1, and for
    rankings, whose ranks are their order; 2 where a place is followed by its points.
    """

    counts: Mapping[str, int]
    cells: int
    ranked: bool = False

    def __getitem__(self, ballot: Ballot) -> int:
        if any(number > NUMBER_MAX for mark in ballot for number in mark):
            raise KeyError(ballot)
        packed = pack(ballot, self.cells)
        if packed not in self.counts or self._unpack(packed) != ballot:
            raise KeyError(ballot)
        return self.counts[packed]

    def __iter__(self) -> Iterator[Ballot]:
        return map(self._unpack, self.counts)

    def __len__(self) -> int:
        return len(self.counts)

    def items(self) -> ItemsView[Ballot, int]:
        return dict(zip(self, self.counts.values(), strict=True)).items()

    def _unpack(self, packed: str) -> Ballot:
        numbers = list(map(ord, packed))
        if self.cells == 2:
            return tuple(zip(numbers[::2], numbers[1::2], strict=True))
        if self.ranked:
            return tuple((place, rank) for rank, place in enumerate(numbers, start=1))
        return tuple((place, 1) for place in numbers)


def pack(ballot: Iterable[tuple[int, int]], cells: int) -> str:
    """The text of one ballot: its places, each with its points where `cells` is 2."""
    if cells == 1:
        return "".join(chr(place) for place, _ in ballot)
    return "".join(chr(number) for mark in ballot for number in mark)


def merged(ballots: Iterable[str], cells: int) -> PackedBallots:
    """Packed ballots, one per voter, counted; the empty ones are left out."""
    counts = Counter(ballots)
    counts.pop("", None)
    return PackedBallots(counts, cells)
