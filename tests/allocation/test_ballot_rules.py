"""Greedy as cities practise it, Phragmén's sequential rule, and rankings turned into points."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.allocation.small_elections import (
    elections,
    ids,
    official,
    phragmen_by_definition,
    relabelled,
    says_what_was_selected,
)

from commons.allocation.ballots import Ballot
from commons.allocation.conversion import MEANINGS, Conversion, convert
from commons.allocation.election import Election, Proposal
from commons.allocation.election_audit import satisfaction
from commons.allocation.greedy import by_votes, greedy
from commons.allocation.pabulib import read_election
from commons.allocation.phragmen import phragmen
from commons.kernel.errors import InputError

EXTERNAL_MONEY = {
    "Poland_Poznan_2023_11_-_Fabianowo-Kotowo_Gorczyn_Junikowo_Kwiatowe_Lawica.pb": {"XI.4"},
    "Poland_Poznan_2024_11_-_Fabianowo-Kotowo_Gorczyn_Junikowo_Kwiatowe_Lawica__large.pb": {
        "RD-XI.1"
    },
}
"""Poznań stops at the first that does not fit, and funds that one too, from other districts'
money, where four fifths of its cost are left: the file marks it 2, outside the budget."""
NOT_COMPARED: dict[str, str] = json.loads(
    (Path(__file__).parent / "files_not_compared.json").read_text()
)
"""The files, one by one, whose official winners are not those of greedy, and why."""
REASONS: dict[str, Callable[[dict[str, str], bool], bool]] = {
    "Its rule is greedy, but": lambda meta, has: meta["rule"] == "greedy" and not has,
    "Its rule is Equal Shares": lambda meta, _: meta["rule"].startswith("equalshares/"),
    "It names no rule": lambda meta, _: meta["rule"] == "unknown",
}
"""What each reason claims about a file: its META, and whether PROJECTS has `selected`."""
RANKINGS = Election(
    Fraction(10),
    tuple(Proposal(name, Fraction(5)) for name in "abcd"),
    {((1, 1), (0, 2)): 2, ((2, 1),): 1},
    4,
    "ordinal",
    {"max_length": "3"},
)


def test_greedy_finds_what_every_city_funded_by_it(shared_data: Path) -> None:
    """With the city's own variant; rankings count 3, 2, 1 points as Kraków's rules say."""
    files = {file.name: file for file in sorted((shared_data / "pabulib").glob("*.pb"))}
    assert NOT_COMPARED.keys() <= files.keys()
    assert EXTERNAL_MONEY.keys() <= files.keys() - NOT_COMPARED.keys()
    for name, file in files.items():
        if name in NOT_COMPARED:
            continue
        election = read_election(file.read_bytes())
        rule, funded = election.meta["rule"], official(file)
        assert rule.startswith("greedy"), name
        assert funded, name
        if election.vote_type == "ordinal":
            election = convert(election, Conversion.LIMIT)
        threshold = election.meta.get("min_project_score_threshold", "0")
        chosen = greedy(
            election,
            skipping=rule not in {"greedy-no-skip", "greedy-custom"},
            threshold=int(threshold) if rule == "greedy-threshold" else 0,
        )
        assert set(ids(election, chosen)) == funded, name
        assert official(file, "2") == EXTERNAL_MONEY.get(name, set())


def test_the_files_that_are_not_compared_are_as_their_reason_says(shared_data: Path) -> None:
    for name, reason in NOT_COMPARED.items():
        file = shared_data / "pabulib" / name
        meta = dict(read_election(file.read_bytes()).meta)
        (claimed,) = [holds for start, holds in REASONS.items() if reason.startswith(start)]
        assert claimed(meta, says_what_was_selected(file)), name


@given(elections(), st.integers(0, 9))
def test_greedy_is_by_votes_then_by_identifier(election: Election, threshold: int) -> None:
    votes = election.votes()
    order = by_votes(election)
    assert all(
        (-votes[one], election.proposals[one].proposal_id)
        < (-votes[other], election.proposals[other].proposal_id)
        for one, other in pairwise(order)
    )
    chosen = greedy(election, threshold=threshold)
    assert [place for place in order if place in chosen] == chosen
    assert all(votes[place] >= threshold for place in chosen)


@given(elections())
def test_greedy_without_skipping_funds_the_first_ones_only(election: Election) -> None:
    chosen = greedy(election, skipping=False)
    order = by_votes(election)
    assert chosen == order[: len(chosen)]
    following = order[: len(chosen) + 1]
    assert following == chosen or election.cost(following) > election.budget


@given(elections(), st.integers(1, 9))
def test_without_skipping_a_larger_budget_loses_nobody(election: Election, more: int) -> None:
    richer = replace(election, budget=election.budget + more)
    funded = greedy(election, skipping=False)
    assert greedy(richer, skipping=False)[: len(funded)] == funded


def test_with_skipping_a_larger_budget_can_lose_a_proposal() -> None:
    """The hall (2) has more votes than the bench (1), and takes its money once it fits."""
    proposals = (Proposal("hall", Fraction(2)), Proposal("bench", Fraction(1)))
    election = Election(Fraction(1), proposals, {((0, 1),): 2, ((1, 1),): 1}, 3, "approval")
    assert ids(election, greedy(election)) == ["bench"]
    richer = replace(election, budget=Fraction(2))
    assert ids(richer, greedy(richer)) == ["hall"]


@given(elections(points_max=1))
def test_phragmen_is_its_definition(election: Election) -> None:
    assert [drip.place for drip in phragmen(election)] == phragmen_by_definition(election)


@given(elections(points_max=1))
def test_phragmen_does_not_look_at_the_order_of_the_file(election: Election) -> None:
    other = relabelled(election)
    places = [drip.place for drip in phragmen(election)]
    assert ids(election, places) == ids(other, [drip.place for drip in phragmen(other)])


@given(elections(points_max=1))
def test_money_drips_at_one_pace_and_never_flows_back(election: Election) -> None:
    moments = [drip.given for drip in phragmen(election)]
    assert moments == sorted(moments)


def test_phragmen_refuses_points_and_says_how_to_read_them_as_approvals() -> None:
    election = Election(
        Fraction(9), (Proposal("a", Fraction(1)),), {((0, 3),): 1}, 1, "cumulative"
    )
    with pytest.raises(InputError, match="--convert approval"):
        phragmen(election)
    (drip,) = phragmen(convert(election, Conversion.APPROVAL))
    assert drip.given == 1


def test_phragmen_stops_where_one_of_those_that_come_next_does_not_fit() -> None:
    """`a` and `b` could be bought at the same moment; `b` no longer fits, so all is over."""
    proposals = tuple(
        Proposal(name, Fraction(cost)) for name, cost in (("a", 2), ("b", 4), ("c", 1))
    )
    ballots: dict[Ballot, int] = {((0, 1),): 1, ((1, 1),): 2, ((2, 1),): 1}
    election = Election(Fraction(4), proposals, ballots, 4, "approval")
    assert [drip.place for drip in phragmen(election)] == [2]
    richer = replace(election, budget=Fraction(7))
    assert [drip.place for drip in phragmen(richer)] == [2, 0, 1]


@pytest.mark.parametrize(
    ("conversion", "votes"),
    [
        (Conversion.BORDA, [4, 6, 3, 0]),
        (Conversion.LIMIT, [4, 6, 3, 0]),
        (Conversion.APPROVAL, [2, 2, 1, 0]),
        (Conversion.FIRST, [0, 2, 1, 0]),
    ],
)
def test_a_rank_is_worth_what_the_conversion_says(
    conversion: Conversion, votes: list[int]
) -> None:
    converted = convert(RANKINGS, conversion)
    assert converted.votes() == votes
    assert converted.voters == RANKINGS.voters
    assert MEANINGS[conversion].message


def test_borda_and_the_length_allowed_differ_where_few_may_be_ranked() -> None:
    longer = replace(RANKINGS, meta={"max_length": "2"})
    assert convert(longer, Conversion.LIMIT).votes() == [2, 4, 2, 0]
    assert convert(longer, Conversion.BORDA).votes() == [4, 6, 3, 0]


def test_the_last_of_a_whole_ranking_gets_no_points_from_borda() -> None:
    whole = replace(RANKINGS, ballots={((3, 1), (2, 2), (1, 3), (0, 4)): 1})
    assert dict(convert(whole, Conversion.BORDA).ballots) == {((1, 1), (2, 2), (3, 3)): 1}


def test_what_is_no_ranking_has_no_ranks_to_convert() -> None:
    election = convert(RANKINGS, Conversion.APPROVAL)
    with pytest.raises(InputError, match="borda"):
        convert(election, Conversion.BORDA)


@given(elections())
def test_everyone_is_counted_once_in_the_figures(election: Election) -> None:
    fare = satisfaction(election, greedy(election))
    assert sum(fare.supported.values()) == election.voters
    assert fare.left_out == fare.supported[0]
