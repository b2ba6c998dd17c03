"""Phragmén's sequential rule: money drips into every purse at the same pace.

As soon as the backers of a proposal hold its cost together, they buy it and their purses are
empty again. Sources: L. E. Phragmén, 1894; M. Los, Z. Christoff & D. Grossi, « Proportional
Budget Allocations: Towards a Systematization », 2022, whose stopping rule is taken here.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

from commons.allocation.ballots import Ballot
from commons.allocation.election import Election
from commons.kernel.errors import InputError
from commons.kernel.text import t


@dataclass(frozen=True, slots=True)
class Drip:
    """A proposal bought, and how much money each voter had been given by then."""

    place: int
    given: Fraction


def phragmen(election: Election) -> list[Drip]:
    """The proposals bought, in order; it ends where one that comes next would not fit.

    Proposals that cost more than the budget are left out from the start. What is bought at
    the same moment is bought in the order of identifiers, by code point; but if any of those
    would not fit, all is over. Raises `InputError` for rankings and for unequal points: the
    rule knows approvals only.
    """
    election.refuse_rankings()
    if any(points != 1 for ballot in election.ballots for _, points in ballot):
        raise InputError(
            t(
                "La règle de Phragmén ne lit que des approbations : pour que chaque choix "
                "compte pour une, ajoutez --convert approval."
            )
        )
    return _Purses(election).run()


class _Purses:
    """`emptied[ballot]` is how much had been given when those voters last paid."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.emptied: dict[Ballot, Fraction] = {}
        self.backers: list[list[Ballot]] = [[] for _ in election.proposals]
        for ballot in election.ballots:
            for place, _ in ballot:
                self.backers[place].append(ballot)
        self.voters = dict(election.ballots.items())

    def run(self) -> list[Drip]:
        election, ranks = self.election, self.election.ranks()
        queue = [
            (self._moment(place), ranks[place], place)
            for place, backers in enumerate(self.backers)
            if backers and election.proposals[place].cost <= election.budget
        ]
        heapify(queue)
        bought: list[Drip] = []
        left = Fraction(election.budget)
        while queue:
            # Emptied purses only delay: what was computed earlier is a lower bound.
            given, rank, place = heappop(queue)
            if (now := self._moment(place)) != given:
                heappush(queue, (now, rank, place))
                continue
            tied = self._at_once(queue, given)
            if any(election.proposals[other].cost > left for other in (place, *tied)):
                break
            for other in tied:
                heappush(queue, (given, ranks[other], other))
            for ballot in self.backers[place]:
                self.emptied[ballot] = given
            left -= election.proposals[place].cost
            bought.append(Drip(place, given))
        return bought

    def _at_once(self, queue: list[tuple[Fraction, int, int]], given: Fraction) -> list[int]:
        """The others that could be bought at this very moment, taken from the queue."""
        tied = []
        while queue and queue[0][0] == given:
            _, rank, place = heappop(queue)
            if (now := self._moment(place)) == given:
                tied.append(place)
            else:
                heappush(queue, (now, rank, place))
        return tied

    def _moment(self, place: int) -> Fraction:
        """How much each voter must have been given for the backers to hold the cost."""
        voters = 0
        since: Counter[Fraction] = Counter()
        for ballot in self.backers[place]:
            count = self.voters[ballot]
            voters += count
            if ballot in self.emptied:
                since[self.emptied[ballot]] += count
        spent = sum((moment * count for moment, count in since.items()), Fraction(0))
        return (self.election.proposals[place].cost + spent) / voters
