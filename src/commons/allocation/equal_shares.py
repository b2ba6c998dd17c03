"""The Method of Equal Shares, exact: same winners in the same order on every machine.

Every voter holds an equal share of the budget; a proposal is bought by those who support it,
each paying as near to the same price per unit of utility as they can. Source: D. Peters &
P. Skowron, « Proportionality and the Limits of Welfarism », 2020; P. Pierczyński, P. Skowron
& D. Peters, « Proportional Participatory Budgeting with Additive Utilities », 2021.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import accumulate
from math import inf
from typing import TypeAlias

from commons.allocation.election import Ballot, Election
from commons.kernel.errors import InputError
from commons.kernel.text import t

Utility: TypeAlias = Callable[[Fraction, int], Fraction]
UTILITIES: dict[str, Utility] = {
    "cost": lambda cost, _points: cost,
    "cardinality": lambda _cost, _points: Fraction(1),
    "points": lambda _cost, points: Fraction(points),
}
Bounded: TypeAlias = tuple[float, str, int]
"""A lower bound of a price, the identifier that breaks ties, the place."""

SLACK = 1e-9
"""Relative doubt granted to doubles; what is nearer than that is compared exactly."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A proposal bought: its place, the price ρ per unit of utility, who paid how much.

    `payments` has one line per class of identical ballots: each of its `count` voters paid
    `amount`. Together they are the certificate that the proposal's backers paid its cost.
    """

    place: int
    price: Fraction
    payments: tuple[tuple[Ballot, int, Fraction], ...]


def equal_shares(election: Election, utility_name: str) -> list[Purchase]:
    """The proposals bought, in order, without completion.

    At each step the proposal with the lowest price is bought; equal prices go to the lower
    identifier, by code point. Raises `InputError` for an unknown utility.
    """
    if utility_name not in UTILITIES:
        raise InputError(
            t(
                "L'utilité « {name} » n'existe pas : cost, cardinality ou points.",
                name=utility_name,
            )
        )
    return _Market(election, UTILITIES[utility_name]).run() if election.voters else []


class _Market:
    """Voters' budgets, kept once per value: voters who hold the same share a purse."""

    def __init__(self, election: Election, utility: Utility) -> None:
        self.election = election
        self.backers = election.supporters()
        self.utilities = [
            {points: utility(proposal.cost, points) for _, _, points in self.backers[place]}
            for place, proposal in enumerate(election.proposals)
        ]
        start = election.budget / election.voters
        self.exact: list[Fraction] = [start]
        self.approx: list[float] = [float(start)]
        self.purse: dict[Ballot, int] = dict.fromkeys(election.ballots, 0)

    def run(self) -> list[Purchase]:
        """Buy while something can be bought.

        Prices only rise, as budgets only fall: a price computed earlier is a lower bound,
        so most proposals need not be looked at again in a round.
        """
        queue: list[Bounded] = [
            (0.0, proposal.proposal_id, place)
            for place, proposal in enumerate(self.election.proposals)
            if self.backers[place]
        ]
        heapify(queue)
        bought = []
        while winner := self._cheapest(queue):
            price, place = winner
            bought.append(self._buy(place, price))
        return bought

    def _cheapest(self, queue: list[Bounded]) -> tuple[Fraction, int] | None:
        """The lowest exact price and its place; the others go back with their bounds.

        Only proposals whose interval reaches below the best upper bound are computed
        exactly; of those, what cannot be afforded is dropped for good.
        """
        while queue:
            best, fresh = inf, []
            while queue and queue[0][0] <= best:
                _, name, place = heappop(queue)
                low, high = self._interval(place)
                if low < inf:
                    fresh.append((low, name, place))
                    best = min(best, high)
            exact = []
            for low, name, place in fresh:
                if low > best:
                    heappush(queue, (low, name, place))
                elif (price := self._exactly(place)) is not None:
                    exact.append((price, name, place, low))
            if exact:
                winner = min(exact)
                for _, name, place, low in exact:
                    if place != winner[2]:
                        heappush(queue, (low, name, place))
                return winner[0], winner[2]
        return None

    def _groups(self, place: int) -> dict[tuple[int, int], int]:
        """How many backers hold which purse and gave how many points."""
        groups: dict[tuple[int, int], int] = defaultdict(int)
        for ballot, count, points in self.backers[place]:
            groups[self.purse[ballot], points] += count
        return groups

    def _interval(self, place: int) -> tuple[float, float]:
        """Between which doubles the exact price lies; infinite if it cannot be paid.

        Rates are summed from the end, positive terms only, so they keep their relative
        precision; what remains of the cost is a difference, whose error is a fraction of
        the whole cost. With up to 10⁵ terms both stay a thousand times below `SLACK`.
        """
        utilities = {
            points: float(utility) for points, utility in self.utilities[place].items()
        }
        whole = cost = float(self.election.proposals[place].cost)
        if not whole:
            return 0.0, 0.0
        rows = [
            (
                self.approx[purse] / utilities[points],
                self.approx[purse] * count,
                utilities[points] * count,
            )
            for (purse, points), count in self._groups(place).items()
        ]
        rows.sort()
        rates = list(accumulate(rate for _, _, rate in reversed(rows)))
        doubt = whole * SLACK
        for (limit, held, _), rate in zip(rows, reversed(rates), strict=True):
            if cost - doubt <= limit * rate * (1 + SLACK):
                low = max(cost - doubt, 0.0) / rate * (1 - SLACK)
                return low, (cost + doubt) / rate * (1 + SLACK)
            cost -= held
        return inf, inf

    def _exactly(self, place: int) -> Fraction | None:
        """The price, or nothing if the backers together cannot pay the cost."""
        utilities = self.utilities[place]
        groups = self._groups(place)
        cost = self.election.proposals[place].cost
        if cost == 0:
            return Fraction(0)
        rows = sorted(
            (self.exact[purse] / utilities[points], purse, points) for purse, points in groups
        )
        rate = sum(
            (utilities[points] * count for (_, points), count in groups.items()), Fraction(0)
        )
        for limit, purse, points in rows:
            if cost <= limit * rate:
                return cost / rate
            cost -= self.exact[purse] * groups[purse, points]
            rate -= utilities[points] * groups[purse, points]
        return None

    def _buy(self, place: int, price: Fraction) -> Purchase:
        payments = []
        purses: dict[Fraction, int] = {}
        after: dict[tuple[int, int], tuple[int, Fraction]] = {}
        for ballot, count, points in self.backers[place]:
            key = (self.purse[ballot], points)
            if key not in after:
                held = self.exact[key[0]]
                paid = min(held, price * self.utilities[place][points])
                left = held - paid
                if left not in purses:
                    purses[left] = len(self.exact)
                    self.exact.append(left)
                    self.approx.append(float(left))
                after[key] = (purses[left], paid)
            self.purse[ballot], paid = after[key]
            payments.append((ballot, count, paid))
        return Purchase(place, price, tuple(payments))
