"""Numbers that look drawn and are the same for ever, whatever version of Python runs."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """A linear congruential generator. Source: D. E. Knuth's constants (MMIX)."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def one_of(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]
