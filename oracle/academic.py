"""The rules of the academic library, on our elections: exact mode, ties by identifier."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pabutools.fractions
from pabutools.election import (
    ApprovalBallot,
    ApprovalProfile,
    Cardinality_Sat,
    Cost_Sat,
    CumulativeBallot,
    CumulativeProfile,
    Instance,
    Project,
)
from pabutools.election.satisfaction import AdditiveSatisfaction
from pabutools.rules import (
    completion_by_rule_combination,
    exhaustion_by_budget_increase,
    greedy_utilitarian_welfare,
    method_of_equal_shares,
    sequential_phragmen,
)

from commons.allocation.election import Election

pabutools.fractions.FRACTION = "gmpy2"


class Votes(AdditiveSatisfaction):
    """The points given times the cost, so that greedy by satisfaction per cost is by votes."""

    def __init__(self, instance: Any, profile: Any, ballot: Any) -> None:
        super().__init__(instance, profile, ballot, _votes)


class Points(AdditiveSatisfaction):
    """The points given."""

    def __init__(self, instance: Any, profile: Any, ballot: Any) -> None:
        super().__init__(instance, profile, ballot, _points)


def _points(_instance: Any, _profile: Any, ballot: Any, project: Any, _known: Any) -> Any:
    return ballot.get(project, 0) if hasattr(ballot, "get") else int(project in ballot)


def _votes(instance: Any, profile: Any, ballot: Any, project: Any, known: Any) -> Any:
    return _points(instance, profile, ballot, project, known) * project.cost


SATISFACTIONS = {"cost": Cost_Sat, "cardinality": Cardinality_Sat, "points": Points}


def exact(value: Fraction) -> Any:
    return pabutools.fractions.frac(value.numerator, value.denominator)


def told(election: Election) -> tuple[Instance, Any]:
    """The election as the library sees it, one ballot per voter merged as it does."""
    projects = [Project(p.proposal_id, exact(p.cost)) for p in election.proposals]
    instance = Instance(projects, budget_limit=exact(election.budget))
    approvals = election.vote_type == "approval"
    ballots: list[Any] = []
    for ballot, count in election.ballots.items():
        for _ in range(count):
            if approvals:
                ballots.append(ApprovalBallot({projects[place] for place, _ in ballot}))
            else:
                ballots.append(CumulativeBallot({projects[at]: n for at, n in ballot}))
    empty = election.voters - len(ballots)
    ballots += [ApprovalBallot() if approvals else CumulativeBallot() for _ in range(empty)]
    kind = ApprovalProfile if approvals else CumulativeProfile
    return instance, kind(ballots, instance=instance).as_multiprofile()


def names(allocation: Any) -> list[str]:
    return [project.name for project in allocation]


def equal_shares(instance: Any, profile: Any, utility: str) -> list[str]:
    found = method_of_equal_shares(instance, profile, sat_class=SATISFACTIONS[utility])
    return names(found)


def add1(instance: Any, profile: Any, utility: str, *, exhaustive: bool) -> list[str]:
    if exhaustive:
        return names(
            method_of_equal_shares(
                instance,
                profile,
                sat_class=SATISFACTIONS[utility],
                voter_budget_increment=1,
            )
        )
    voters = profile.num_ballots()
    # With as much as everything costs, each voter could pay alone: nothing more can change.
    # The library's own bound may come before the first raise where voters or money are few.
    raises = math.ceil(sum(project.cost for project in instance)) + 1
    return names(
        exhaustion_by_budget_increase(
            instance,
            profile,
            method_of_equal_shares,
            {"sat_class": SATISFACTIONS[utility]},
            exhaustive_stop=False,
            budget_step=voters,
            budget_bound=instance.budget_limit + voters * raises,
        )
    )


def utilitarian(instance: Any, profile: Any, utility: str) -> list[str]:
    rules: Sequence[Callable[..., Any]] = [method_of_equal_shares, greedy_utilitarian_welfare]
    params = [{"sat_class": SATISFACTIONS[utility]}, {"sat_class": Votes}]
    return names(completion_by_rule_combination(instance, profile, rules, params))


def greedy(instance: Any, profile: Any) -> list[str]:
    return names(greedy_utilitarian_welfare(instance, profile, sat_class=Votes))


def phragmen(instance: Any, profile: Any) -> list[str]:
    return names(sequential_phragmen(instance, profile))
