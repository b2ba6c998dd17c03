"""Why each proposal is funded or not, whatever the ballot rule, most telling first.

Source: `election_reasons` for Equal Shares and the number of votes; for Phragmén's rule, its
definition.
"""

from fractions import Fraction

from commons.allocation.ballots import Ballot
from commons.allocation.certificate import Payments
from commons.allocation.counting import Counted
from commons.allocation.election import Election
from commons.allocation.election_reasons import (
    Cause,
    Dripped,
    Reason,
    Unfunded,
    by_votes_alone,
    reasons,
    unfunded_places,
)


def whys(result: Counted, table: Payments | None) -> list[Reason]:
    """Funded proposals in order, then the others, most votes first.

    `table` is `paid_in(result)`. Source: as the module says.
    """
    election, count = result.election, result.count
    if result.outcome is not None and table is not None:
        return reasons(election, result.outcome, table)
    if count.rule == "phragmen":
        return _by_drips(result)
    return by_votes_alone(
        election, result.places, skipping=count.skipping, threshold=count.threshold
    )


def _by_drips(result: Counted) -> list[Reason]:
    election, votes = result.election, result.election.votes()
    found: list[Reason] = [
        Dripped(place, votes[place], election.proposals[place].cost, given)
        for place, given in zip(result.places, result.given, strict=True)
    ]
    purses = _Purses(result)
    others = unfunded_places(election, result.places)
    return [*found, *(purses.why_unfunded(place, votes[place]) for place in others)]


class _Purses:
    """Where everyone's money stood when Phragmén's count was over.

    `end` is the moment at which the next one was to be bought, `ends` those of that moment
    that did not fit in what was left.
    """

    def __init__(self, result: Counted) -> None:
        self.election: Election = result.election
        self.emptied: dict[Ballot, Fraction] = {}
        moment = dict(zip(result.places, result.given, strict=True))
        for ballot in self.election.ballots:
            bought = [moment[place] for place, _ in ballot if place in moment]
            self.emptied[ballot] = max(bought, default=Fraction(0))
        self.backers: list[list[Ballot]] = [[] for _ in self.election.proposals]
        for ballot in self.election.ballots:
            for place, _ in ballot:
                self.backers[place].append(ballot)
        self.left = self.election.budget - self.election.cost(result.places)
        self.moments = {
            place: self._moment(place)
            for place, backers in enumerate(self.backers)
            if backers and place not in moment and self._cost(place) <= self.election.budget
        }
        self.end = min(self.moments.values(), default=Fraction(0))
        self.ends = [
            place
            for place, at in self.moments.items()
            if at == self.end and self._cost(place) > self.left
        ]

    def _cost(self, place: int) -> Fraction:
        return self.election.proposals[place].cost

    def _held(self, place: int, given: Fraction) -> Fraction:
        """What the backers hold together once each voter has been given that much."""
        ballots = self.election.ballots
        return sum(
            (ballots[mine] * (given - self.emptied[mine]) for mine in self.backers[place]),
            Fraction(0),
        )

    def _moment(self, place: int) -> Fraction:
        """How much each voter has been given when the backers hold the cost."""
        voters = sum(self.election.ballots[ballot] for ballot in self.backers[place])
        return (self._cost(place) - self._held(place, Fraction(0))) / voters

    def why_unfunded(self, place: int, votes: int) -> Unfunded:
        cost = self._cost(place)
        if not votes:
            return Unfunded(place, votes, cost, Cause.NOBODY)
        if cost > self.election.budget:
            return Unfunded(place, votes, cost, Cause.OVER_BUDGET)
        cause, left = Cause.STOPPED, None
        if place in self.ends:
            cause, left = Cause.NO_ROOM, self.left
        elif self.moments[place] == self.end:
            cause = Cause.STOPPED_BESIDE
        held = self._held(place, self.end)
        return Unfunded(place, votes, cost, cause, held, left=left, ends=self.ends)
