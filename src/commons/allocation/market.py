"""The purchases of Equal Shares for one endowment: doubles propose, whole numbers decide.

Why no result depends on the rounding of doubles is reasoned in `docs/float-filter.md`. The
doubles only give lower bounds of prices; whichever proposal they could not rule out is priced
exactly, in whole numbers over one common denominator.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, inf, lcm

import numpy as np

from commons.allocation.columns import Columns, Flags, Integers, Reals, Rows, columns
from commons.allocation.election import Election

ROUNDING = 2.0**-50
"""Eight times the relative error of one operation on doubles."""
MANY = 64
"""Below this many rows, leaving some out costs more than it saves."""
THREADED = 8192
FORGET_EVERY = 8
_NONE: Reals = np.empty(0)


@dataclass(frozen=True, slots=True)
class Sale:
    """A proposal bought. Each backer pays `paid / scale` per unit of weight, or all they hold.

    `others` are lower bounds of the prices that all other proposals had at that moment, by
    place; infinite where the proposal could no longer be bought, or had been.
    """

    place: int
    paid: int
    scale: int
    price: float
    others: Reals


@dataclass(frozen=True, slots=True)
class Trace:
    """All sales for one endowment, in order."""

    sales: list[Sale]

    def holds_down_to(self, lower: "Trace") -> bool:
        """Whether all endowments from that of `lower` to this one surely sell alike.

        Both sell the same in the same order. While that is so, more money means fuller purses
        and lower prices; so in between, a winner's price is at most its price in `lower`, and
        another's price is at least its bound here. Where the winner's price is the same on
        both sides it is the same in between, and who lost here lost there too.
        """
        return len(self.sales) == len(lower.sales) and all(
            mine.place == theirs.place
            and (
                theirs.price * (1 + ROUNDING) < mine.others.min()
                or mine.paid * theirs.scale == theirs.paid * mine.scale
            )
            for mine, theirs in zip(self.sales, lower.sales, strict=True)
        )

    @property
    def places(self) -> list[int]:
        return [sale.place for sale in self.sales]


@dataclass(frozen=True, slots=True)
class _Offer:
    """An exact price: `paid / scale` per unit of weight, and who pays all or their part."""

    paid: int
    scale: int
    poor: Rows
    rich: Rows
    weights: Reals


class Market:
    """What stays the same from one endowment to another.

    Money is counted in whole units of `1 / unit`, so that all costs are whole. The *weight*
    of a backer is their points where the utility is points, else 1: backers pay in proportion
    to their weights, and the price compared is the payment per weight, divided by the
    proposal's cost where the utility is cost.
    """

    def __init__(self, election: Election, utility: str) -> None:
        self.columns: Columns = columns(election)
        proposals = election.proposals
        self.unit = lcm(
            election.budget.denominator, *(proposal.cost.denominator for proposal in proposals)
        )
        self.costs = [
            proposal.cost.numerator * (self.unit // proposal.cost.denominator)
            for proposal in proposals
        ]
        self.ranks = election.ranks()
        self.by_points = utility == "points" and self.columns.points is not None
        self.by_cost = utility == "cost"
        self.worth = [float(cost) if self.by_cost else 1.0 for cost in self.costs]
        table = self.columns
        self.weights = table.given if self.by_points else [_NONE] * len(self.costs)
        self.weighing = (
            [n * given for n, given in zip(table.backing, table.given, strict=True)]
            if self.by_points
            else table.backing
        )
        self.backers = table.backers.tolist()
        heads = table.votes.tolist() if self.by_points else self.backers
        self.supported = [place for place, weight in enumerate(heads) if weight]
        self.doubt = (len(table.voters) + len(proposals) + 1) * ROUNDING
        self.steps: Integers = np.arange(len(table.places))
        self.down, self.up = 1 - self.doubt, 1 + self.doubt
        self.free = sorted(
            (place for place in self.supported if not self.costs[place]),
            key=self.ranks.__getitem__,
        )
        self.bounds: Reals = np.full(len(self.costs), inf)
        for place in self.supported:
            if self.costs[place]:
                whole = self.costs[place] / heads[place]
                self.bounds[place] = whole / self.worth[place] * self.down

    def trace(self, endowment: Fraction, above: Trace | None = None) -> Trace:
        """The sales when every voter starts with `endowment`, in the currency's own unit.

        `above`, if given, is the trace of a larger endowment. As long as the same proposals
        are bought in the same order, voters hold less here, so its bounds hold here too.
        """
        return _Counter(self, endowment * self.unit, above).trace()


class _Counter:
    """One count, purse by purse. `self.money / self.scale` is a voter's endowment."""

    def __init__(self, market: Market, endowment: Fraction, above: Trace | None) -> None:
        self.market = market
        # `sold` is 0, or from 1 on the number of the sale whose payment is in `paid`.
        self.money, self.scale = endowment.numerator, endowment.denominator
        share = self.money / self.scale
        self.doubt = share * market.doubt
        self.purses: Reals = np.full(len(market.columns.voters), share)
        self.alive: Flags = np.ones(len(self.purses), np.bool_)
        self.rows = list(market.columns.supporters)
        self.backing = list(market.columns.backing)
        self.weighing = list(market.weighing)
        self.weights = list(market.weights)
        self.sold: Integers = np.zeros(len(self.rows), np.int64)
        self.paid: list[int] = []
        self.above = above.sales if above else []
        self.bounds = market.bounds.copy()
        self.fresh = [0] * len(self.rows)

    def trace(self) -> Trace:
        sales = []
        for place in self.market.free:
            sales.append(Sale(place, 0, 1, 0.0, np.zeros(len(self.rows))))
            self.paid.append(0)
            self.sold[place] = len(self.paid)
        while found := self._cheapest(len(sales)):
            place, offer = found
            self.bounds[place] = inf
            sales.append(self._buy(place, offer))
            if self.above and self.above[len(sales) - 1].place != place:
                self.above = []
        return Trace(sales)

    def _carry(self, step: int) -> None:
        """Take over the bounds of the larger endowment, bought from alike until now."""
        if not self.above:
            return
        if step == len(self.above):
            self.bounds[:] = inf
            return
        sale = self.above[step]
        own = max(float(self.bounds[sale.place]), sale.price * self.market.down)
        np.maximum(self.bounds, sale.others, out=self.bounds)
        self.bounds[sale.place] = own

    def _cheapest(self, step: int) -> tuple[int, _Offer] | None:
        """The lowest exact price; equal prices go to the lower identifier."""
        market, bounds = self.market, self.bounds
        self._carry(step)
        best: tuple[int, _Offer] | None = None
        ceiling = inf
        priced = []
        while bounds.size:
            place = int(bounds.argmin())
            low = float(bounds[place])
            if low > ceiling or low == inf:
                break
            if self.fresh[place] != step:
                bounds[place] = self._bound(place, low, ceiling)
                self.fresh[place] = step
                continue
            bounds[place] = inf
            if (offer := self._exactly(place, low)) is None:
                continue
            price = self._price(place, offer)
            priced.append((place, price * market.down))
            if best is None or self._beats(place, offer, *best):
                best = (place, offer)
                ceiling = price * market.up
        for place, low in priced:
            bounds[place] = low
        return best

    def _price(self, place: int, offer: _Offer) -> float:
        worth = self.market.costs[place] if self.market.by_cost else 1
        return offer.paid / (offer.scale * worth)

    def _beats(self, place: int, offer: _Offer, other: int, best: _Offer) -> bool:
        mine, theirs = offer.paid * best.scale, best.paid * offer.scale
        if self.market.by_cost:
            mine, theirs = mine * self.market.costs[other], theirs * self.market.costs[place]
        ranks = self.market.ranks
        return (mine, ranks[place]) < (theirs, ranks[other])

    def _bound(self, place: int, low: float, ceiling: float) -> float:
        """A lower bound of the price, by Newton's method from a lower one; infinite if none.

        What backers can pay together is concave in the price, so each tangent meets the cost
        at a price that is still too low. It stops when it is past the ceiling: good enough.
        """
        if not len(self.paid) % FORGET_EVERY:
            self._forget_the_empty(place)
        market = self.market
        purses = self.purses.take(self.rows[place])
        backing, weighing = self.backing[place], self.weighing[place]
        cost, worth = float(market.costs[place]), market.worth[place]
        goal = cost * market.down - self.doubt * market.backers[place]
        price, limit = low * worth * market.down, ceiling * worth * market.up
        while price <= limit:
            share = price * self.weights[place] if market.by_points else price
            slope = _dot(weighing, purses > share)
            lacking = goal - _dot(backing, np.minimum(purses, share))
            if slope == 0.0:
                return inf if lacking > 0 else low
            if lacking <= price * slope * market.doubt:
                break
            price += lacking / slope
        return max(low, price / worth * market.down)

    def _forget_the_empty(self, place: int) -> None:
        """Leave out backers who hold nothing, once they are half of many."""
        rows = self.rows[place]
        if len(rows) < MANY:
            return
        alive = self.alive.take(rows)
        if 2 * np.count_nonzero(alive) < len(alive):
            self._keep(place, alive)

    def _keep(self, place: int, alive: Flags) -> None:
        self.rows[place] = self.rows[place].compress(alive)
        self.backing[place] = self.backing[place].compress(alive)
        self.weighing[place] = self.weighing[place].compress(alive)
        if self.market.by_points:
            self.weights[place] = self.weights[place].compress(alive)

    def _exactly(self, place: int, low: float) -> _Offer | None:
        """The exact price, or nothing where the backers together cannot pay.

        For any set of backers taken to pay their part while the others pay all they hold, the
        price that meets the cost is at most the true one; taking those who can pay that price
        gives the next set, until the set stays the same.
        """
        rows, weighing, weights = self.rows[place], self.weighing[place], self.weights[place]
        alive, purses = self.alive.take(rows), self.purses.take(rows)
        share = low * self.market.worth[place] * self.market.down * self._weights(weights)
        rich = alive & (purses > share - self.doubt)
        if not rich.any():
            rich = alive
        goal = self.market.costs[place] * self.scale
        while parts := int(_dot(weighing, rich)):
            poor = rows.compress(alive ^ rich)
            paid = goal - self._held(poor)
            can = self._can_pay(place, purses, paid, parts) & alive
            if not can.any():
                if self._held(rows.compress(alive)) < goal:
                    return None
                can = rich
            if not (can ^ rich).any():
                kept = weights.compress(rich) if self.market.by_points else weights
                return _Offer(paid, self.scale * parts, poor, rows.compress(rich), kept)
            rich = can
        return None

    def _weights(self, weights: Reals) -> Reals | float:
        return weights if self.market.by_points else 1.0

    def _can_pay(self, place: int, purses: Reals, paid: int, parts: int) -> Flags:
        """Who holds more than their part of `paid / (scale * parts)` per unit of weight.

        Where doubles are too near to tell, whole numbers do. Of those whose purse is empty it
        says nothing.
        """
        weights = self.weights[place]
        share = paid / (self.scale * parts) * self._weights(weights)
        over = purses - share
        can: Flags = over > 0
        unsure = np.abs(over) <= self.doubt + np.abs(share) * self.market.doubt
        if unsure.any():
            rows = self.rows[place]
            for at in (unsure & self.alive.take(rows)).nonzero()[0].tolist():
                weight = int(weights[at]) if self.market.by_points else 1
                can[at] = self._purse(int(rows[at])) * parts > paid * weight
        return can

    def _purse(self, row: int) -> int:
        """What one voter of this ballot still holds, exactly, in `1 / scale` of money."""
        ballots = self.market.columns
        marks = slice(ballots.starts[row], ballots.starts[row] + ballots.marks[row])
        sold = self.sold[ballots.places[marks]].tolist()
        weights = self._points(marks).tolist() if self.market.by_points else [1] * len(sold)
        spent: int = sum(
            self.paid[at - 1] * int(weight)
            for at, weight in zip(sold, weights, strict=True)
            if at
        )
        return self.money - spent

    def _points(self, marks: slice | Integers) -> Reals:
        points = self.market.columns.points
        return _NONE if points is None else points[marks]

    def _held(self, rows: Rows) -> int:
        """What all voters of these ballots, none of them empty, still hold together."""
        if not len(rows):
            return 0
        ballots = self.market.columns
        voters, marks = ballots.voters.take(rows), ballots.marks.take(rows)
        held = int(voters.sum()) * self.money
        if not self.paid:
            return held
        ends = marks.cumsum()
        at = (ballots.starts.take(rows) - ends + marks).repeat(marks)
        at += self.market.steps[: len(at)]
        parts = voters.repeat(marks)
        if self.market.by_points:
            parts = parts * self._points(at)
        sold = self.sold.take(ballots.places.take(at))
        sums = np.bincount(sold, weights=parts, minlength=len(self.paid) + 1).tolist()
        return held - sum(
            int(part) * paid for part, paid in zip(sums[1:], self.paid, strict=True)
        )

    def _buy(self, place: int, offer: _Offer) -> Sale:
        """Take the payments from the purses, and put all money over one denominator."""
        parts = offer.scale // self.scale
        common = gcd(offer.paid, parts)
        paid, finer = offer.paid // common, parts // common
        if finer != 1:
            self.scale *= finer
            self.money *= finer
            self.paid = [amount * finer for amount in self.paid]
        self.paid.append(paid)
        self.sold[place] = len(self.paid)
        payment = paid / self.scale
        left = self.purses.take(offer.rich) - payment * self._weights(offer.weights)
        self.purses.put(offer.rich, left)
        self.purses.put(offer.poor, 0.0)
        self.alive[offer.poor] = False
        price = self._price(place, offer)
        return Sale(place, paid, self.scale, price, self.bounds.copy())


def _dot(left: Reals, right: Reals | Flags) -> float:
    """The sum of products, on one thread: from some length on, `dot` would start others."""
    if len(left) < THREADED:
        return float(left.dot(right))
    return float(np.einsum("i,i->", left, right))
