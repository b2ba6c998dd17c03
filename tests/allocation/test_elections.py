"""Elections on real files and small ones of our own."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from tests.allocation.small_elections import elections

from commons.allocation.election import Election
from commons.allocation.equal_shares import equal_shares
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
        ("Bancs", "Ba\0ncs", "Ligne 7"),
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
