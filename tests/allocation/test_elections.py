"""Elections on real files and small ones of our own."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.election import Election, Proposal
from commons.allocation.equal_shares import UTILITIES, equal_shares
from commons.allocation.greedy import greedy
from commons.allocation.pabulib import read_election
from commons.kernel.errors import InputError

SMALL = """META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
b;40;Bancs
a;40;Arbres
c;30.5;Compost
VOTES
voter_id;vote
1;a,b
2;a,b
3;c
"""


def ids(election: Election, places: list[int]) -> list[str]:
    return [election.proposals[place].proposal_id for place in places]


def test_equal_shares_finds_the_known_winners_in_order(shared_data: Path) -> None:
    folder = shared_data / "pabulib"
    expected = json.loads((folder / "expected_equal_shares.json").read_text())["outcomes"]
    compared = 0
    for name, outcomes in expected.items():
        election = read_election((folder / name).read_bytes())
        for utility, winners in outcomes.items():
            found = [purchase.place for purchase in equal_shares(election, utility)]
            assert ids(election, found) == winners, (name, utility)
            compared += 1
    assert compared > 100


def test_ties_go_to_the_lower_identifier_whatever_the_order_of_the_file() -> None:
    election = read_election(SMALL.encode())
    bought = equal_shares(election, "cost")
    assert ids(election, [purchase.place for purchase in bought]) == ["a", "c"]
    assert ids(election, greedy(election)) == ["a", "b"]


@st.composite
def elections(draw: st.DrawFn) -> Election:
    count = draw(st.integers(1, 6))
    costs = draw(st.lists(st.integers(1, 12), min_size=count, max_size=count))
    proposals = tuple(Proposal(f"p{i}", Fraction(cost)) for i, cost in enumerate(costs))
    ballots = draw(
        st.dictionaries(
            st.dictionaries(st.integers(0, count - 1), st.integers(1, 4), min_size=1).map(
                lambda ballot: tuple(sorted(ballot.items()))
            ),
            st.integers(1, 4),
            max_size=6,
        )
    )
    voters = sum(ballots.values()) + draw(st.integers(0, 2))
    return Election(
        Fraction(draw(st.integers(0, 30))), proposals, ballots, voters, "cumulative"
    )


def by_definition(election: Election, utility: str) -> list[int]:
    """Equal Shares voter by voter, every price computed exactly at every step."""
    voters = [dict(ballot) for ballot, count in election.ballots.items() for _ in range(count)]
    if not election.voters:
        return []
    purses = [election.budget / election.voters] * len(voters)
    bought: list[int] = []
    while True:
        offers = []
        for place, proposal in enumerate(election.proposals):
            if place in bought:
                continue
            wants = {
                i: UTILITIES[utility](proposal.cost, voter[place])
                for i, voter in enumerate(voters)
                if place in voter
            }
            prices = {purses[i] / value for i, value in wants.items()}
            for price in sorted(prices):
                if sum(min(purses[i], price * v) for i, v in wants.items()) >= proposal.cost:
                    poor = {i for i, v in wants.items() if purses[i] < price * v}
                    rest = proposal.cost - sum((purses[i] for i in poor), Fraction(0))
                    rate = sum(v for i, v in wants.items() if i not in poor)
                    offers.append((rest / rate, proposal.proposal_id, place, wants))
                    break
        if not offers:
            return bought
        price, _, place, wants = min(offers, key=lambda offer: offer[:2])
        for i, value in wants.items():
            purses[i] -= min(purses[i], price * value)
        bought.append(place)


@given(elections(), st.sampled_from(sorted(UTILITIES)))
def test_the_fast_count_is_the_definition(election: Election, utility: str) -> None:
    found = [purchase.place for purchase in equal_shares(election, utility)]
    assert found == by_definition(election, utility)


@given(elections(), st.sampled_from(sorted(UTILITIES)))
def test_every_cost_is_paid_exactly_by_those_who_wanted_it(
    election: Election, utility: str
) -> None:
    spent: dict[object, Fraction] = {}
    for purchase in equal_shares(election, utility):
        paid = sum((amount * count for _, count, amount in purchase.payments), Fraction(0))
        assert paid == election.proposals[purchase.place].cost
        for ballot, _, amount in purchase.payments:
            assert purchase.place in dict(ballot)
            spent[ballot] = spent.get(ballot, Fraction(0)) + amount
    assert all(sum_ <= election.budget / election.voters for sum_ in spent.values())


@given(elections())
def test_greedy_never_spends_more_than_there_is(election: Election) -> None:
    chosen = greedy(election)
    spent = sum((election.proposals[place].cost for place in chosen), Fraction(0))
    assert spent <= election.budget


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("budget;100", "budget;-5", "le budget"),
        ("budget;100\n", "", "budget"),
        ("vote_type;approval", "vote_type;tarot", "inconnu"),
        ("project_id;cost;name", "project_id;name;x", "il manque la colonne cost"),
        ("voter_id;vote", "voter_id;choice", "il manque la colonne vote"),
        ("VOTES\n", "BALLOTS\n", "Ligne 10"),
        ("a;40;Arbres", "b;40;Arbres", "Ligne 8"),
        ("a;40;Arbres", "a;quarante;Arbres", "ligne 8"),
        ("a;40;Arbres", "a;NaN;Arbres", "ligne 8"),
        ("3;c", "3;d", "Ligne 14"),
        ("META", "MÉTA", "META"),
        ("Bancs", "Ba\0ncs", "Pabulib"),
    ],
)
def test_a_faulty_election_is_refused_with_its_place(old: str, new: str, word: str) -> None:
    with pytest.raises(InputError) as refused:
        read_election(SMALL.replace(old, new).encode())
    assert word in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        SMALL.encode("utf-8-sig"),
        SMALL.replace("\n", "\r\n").encode(),
        SMALL.replace("30.5", "30,5").encode(),
        SMALL.replace("\n", "\n\n").encode(),
    ],
)
def test_how_the_file_was_saved_does_not_matter(data: bytes) -> None:
    assert read_election(data) == read_election(SMALL.encode())


def test_greedy_finds_what_cities_funded_by_it(shared_data: Path) -> None:
    """Wherever the file's rule is plain greedy, by approvals or points, without ranking."""
    compared = 0
    for file in sorted((shared_data / "pabulib").glob("*.pb")):
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        projects, votes = lines.index("PROJECTS"), lines.index("VOTES")
        rows = list(csv.DictReader(lines[projects + 1 : votes], delimiter=";"))
        plain = "rule;greedy" in lines and "vote_type;ordinal" not in lines
        if not plain or "selected" not in rows[0]:
            continue
        election = read_election(file.read_bytes())
        funded = {row["project_id"] for row in rows if row["selected"] == "1"}
        assert set(ids(election, greedy(election))) == funded, file.name
        compared += 1
    assert compared >= 7
