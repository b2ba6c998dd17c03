"""Money divided by several rules on the same input, as a page shows them beside each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from commons.allocation.file_kinds import FileKind
from commons.allocation.inequality import gini, lorenz
from commons.kernel.errors import DomainError, InputError
from commons.kernel.text import Text
from commons.web.charts import Bar, LorenzChart, Move, bars, lorenz_chart, moves

DRAWN_MAX = 40
"""Up to this many lines are drawn one by one for each rule."""
LISTED_MAX = 300
"""Up to this many lines stand in tables; the round file has them all."""


class Rule(Protocol):
    """What a page says of a rule of any family."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def counts(self) -> Text: ...
    @property
    def protects(self) -> Text: ...
    @property
    def costs(self) -> Text: ...


@dataclass(frozen=True, slots=True)
class Side:
    """What one rule gives, in cents, in the order of the lines; or why it refuses.

    `why` explains each amount of the chosen rule, and of no other.
    """

    rule: Rule
    amounts: tuple[int, ...] = ()
    unspent: int = 0
    refusal: Text | None = None
    notes: tuple[Text, ...] = ()

    @property
    def gini(self) -> Fraction:
        return gini(self.amounts)

    @property
    def given(self) -> int:
        return sum(self.amounts)


@dataclass(frozen=True, slots=True)
class Tie:
    """What two people would gain together by an agreement, in cents to the nearest."""

    members: tuple[str, str]
    gain: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """The rules side by side. `before` is what each line asked, took or was given.

    `ties` is None where nobody looked for agreements between two people.
    """

    kind: FileKind
    envelope: int
    labels: tuple[str, ...]
    before: tuple[int, ...]
    sides: tuple[Side, ...]
    chosen: Side
    why: tuple[tuple[Text, ...], ...]
    warnings: tuple[Text, ...] = ()
    promises: tuple[tuple[bool, Text], ...] = ()
    ties: tuple[Tie, ...] | None = None

    @property
    def counted(self) -> list[Side]:
        """The rules that did not refuse."""
        return [side for side in self.sides if side.refusal is None]

    @property
    def is_drawn(self) -> bool:
        return len(self.labels) <= DRAWN_MAX

    @property
    def listed(self) -> range:
        return range(min(len(self.labels), LISTED_MAX))

    @property
    def asks(self) -> bool:
        """Whether `before` is what people ask for."""
        return self.kind in {FileKind.CLAIMS, FileKind.TAKES}

    def moves(self, side: Side) -> tuple[Move, ...]:
        return moves(list(zip(self.labels, self.before, side.amounts, strict=True)))

    def bars(self, side: Side) -> tuple[Bar, ...]:
        return bars(list(zip(self.labels, self.before, side.amounts, strict=True)))

    def moved(self, side: Side) -> int:
        """How many cents change hands between the chosen rule and this one."""
        changes = [a - b for a, b in zip(side.amounts, self.chosen.amounts, strict=True)]
        return (sum(map(abs, changes)) + abs(sum(changes))) // 2

    def whole(self, side: Side) -> int:
        """How many lines receive all they ask for."""
        pairs = zip(self.before, side.amounts, strict=True)
        return sum(1 for asked, given in pairs if given == asked)

    def nothing(self, side: Side) -> int:
        """How many lines receive nothing."""
        return side.amounts.count(0)

    @property
    def lorenz(self) -> LorenzChart:
        amounts = self.chosen.amounts
        return lorenz_chart(lorenz(amounts), gini(amounts))


def tried(rules: Iterable[Rule], make: Callable[[str], Side]) -> tuple[Side, ...]:
    """Each rule on the same input; one that refuses says why and leaves the others alone.

    Raises the first refusal if there is nothing else.
    """
    sides: list[Side] = []
    first: DomainError | None = None
    for rule in rules:
        try:
            sides.append(make(rule.name))
        except InputError as error:
            first = first or error
            sides.append(Side(rule, refusal=reason(error)))
    if first and all(side.refusal for side in sides):
        raise first
    return tuple(sides)


def reason(error: DomainError) -> Text:
    """The sentence that says most: the first fault, where there is one."""
    return error.errors[0].text if error.errors else error.text


def chosen_of(sides: Sequence[Side], name: str) -> Side:
    """The rule of that name if it divides, else the first that does."""
    counted = [side for side in sides if side.refusal is None]
    return next((side for side in counted if side.rule.name == name), counted[0])
