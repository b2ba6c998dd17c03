"""Does an outcome treat groups of voters fairly? What can be checked in polynomial time.

Source: M. Brill & J. Peters, « Robust and Verifiable Proportionality Axioms for Multiwinner
Voting », 2023.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.ballots import Ballot
from commons.allocation.election import Election


@dataclass(frozen=True, slots=True)
class Grievance:
    """A group left out, in the sense of EJR+ up to any project.

    `voters` all support the proposal at `place`, which is not funded, and none of them has
    more than `satisfaction` from what is.
    """

    place: int
    voters: int
    satisfaction: Fraction


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How voters fare: `supported[k]` of them support k funded proposals.

    `left_out` support none; `mean_number` and `mean_cost` are, per voter, how many funded
    proposals they support and what these cost together.
    """

    supported: dict[int, int]
    left_out: int
    mean_number: Fraction
    mean_cost: Fraction


def grievances(
    election: Election, selected: Collection[int], utility: str = "cost"
) -> list[Grievance]:
    """For each unfunded proposal, the largest group it leaves with a just grievance, if any.

    EJR+ up to any project (M. Brill & J. Peters, « Robust and Verifiable Proportionality
    Axioms for Multiwinner Voting », 2023), for utilities cost and cardinality: for a proposal
    c outside and any group S of its backers, someone in S must have a utility from what is
    funded that together with c's is above c's utility times how often S's share of the
    budget, |S|·b/n, pays for c. For cost: above |S|·b/n. Points are read as approvals.
    """
    if not election.voters:
        return []
    gain = _satisfactions(election, selected, utility)
    backers: list[Counter[Fraction]] = [Counter() for _ in election.proposals]
    for ballot, count in election.ballots.items():
        for place, _ in ballot:
            backers[place][gain[ballot]] += count
    found = []
    for place, groups in enumerate(backers):
        cost = election.proposals[place].cost
        if place in selected or not cost:
            continue
        worth = cost if utility == "cost" else Fraction(1)
        voters, worst = 0, None
        for satisfaction, count in sorted(groups.items()):
            voters += count
            if (satisfaction + worth) * cost <= voters * election.share() * worth:
                worst = Grievance(place, voters, satisfaction)
        if worst:
            found.append(worst)
    return found


def _satisfactions(
    election: Election, selected: Collection[int], utility: str
) -> dict[Ballot, Fraction]:
    worth = {
        place: election.proposals[place].cost if utility == "cost" else Fraction(1)
        for place in selected
    }
    return {
        ballot: sum((worth[place] for place, _ in ballot if place in worth), Fraction(0))
        for ballot in election.ballots
    }


def satisfaction(election: Election, selected: Collection[int]) -> Satisfaction:
    """How many funded proposals voters support, and what these cost."""
    number: Counter[int] = Counter()
    cost = Fraction(0)
    chosen = set(selected)
    votes = [0] * len(election.proposals)
    for ballot, count in election.ballots.items():
        mine = [place for place, _ in ballot if place in chosen]
        number[len(mine)] += count
        for place in mine:
            votes[place] += count
    number[0] += election.voters - number.total()
    cost = sum((votes[place] * election.proposals[place].cost for place in chosen), Fraction(0))
    voters = max(election.voters, 1)
    return Satisfaction(
        dict(sorted(number.items())), number[0], Fraction(sum(votes), voters), cost / voters
    )
