"""Equal Shares and its completions are what their definitions say, to the last fraction."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.allocation.small_elections import (
    add1_by_definition,
    each_voter,
    elections,
    equal_shares_by_definition,
    ids,
    official,
    relabelled,
)

from commons.allocation.ballots import Ballot
from commons.allocation.certificate import broken_conditions, payments
from commons.allocation.completion import COMPLETIONS, Completion, Raise, compare, complete
from commons.allocation.counting import Count, counted, with_one_more
from commons.allocation.election import Election, Proposal
from commons.allocation.election_audit import grievances
from commons.allocation.equal_shares import UTILITIES, equal_shares, open_market
from commons.allocation.greedy import greedy
from commons.allocation.market import Market, Trace
from commons.allocation.pabulib import read_election
from commons.kernel.errors import InputError

utilities = st.sampled_from(UTILITIES)


def found(election: Election, utility: str) -> list[int]:
    return [purchase.place for purchase in equal_shares(election, utility)]


@given(elections(), utilities)
def test_the_fast_count_is_the_definition(election: Election, utility: str) -> None:
    expected, _ = equal_shares_by_definition(election, utility, election.share())
    assert found(election, utility) == expected


def test_equal_shares_alone_can_leave_money_that_would_pay_for_more() -> None:
    """Each of two voters wants a thing of 3 and holds 2: neither can pay, 4 stay unspent."""
    proposals = (Proposal("a", Fraction(3)), Proposal("b", Fraction(3)))
    election = Election(Fraction(4), proposals, {((0, 1),): 1, ((1, 1),): 1}, 2, "approval")
    assert found(election, "cost") == []
    completed = complete(election, Completion(method="utilitarian"))
    assert ids(election, completed.selected) == ["a"]


@pytest.mark.slow
@settings(max_examples=1_000)
@given(elections(), utilities)
def test_a_thousand_draws_are_counted_as_defined(election: Election, utility: str) -> None:
    expected, _ = equal_shares_by_definition(election, utility, election.share())
    assert found(election, utility) == expected
    for exhaustive in (False, True):
        completion = Completion(utility, "add1", exhaustive=exhaustive)
        defined = add1_by_definition(election, utility, exhaustive=exhaustive, integral=False)
        assert complete(election, completion).selected == defined


@given(elections(), utilities)
def test_the_payment_table_is_who_paid_how_much(election: Election, utility: str) -> None:
    _, expected = equal_shares_by_definition(election, utility, election.share())
    bought = equal_shares(election, utility)
    table = payments(election, bought, election.share(), utility)
    free = {place for place, proposal in enumerate(election.proposals) if not proposal.cost}
    by_voter = [table.paid[tuple(voter.items())] for voter in each_voter(election)]
    assert [
        {place: amount for place, amount in mine.items() if place not in free}
        for mine in by_voter
    ] == expected


@given(elections(), utilities)
def test_the_payment_table_is_a_price_system(election: Election, utility: str) -> None:
    bought = equal_shares(election, utility)
    table = payments(election, bought, election.share(), utility)
    assert broken_conditions(election, bought, table) == []


@given(elections(), utilities)
def test_raised_shares_have_a_price_system_of_their_own(
    election: Election, utility: str
) -> None:
    outcome = complete(election, Completion(utility, "add1u"))
    table = payments(election, outcome.purchases, outcome.endowment, utility)
    assert broken_conditions(election, outcome.purchases, table) == []


def test_a_forged_payment_table_is_found_out() -> None:
    election = Election(
        Fraction(4),
        (Proposal("a", Fraction(2)), Proposal("b", Fraction(1))),
        {((0, 1),): 1, ((0, 1), (1, 1)): 1},
        2,
        "approval",
    )
    bought = equal_shares(election, "cost")
    table = payments(election, bought, election.share(), "cost")
    assert not broken_conditions(election, bought, table)
    assert broken_conditions(election, bought[:1], table)
    generous = replace(table, endowment=table.endowment + 1)
    assert broken_conditions(election, bought, generous)
    stolen = {ballot: dict.fromkeys((0, 1), Fraction(1)) for ballot in table.paid}
    assert broken_conditions(election, bought, replace(table, paid=stolen))


@given(elections(), utilities)
def test_the_order_of_the_file_changes_nothing(election: Election, utility: str) -> None:
    other = relabelled(election)
    assert ids(election, found(election, utility)) == ids(other, found(other, utility))


@given(elections(), utilities, st.integers(2, 9))
def test_counting_money_in_another_unit_changes_nothing_uncompleted(
    election: Election, utility: str, factor: int
) -> None:
    proposals = tuple(
        replace(proposal, cost=proposal.cost / factor) for proposal in election.proposals
    )
    other = replace(election, budget=election.budget / factor, proposals=proposals)
    assert found(election, utility) == found(other, utility)


@settings(max_examples=40)
@given(elections(cost_min=1), st.sampled_from(["cost", "cardinality"]))
def test_no_united_group_is_left_out(election: Election, utility: str) -> None:
    """EJR+ up to any project holds for Equal Shares, completed or not.

    Exceptions, each with its counter-example below: `integral`, and `comparison` where greedy
    is kept.
    """
    for completion in ("none", "utilitarian", "add1", "add1u"):
        outcome = complete(election, Completion(utility, completion))
        assert grievances(election, outcome.selected, utility) == []


@settings(max_examples=40)
@given(elections(), utilities, st.sets(st.sampled_from(["exhaustive", "integral"])))
def test_add1_is_one_count_for_every_raise(
    election: Election, utility: str, options: set[str]
) -> None:
    exhaustive, integral = "exhaustive" in options, "integral" in options
    completion = Completion(utility, "add1", exhaustive=exhaustive, integral=integral)
    expected = add1_by_definition(election, utility, exhaustive=exhaustive, integral=integral)
    assert complete(election, completion).selected == expected


def test_integral_shares_can_leave_a_group_without_what_its_share_pays_for() -> None:
    """Each holds 3⅓, which pays for `p`; rounded down to 3, nobody can buy anything."""
    proposals = (
        Proposal("p", Fraction("3.2")),
        Proposal("q", Fraction(4)),
        Proposal("r", Fraction(4)),
    )
    ballots: dict[Ballot, int] = {((place, 1),): 1 for place in range(3)}
    election = Election(Fraction(10), proposals, ballots, 3, "approval")
    for method in ("none", "add1"):
        whole = complete(election, Completion(method=method, integral=True))
        assert whole.selected == []
        (group,) = grievances(election, whole.selected)
        assert (ids(election, [group.place]), group.voters) == (["p"], 1)
        assert (
            grievances(election, complete(election, Completion(method=method)).selected) == []
        )


def test_a_comparison_can_leave_a_group_without_what_its_share_pays_for() -> None:
    """More voters prefer what greedy funds; greedy stands, and forgets the south."""
    costs = {"north-1": 50, "north-2": 50, "south": 49}
    proposals = tuple(Proposal(name, Fraction(cost)) for name, cost in costs.items())
    ballots: dict[Ballot, int] = {((0, 1), (1, 1)): 51, ((2, 1),): 49}
    election = Election(Fraction(100), proposals, ballots, 100, "approval")
    assert grievances(election, complete(election, Completion()).selected) == []
    compared = complete(election, Completion(comparison=True))
    assert not compared.is_kept
    (group,) = grievances(election, compared.selected)
    assert (ids(election, [group.place]), group.voters) == (["south"], 49)


completions = st.builds(
    Completion,
    utilities,
    st.sampled_from(COMPLETIONS),
    integral=st.booleans(),
    comparison=st.booleans(),
)


@given(elections(), completions)
def test_the_order_of_the_file_changes_nothing_completed_either(
    election: Election, completion: Completion
) -> None:
    other = relabelled(election)
    one, turned = complete(election, completion), complete(other, completion)
    assert ids(election, one.selected) == ids(other, turned.selected)


@pytest.mark.parametrize(
    ("completion", "euros", "cents"),
    [
        (Completion(method="add1"), ["d"], ["b", "d"]),
        (Completion(method="add1u"), ["d", "c"], ["b", "d"]),
        (Completion(integral=True), [], ["d"]),
    ],
)
def test_shares_raised_or_rounded_by_a_unit_of_money_depend_on_the_unit(
    completion: Completion, euros: list[str], cents: list[str]
) -> None:
    """Each holds 3½: a euro more buys `b` and `c`, beyond the budget; ten cents `b` alone."""
    costs = {"b": "3.6", "c": "7.5", "d": "3.4"}
    proposals = tuple(Proposal(name, Fraction(cost)) for name, cost in costs.items())
    ballots: dict[Ballot, int] = {((0, 1),): 1, ((1, 1),): 2, ((2, 1),): 1}
    election = Election(Fraction(14), proposals, ballots, 4, "approval")
    finer = replace(
        election,
        budget=election.budget * 100,
        proposals=tuple(replace(each, cost=each.cost * 100) for each in proposals),
    )
    assert ids(election, complete(election, completion).selected) == euros
    assert ids(finer, complete(finer, completion).selected) == cents


def payments_of(trace: Trace) -> list[Fraction]:
    return [Fraction(sale.paid, sale.scale) for sale in trace.sales]


@given(elections(), utilities, st.integers(0, 6), st.integers(1, 6))
def test_bounds_of_a_larger_endowment_change_no_result(
    election: Election, utility: str, extra: int, more: int
) -> None:
    market = open_market(election, utility)
    share = election.share() + extra
    above = market.trace(share + more)
    alone, helped = market.trace(share), market.trace(share, above)
    assert alone.places == helped.places
    assert payments_of(alone) == payments_of(helped)


@given(elections(), utilities, st.integers(2, 5))
def test_what_two_endowments_prove_is_true_in_between(
    election: Election, utility: str, jump: int
) -> None:
    market = open_market(election, utility)
    below, above = market.trace(election.share()), market.trace(election.share() + jump)
    assume(above.holds_down_to(below))
    for part in range(1, 4 * jump):
        between = market.trace(election.share() + Fraction(part, 4))
        assert between.places == below.places


@given(elections(), utilities, st.sampled_from(["none", "utilitarian", "add1", "add1u"]))
def test_no_completion_spends_more_than_there_is(
    election: Election, utility: str, completion: str
) -> None:
    outcome = complete(election, Completion(utility, completion))
    assert election.cost(outcome.selected) <= election.budget
    assert len(set(outcome.selected)) == len(outcome.selected)


@given(elections(), utilities, st.sampled_from(["utilitarian", "add1u"]))
def test_completed_by_votes_nothing_wanted_fits_any_more(
    election: Election, utility: str, completion: str
) -> None:
    selected = complete(election, Completion(utility, completion)).selected
    left = election.budget - election.cost(selected)
    for place, votes in enumerate(election.votes()):
        assert not votes or place in selected or election.proposals[place].cost > left


@given(elections())
def test_a_comparison_never_leaves_an_outcome_that_more_voters_like_less(
    election: Election,
) -> None:
    outcome = complete(election, Completion(comparison=True))
    against = compare(election, outcome.selected, greedy(election))
    assert against.kept


def test_more_money_can_lose_a_proposal() -> None:
    """Equal Shares is not monotone in the budget: this keeps a counter-example.

    Two voters want both the well (3) and the bench (1). With 2 they can only buy the bench;
    with 3 both cost as much per unit of utility, the well comes first and takes everything.
    """
    proposals = (Proposal("a-well", Fraction(3)), Proposal("b-bench", Fraction(1)))
    election = Election(Fraction(2), proposals, {((0, 1), (1, 1)): 2}, 2, "approval")
    assert ids(election, found(election, "cost")) == ["b-bench"]
    richer = replace(election, budget=Fraction(3))
    assert ids(richer, found(richer, "cost")) == ["a-well"]
    for method in COMPLETIONS:
        completion = Completion(method=method)
        change = with_one_more(counted(election, Count(completion=completion)))
        assert (change.gained, change.lost) == ([0], [1])


def test_greedy_can_leave_a_united_group_without_its_share() -> None:
    """Greedy has no EJR+: half of all voters agree and get nothing."""
    proposals = tuple(Proposal(name, Fraction(50)) for name in ("north-1", "north-2", "south"))
    election = Election(
        Fraction(100), proposals, {((0, 1), (1, 1)): 49, ((2, 1),): 51}, 100, "approval"
    )
    assert grievances(election, greedy(election)) == []
    crowd = replace(election, ballots={((0, 1), (1, 1)): 50, ((2, 1),): 50})
    assert ids(crowd, greedy(crowd)) == ["north-1", "north-2"]
    assert greedy(crowd, skipping=False) == greedy(crowd)
    (group,) = grievances(crowd, greedy(crowd))
    assert (ids(crowd, [group.place]), group.voters) == (["south"], 50)


def test_the_official_winners_of_swiecie_and_wieliczka_are_found(shared_data: Path) -> None:
    for name, completion in (
        ("Poland_Swiecie_2023.pb", Completion(method="add1", exhaustive=True)),
        (
            "Poland_Wieliczka_2023_Green_Budget.pb",
            Completion(method="add1", integral=True, comparison=True),
        ),
    ):
        file = shared_data / "pabulib" / name
        election = read_election(file.read_bytes())
        assert set(ids(election, complete(election, completion).selected)) == official(file)


def test_a_hundred_thousand_raises_take_a_few_counts() -> None:
    """What is bought changes a few times only, and the raises in between are not counted."""
    proposals = tuple(Proposal(f"p{i}", Fraction(10**6 + 7 * i * i)) for i in range(8))
    pairs = {tuple(sorted({i, (i + 3) % 8})): i + 1 for i in range(5)}
    ballots = {tuple((place, 1) for place in pair): count for pair, count in pairs.items()}
    election = Election(Fraction(3 * 10**6), proposals, ballots, 15, "approval")
    counts = 0

    class Counting(Market):
        def trace(self, endowment: Fraction, above: Trace | None = None) -> Trace:
            nonlocal counts
            counts += 1
            return super().trace(endowment, above)

    market = Counting(election, "cost")
    added, trace = Raise(election, market, election.share(), exhaustive=False).last()
    assert added > 50_000
    assert counts < 1_000
    following = market.trace(election.share() + added + 1)
    assert election.cost(trace.places) <= election.budget < election.cost(following.places)


@pytest.mark.parametrize(
    ("completion", "word"),
    [
        (Completion("joy"), "joy"),
        (Completion(method="magic"), "magic"),
        (Completion(exhaustive=True), "--exhaustive"),
        (Completion(method="utilitarian", exhaustive=True), "--exhaustive"),
    ],
)
def test_a_completion_that_means_nothing_is_refused(completion: Completion, word: str) -> None:
    election = Election(Fraction(1), (), {}, 0, "approval")
    with pytest.raises(InputError, match=word):
        complete(election, completion)


def test_points_beyond_exact_counting_are_refused() -> None:
    election = Election(
        Fraction(1), (Proposal("a", Fraction(1)),), {((0, 2**60),): 1}, 1, "cumulative"
    )
    with pytest.raises(InputError, match="points"):
        equal_shares(election, "points")
