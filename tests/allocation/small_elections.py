"""Small elections rich in ties, and rules written voter by voter from their definitions."""

import csv
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from commons.allocation.ballots import Ballot
from commons.allocation.completion import COMPLETIONS, Completion
from commons.allocation.conversion import Conversion
from commons.allocation.counting import Count
from commons.allocation.election import Election, Proposal

IDENTIFIERS = ("a", "B", "10", "9", "é", "z")


def counts(*conversions: Conversion | None) -> st.SearchStrategy[Count]:
    """Every rule of ballots with its options; Equal Shares after one of the conversions."""
    return st.one_of(
        st.builds(
            Count,
            st.just("equal-shares"),
            st.builds(
                Completion,
                st.sampled_from(["cost", "cardinality", "points"]),
                st.sampled_from(COMPLETIONS),
                comparison=st.booleans(),
                integral=st.booleans(),
            ),
            st.sampled_from(conversions or (None,)),
        ),
        st.builds(
            Count, st.just("greedy"), skipping=st.booleans(), threshold=st.integers(0, 4)
        ),
        st.just(Count("phragmen")),
    )


@st.composite
def elections(draw: st.DrawFn, *, points_max: int = 4, cost_min: int = 0) -> Election:
    """At most six proposals and two dozen voters; few different costs, so that many tie."""
    count = draw(st.integers(1, len(IDENTIFIERS)))
    names = draw(st.permutations(IDENTIFIERS))[:count]
    costs = draw(st.lists(st.integers(cost_min, 9), min_size=count, max_size=count))
    halves = draw(st.sampled_from([1, 1, 2, 3]))
    proposals = tuple(
        Proposal(name, Fraction(cost, halves)) for name, cost in zip(names, costs, strict=True)
    )
    marks = st.dictionaries(st.integers(0, count - 1), st.integers(1, points_max), min_size=1)
    ballots = draw(
        st.dictionaries(
            marks.map(lambda marks: tuple(sorted(marks.items()))), st.integers(1, 4), max_size=6
        )
    )
    voters = sum(ballots.values()) + draw(st.integers(0, 2))
    kind = "approval" if points_max == 1 else "cumulative"
    return Election(Fraction(draw(st.integers(0, 30))), proposals, ballots, voters, kind)


def ids(election: Election, places: list[int]) -> list[str]:
    return [election.proposals[place].proposal_id for place in places]


def each_voter(election: Election) -> list[dict[int, int]]:
    return [dict(ballot) for ballot, count in election.ballots.items() for _ in range(count)]


def utility_of(election: Election, utility: str, place: int, points: int) -> Fraction:
    worth = {"cost": election.proposals[place].cost, "points": Fraction(points)}
    return worth.get(utility, Fraction(1))


def equal_shares_by_definition(
    election: Election, utility: str, share: Fraction
) -> tuple[list[int], list[dict[int, Fraction]]]:
    """Winners in order, and what each voter paid for which; free proposals come first."""
    voters = each_voter(election)
    purses = [share] * len(voters)
    paid: list[dict[int, Fraction]] = [{} for _ in voters]
    free = [
        place
        for place, proposal in enumerate(election.proposals)
        if not proposal.cost and any(place in voter for voter in voters)
    ]
    bought = sorted(free, key=lambda place: election.proposals[place].proposal_id)
    while True:
        offers = []
        for place, proposal in enumerate(election.proposals):
            wants = {
                i: utility_of(election, utility, place, voter[place])
                for i, voter in enumerate(voters)
                if place in voter and place not in bought
            }
            for price in sorted({purses[i] / value for i, value in wants.items()}):
                if sum(min(purses[i], price * v) for i, v in wants.items()) >= proposal.cost:
                    poor = {i for i, v in wants.items() if purses[i] < price * v}
                    rest = proposal.cost - sum((purses[i] for i in poor), Fraction(0))
                    rate = sum(v for i, v in wants.items() if i not in poor)
                    offers.append((rest / rate, proposal.proposal_id, place, wants))
                    break
        if not offers:
            return bought, paid
        price, _, place, wants = min(offers, key=lambda offer: offer[:2])
        for i, value in wants.items():
            paid[i][place] = min(purses[i], price * value)
            purses[i] -= paid[i][place]
        bought.append(place)


def add1_by_definition(
    election: Election, utility: str, *, exhaustive: bool, integral: bool
) -> list[int]:
    """One full count for every raise, each from nothing."""
    share = Fraction(election.budget, election.voters) if election.voters else Fraction(0)
    if integral:
        share = Fraction(share.numerator // share.denominator)
    wanted = {place for voter in each_voter(election) for place in voter}
    outcome, _ = equal_shares_by_definition(election, utility, share)
    while True:
        others = wanted.difference(outcome)
        left = election.budget - election.cost(outcome)
        fits = any(election.proposals[place].cost <= left for place in others)
        if not others or (exhaustive and not fits):
            return outcome
        share += 1
        following, _ = equal_shares_by_definition(election, utility, share)
        if election.cost(following) > election.budget:
            return outcome
        outcome = following


def phragmen_by_definition(election: Election) -> list[int]:
    """Loads voter by voter; stops when any proposal that comes next would not fit."""
    voters = each_voter(election)
    loads = [Fraction(0)] * len(voters)
    bought: list[int] = []
    candidates = {
        place
        for voter in voters
        for place in voter
        if election.proposals[place].cost <= election.budget
    }
    while candidates:
        loaded = {}
        for place in candidates:
            mine = [i for i, voter in enumerate(voters) if place in voter]
            total = sum((loads[i] for i in mine), election.proposals[place].cost)
            loaded[place] = total / len(mine)
        least = min(loaded.values())
        tied = [place for place, load in loaded.items() if load == least]
        spent = election.cost(bought)
        if any(spent + election.proposals[at].cost > election.budget for at in tied):
            return bought
        place = min(tied, key=lambda at: election.proposals[at].proposal_id)
        bought.append(place)
        candidates.remove(place)
        loads = [
            least if place in voter else load for voter, load in zip(voters, loads, strict=True)
        ]
    return bought


def official(file: Path, mark: str = "1") -> set[str]:
    """The identifiers whose `selected` cell in a Pabulib file is `mark`."""
    rows = _rows(file)
    return {row["project_id"] for row in rows if row.get("selected") == mark}


def says_what_was_selected(file: Path) -> bool:
    """Whether a Pabulib file has the column that names the winners."""
    return "selected" in (_rows(file).fieldnames or ())


def _rows(file: Path) -> "csv.DictReader[str]":
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    start, end = lines.index("PROJECTS") + 1, lines.index("VOTES")
    return csv.DictReader(lines[start:end], delimiter=";")


def relabelled(election: Election) -> Election:
    """The same election, proposals the other way round in the file."""
    last = len(election.proposals) - 1
    ballots: dict[Ballot, int] = {
        tuple(sorted((last - place, points) for place, points in ballot)): count
        for ballot, count in election.ballots.items()
    }
    return replace(election, proposals=election.proposals[::-1], ballots=ballots)
