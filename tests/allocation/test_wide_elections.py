"""Elections with very many proposals or points are counted like small ones."""

from fractions import Fraction

import pytest

from commons.allocation.equal_shares import equal_shares
from commons.allocation.pabulib import read_election


@pytest.mark.parametrize("proposals", [3, 300, 60_000])
def test_the_number_of_proposals_changes_nothing_for_those_chosen(proposals: int) -> None:
    lines = ["META", "key;value", "budget;6", "vote_type;approval", "PROJECTS"]
    lines += [
        "project_id;cost",
        *(f"p{place};{2 if place else 4}" for place in range(proposals)),
    ]
    last = proposals - 1
    lines += ["VOTES", "voter_id;vote", f"1;p0,p{last}", f"2;p0,p{last}", f"3;p{last}"]
    election = read_election("\n".join(lines).encode())
    assert [purchase.place for purchase in equal_shares(election, "cost")] == [last]
    (bought,) = equal_shares(election, "cost")
    assert (bought.price, bought.payment) == (Fraction(1, 3), Fraction(2, 3))


def test_points_up_to_a_million_are_counted_exactly() -> None:
    text = "META\nkey;value\nbudget;3\nvote_type;cumulative\nPROJECTS\nproject_id;cost\na;2\n"
    text += "VOTES\nvoter_id;vote;points\n1;a;999999\n2;a;55555\n3;a;1\n"
    (bought,) = equal_shares(read_election(text.encode()), "points")
    assert bought.payment == Fraction(1, 55_556), "the first pays all they have"
