"""Equal Shares with the ways cities complete it, and what was decided along the way.

Without completion, Equal Shares leaves money: voters whose favourites are all funded hold
shares that nobody else may use. Sources: equalshares.net; Peters & Skowron 2020;
G. Papasotiropoulos and others, « Method of Equal Shares with Bounded Overspending », 2025,
for what completions may change. The completion and its options are always recorded.
"""

from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.election import Election
from commons.allocation.equal_shares import Purchase, open_market, purchases
from commons.allocation.greedy import greedy
from commons.allocation.market import Market, Trace
from commons.kernel.errors import InputError
from commons.kernel.text import t

JUMP_MIN = 4
"""Raises looked at together: those in between gain from the bounds of the furthest."""
COMPLETIONS = ("none", "utilitarian", "add1", "add1u")


@dataclass(frozen=True, slots=True)
class Completion:
    """How Equal Shares is completed.

    - `none`: not at all; `utilitarian`: what is left goes by number of votes, skipping what
      does not fit; `add1`: shares grow by one unit of money per voter as long as what is
      bought stays within the budget; `add1u`: both, in this order.
    - `exhaustive`: add1 also stops at the first outcome to which nothing more can be added.
    - `integral`: the first shares are whole units of money, rounded down.
    - `comparison`: the outcome stands only if at least as many voters prefer it (by number of
      funded proposals they support) to what greedy funds as the other way round; else greedy.
    """

    utility: str = "cost"
    method: str = "none"
    exhaustive: bool = False
    integral: bool = False
    comparison: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many voters prefer each outcome; `kept` is whether Equal Shares stands."""

    prefer_equal_shares: int
    prefer_greedy: int

    @property
    def kept(self) -> bool:
        return self.prefer_equal_shares >= self.prefer_greedy


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is funded, in order, and how it came about.

    `purchases` are those of Equal Shares with `endowment` per voter (`added` units more than
    the first share); `by_votes` came after them. Where the comparison preferred greedy,
    `selected` is greedy's and the others say what would have been.
    """

    completion: Completion
    selected: list[int]
    purchases: list[Purchase]
    endowment: Fraction
    added: int
    by_votes: list[int]
    comparison: Comparison | None

    @property
    def is_kept(self) -> bool:
        """Whether `selected` is what Equal Shares gave, and not what greedy would."""
        return self.comparison is None or self.comparison.kept


def complete(election: Election, completion: Completion) -> Outcome:
    """Equal Shares, completed. Raises `InputError` for unknown or useless options."""
    _refuse_useless(completion)
    market = open_market(election, completion.utility)
    first = _first_share(election, completion)
    added, trace = 0, market.trace(first)
    if completion.method in {"add1", "add1u"}:
        added, trace = Raise(election, market, first, exhaustive=completion.exhaustive).last()
    bought = purchases(market, trace)
    selected = [purchase.place for purchase in bought]
    by_votes = []
    if completion.method in {"utilitarian", "add1u"}:
        by_votes = greedy(election, already=selected)
    selected += by_votes
    comparison = None
    if completion.comparison:
        other = greedy(election)
        comparison = compare(election, selected, other)
        selected = selected if comparison.kept else other
    return Outcome(completion, selected, bought, first + added, added, by_votes, comparison)


def _refuse_useless(completion: Completion) -> None:
    if completion.method not in COMPLETIONS:
        raise InputError(
            t(
                "La complétion « {name} » n'existe pas : none, utilitarian, add1 ou add1u.",
                name=completion.method,
            )
        )
    if completion.exhaustive and completion.method not in {"add1", "add1u"}:
        raise InputError(t("--exhaustive ne vaut qu'avec --completion add1 ou add1u."))


def _first_share(election: Election, completion: Completion) -> Fraction:
    share = election.share()
    return Fraction(share.numerator // share.denominator) if completion.integral else share


def compare(election: Election, selected: list[int], other: list[int]) -> Comparison:
    """How many voters support more proposals of `selected`, and how many of `other`."""
    mine, theirs = set(selected), set(other)
    more = less = 0
    for ballot, count in election.ballots.items():
        gain = sum((place in mine) - (place in theirs) for place, _ in ballot)
        more += count * (gain > 0)
        less += count * (gain < 0)
    return Comparison(more, less)


class Raise:
    """add1: what is bought with shares raised by 0, 1, 2… units of money.

    Few raises change what is bought, so a raise is counted only where two that were counted
    do not prove that all between them sell alike (`Trace.holds_down_to`).
    """

    def __init__(
        self, election: Election, market: Market, first: Fraction, *, exhaustive: bool
    ) -> None:
        self.election, self.market, self.first = election, market, first
        self.exhaustive = exhaustive
        self.wanted = set(market.supported)

    def last(self) -> tuple[int, Trace]:
        """The raise at which to stop, and what is bought then."""
        at, trace, jump = 0, self.market.trace(self.first), JUMP_MIN
        if self._is_last(trace):
            return at, trace
        while True:
            above = self.market.trace(self.first + at + jump)
            if above.holds_down_to(trace):
                at, trace, jump = at + jump, above, jump * 2
                continue
            if stop := self._stop(at, trace, at + jump, above):
                return stop
            at, trace, jump = at + jump, above, max(JUMP_MIN, jump // 2)

    def _stop(
        self, low: int, below: Trace, high: int, above: Trace
    ) -> tuple[int, Trace] | None:
        """Where to stop after `low` and up to `high`, if anywhere."""
        if high == low + 1:
            if self.election.cost(above.places) > self.election.budget:
                return low, below
            return (high, above) if self._is_last(above) else None
        if above.holds_down_to(below):
            return None
        middle = (low + high) // 2
        between = self.market.trace(self.first + middle, above)
        return self._stop(low, below, middle, between) or self._stop(
            middle, between, high, above
        )

    def _is_last(self, trace: Trace) -> bool:
        """Whether no raise is wanted: all is bought, or as asked nothing more would fit."""
        others = self.wanted.difference(trace.places)
        if not self.exhaustive or not others:
            return not others
        left = self.election.budget - self.election.cost(trace.places)
        return all(self.election.proposals[place].cost > left for place in others)
