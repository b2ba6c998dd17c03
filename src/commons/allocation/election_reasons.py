"""Why each proposal is funded or not, as data that anyone can check against the result.

Source: DESIGN §6, explanations; the payments are those of `certificate`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from commons.allocation.certificate import Payments, held_by_backers, payers
from commons.allocation.completion import Outcome
from commons.allocation.election import Election
from commons.allocation.greedy import by_votes


@dataclass(frozen=True, slots=True)
class Bought:
    """Funded by Equal Shares: what backers were asked for, and what they paid, highest first.

    `payment` is per voter, or per point where the utility is points. `all_they_had` voters
    could not pay their part and gave what they still held.
    """

    place: int
    votes: int
    cost: Fraction
    payment: Fraction
    paid: Sequence[tuple[Fraction, int]]
    all_they_had: int
    by_points: bool


@dataclass(frozen=True, slots=True)
class ByVotes:
    """Funded by number of votes, when `left` of the budget was left before it.

    `after_shares` is whether shares had bought others first.
    """

    place: int
    votes: int
    cost: Fraction
    left: Fraction
    after_shares: bool


@dataclass(frozen=True, slots=True)
class Dripped:
    """Bought by its backers, Phragmén's way, when each voter had been given `given`."""

    place: int
    votes: int
    cost: Fraction
    given: Fraction


class Cause(StrEnum):
    """What kept a proposal from being funded.

    - `nobody`: it has no vote, or no point.
    - `backers`: its backers did not hold its cost together; where votes then decided, what
      was left at its turn was less than its cost too.
    - `no-room`: at its turn, less than its cost was left.
    - `threshold`: it has fewer votes than are needed.
    - `over-budget`: it costs more than the whole budget.
    - `stopped`: the count ended before its turn, at one that did not fit.
    - `stopped-beside`: its turn came together with that of one that did not fit.
    """

    NOBODY = "nobody"
    BACKERS = "backers"
    NO_ROOM = "no-room"
    THRESHOLD = "threshold"
    OVER_BUDGET = "over-budget"
    STOPPED = "stopped"
    STOPPED_BESIDE = "stopped-beside"


@dataclass(frozen=True, slots=True)
class Unfunded:
    """Not funded, and the numbers that show why; None where the rule has no such number.

    `held` is what its backers had together when it was over, `have_paid` whether one of them
    had paid for something else. `overtaken_by` were bought by their backers, `fitted` were
    funded by number of votes, both with fewer votes. `left` is what its turn by number of
    votes found. `ends` are those that did not fit when all was over.
    """

    place: int
    votes: int
    cost: Fraction
    cause: Cause
    held: Fraction | None = None
    have_paid: bool = False
    overtaken_by: Sequence[int] = ()
    left: Fraction | None = None
    fitted: Sequence[int] = ()
    ends: Sequence[int] = ()
    threshold: int | None = None


Reason = Bought | ByVotes | Dripped | Unfunded


def reasons(election: Election, outcome: Outcome, table: Payments) -> list[Reason]:
    """Funded proposals in order, then those that are not, most votes first.

    Where the comparison preferred greedy, everything funded is so by number of votes.
    """
    if not outcome.is_kept:
        return by_votes_alone(election, outcome.selected)
    votes = election.votes()
    by_shares = [purchase.place for purchase in outcome.purchases]
    lefts = lefts_by_votes(election, by_shares, outcome.by_votes)
    payment = {purchase.place: purchase.payment for purchase in outcome.purchases}
    by_points = outcome.completion.utility == "points"
    found: list[Reason] = []
    for place in by_shares:
        cost, asked = election.proposals[place].cost, payment[place]
        short = _short(election, table, place, asked, by_points=by_points)
        paid = payers(election, table, place)
        found.append(Bought(place, votes[place], cost, asked, paid, short, by_points))
    for place in outcome.by_votes:
        cost = election.proposals[place].cost
        found.append(ByVotes(place, votes[place], cost, lefts[place], after_shares=True))
    held, paying = held_by_backers(election, table), _backers_who_paid(election, table)
    completed = outcome.completion.method in {"utilitarian", "add1u"}
    found.extend(
        Unfunded(
            place,
            votes[place],
            election.proposals[place].cost,
            Cause.BACKERS if votes[place] else Cause.NOBODY,
            held[place],
            place in paying,
            [won for won in by_shares if votes[won] < votes[place]],
            lefts.get(place) if completed else None,
            [won for won in outcome.by_votes if votes[won] < votes[place]],
        )
        for place in unfunded_places(election, outcome.selected)
    )
    return found


def by_votes_alone(
    election: Election,
    chosen: Sequence[int],
    *,
    skipping: bool = True,
    threshold: int = 0,
) -> list[Reason]:
    """The reasons where `greedy` with these parameters funded `chosen`, in that order."""
    votes = election.votes()
    lefts = lefts_by_votes(election, (), chosen)
    costs = [proposal.cost for proposal in election.proposals]
    found: list[Reason] = [
        ByVotes(place, votes[place], costs[place], lefts[place], after_shares=False)
        for place in chosen
    ]
    others = unfunded_places(election, chosen)
    end = None
    if not skipping:
        end = next((p for p in others if votes[p] and votes[p] >= threshold), None)
    for place in others:
        known = place, votes[place], costs[place]
        if not votes[place]:
            found.append(Unfunded(*known, Cause.NOBODY))
        elif votes[place] < threshold:
            found.append(Unfunded(*known, Cause.THRESHOLD, threshold=threshold))
        elif end is not None and place != end:
            found.append(Unfunded(*known, Cause.STOPPED, ends=(end,)))
        else:
            ahead = [won for won in chosen if votes[won] < votes[place]]
            ends = () if end is None else (end,)
            left = lefts[place]
            found.append(Unfunded(*known, Cause.NO_ROOM, left=left, fitted=ahead, ends=ends))
    return found


def unfunded_places(election: Election, chosen: Collection[int]) -> list[int]:
    """The proposals that are not among the chosen, most votes first."""
    votes, ranks, funded = election.votes(), election.ranks(), set(chosen)
    others = (place for place in range(len(votes)) if place not in funded)
    return sorted(others, key=lambda place: (-votes[place], ranks[place]))


def lefts_by_votes(
    election: Election, already: Collection[int], chosen: Collection[int]
) -> dict[int, Fraction]:
    """For each proposal with votes: how much of the budget its turn by votes found.

    `already` were funded before, `chosen` are when their turn comes.
    """
    left = election.budget - election.cost(already)
    before, funded = set(already), set(chosen)
    found = {}
    for place in by_votes(election):
        if place not in before:
            found[place] = left
            if place in funded:
                left -= election.proposals[place].cost
    return found


def _backers_who_paid(election: Election, table: Payments) -> set[int]:
    """The proposals that someone supports who paid for one."""
    return {
        place
        for ballot in election.ballots
        if any(table.paid[ballot].values())
        for place, _ in ballot
    }


def _short(
    election: Election, table: Payments, place: int, payment: Fraction, *, by_points: bool
) -> int:
    return sum(
        election.ballots[ballot]
        for ballot, mine in table.paid.items()
        if place in mine and mine[place] < payment * (dict(ballot)[place] if by_points else 1)
    )
