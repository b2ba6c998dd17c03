"""From the lines of an entry to movements from one account to one other."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from commons.ledger.books.entry import Line
from commons.ledger.books.places import Place


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that goes from one account of an entry to another."""

    source: Place
    target: Place
    amount: Decimal
    unit: str


def flows_of(lines: list[Line]) -> Iterator[Flow]:
    """The lines as movements from one place to one other, in the order of the lines.

    Opposite lines give the same movements in the same order, each the other way.
    """
    for unit in dict.fromkeys(line.unit for line in lines):
        sources = _parts(lines, unit, -1)
        targets = _parts(lines, unit, 1)
        source, target = next(sources, None), next(targets, None)
        while source and target:
            amount = min(source[1], target[1])
            yield Flow(source[0], target[0], amount, unit)
            left, room = source[1] - amount, target[1] - amount
            source = (source[0], left) if left else next(sources, None)
            target = (target[0], room) if room else next(targets, None)


def _parts(lines: list[Line], unit: str, sign: int) -> Iterator[tuple[Place, Decimal]]:
    for line in lines:
        if line.unit == unit and line.amount * sign > 0:
            yield line.place, abs(line.amount)
