"""Cases of the rules that count ballots, with every parameter they read."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import product

from tests.allocation.locked_draws import Draws

from commons.allocation.ballots import Ballot
from commons.allocation.completion import COMPLETIONS, Completion
from commons.allocation.conversion import Conversion, convert
from commons.allocation.counting import Count, counted
from commons.allocation.election import RANKED, Election, Proposal
from commons.allocation.equal_shares import UTILITIES
from commons.allocation.pabulib import VOTE_TYPES, read_election

Cases = list[Callable[[], object]]
Group = tuple[str, Cases]
NAMES = ("z", "a", "B", "10", "9", "é", "p1", "p10", "p2", "k", "l", "m")


def election_cases() -> Iterator[Group]:
    yield from _equal_shares()
    for skipping, threshold in product((True, False), range(7)):
        count = Count("greedy", skipping=skipping, threshold=threshold)
        both = (*POINTS, *APPROVALS)
        yield f"greedy, skipping {skipping}, threshold {threshold}", _all(both, count)
    yield "phragmen", _all(APPROVALS, Count("phragmen"))
    for rule, conversion in product(("equal-shares", "greedy", "phragmen"), Conversion):
        both = (*RANKINGS, *POINTS[:4])
        yield f"{rule}, convert {conversion}", _all(both, Count(rule, conversion=conversion))
    for conversion in Conversion:
        yield f"convert {conversion}", [partial(_converted, e, conversion) for e in RANKINGS]
    for kind in VOTE_TYPES:
        yield f"reading {kind}", [partial(_read, text, kind) for text in TEXTS]


def _equal_shares() -> Iterator[Group]:
    flags = (False, True)
    for utility, method, exhaustive, integral, comparison in product(
        UTILITIES, COMPLETIONS, flags, flags, flags
    ):
        if exhaustive and method not in {"add1", "add1u"}:
            continue
        completion = Completion(
            utility, method, exhaustive=exhaustive, integral=integral, comparison=comparison
        )
        chosen = [
            name
            for name, is_on in (
                ("exhaustive", exhaustive),
                ("integral", integral),
                ("comparison", comparison),
            )
            if is_on
        ]
        cases = _all((*POINTS, *APPROVALS), Count(completion=completion))
        yield f"equal-shares, {utility}, {', '.join([method, *chosen])}", cases


def _drawn(seed: int, points: int, proposals: int = 6, kinds: int = 6) -> Election:
    """Few different costs and voters, so that many things are equal."""
    draws = Draws(seed)
    count = 1 + draws.below(proposals)
    shift, part = draws.below(len(NAMES)), draws.one_of([1, 1, 2, 3])
    names = [NAMES[(shift + at) % len(NAMES)] for at in range(count)]
    most = draws.one_of([4, 9, 9, 30])
    listed = tuple(Proposal(name, Fraction(draws.below(most + 1), part)) for name in names)
    ballots: dict[Ballot, int] = {}
    for _ in range(draws.below(kinds + 1)):
        marks = [(at, 1 + draws.below(points)) for at in range(count) if draws.below(2)]
        if marks:
            ballots[tuple(marks)] = 1 + draws.below(4)
    voters = sum(ballots.values()) + draws.below(3)
    kind = "approval" if points == 1 else "cumulative"
    return Election(Fraction(draws.below(4 * most)), listed, ballots, voters, kind)


def _ranked(seed: int) -> Election:
    draws = Draws(seed)
    drawn = _drawn(seed, 1)
    ballots: dict[Ballot, int] = {}
    for marks, count in drawn.ballots.items():
        places = [place for place, _ in marks]
        turn = draws.below(len(places))
        order = places[turn:] + places[:turn]
        ballots[tuple((place, rank) for rank, place in enumerate(order, start=1))] = count
    longest = draws.one_of(["", "1", "2", "3", "5", "x"])
    return Election(
        drawn.budget, drawn.proposals, ballots, drawn.voters, RANKED, {"max_length": longest}
    )


def _wide(seed: int, points: int) -> Election:
    """Enough ballots and proposals for purses to run out one after the other."""
    draws = Draws(seed)
    listed = tuple(Proposal(f"p{at}", Fraction(20 + draws.below(400))) for at in range(14))
    ballots: dict[Ballot, int] = {}
    for _ in range(120):
        marks = [(at, 1 + draws.below(points)) for at in range(14) if not draws.below(3)]
        if marks:
            ballots[tuple(marks)] = ballots.get(tuple(marks), 0) + 1 + draws.below(3)
    voters = sum(ballots.values())
    kind = "approval" if points == 1 else "cumulative"
    return Election(Fraction(1_503), listed, ballots, voters, kind)


def _made(budget: str, costs: str, voters: int, **backers: int) -> Election:
    """`ab=3`: three people support the proposals `a` and `b`; costs in that order."""
    listed = tuple(
        Proposal(name, Fraction(cost))
        for name, cost in zip("abcdef", costs.split(), strict=False)
    )
    ballots: dict[Ballot, int] = {
        tuple(("abcdef".index(name), 1) for name in names): count
        for names, count in backers.items()
    }
    return Election(Fraction(budget), listed, ballots, voters, "approval")


TURNS = (
    # exhaustive: what is left is just what `b` costs, so a raise still buys it.
    _made("10", "6 4", 5, a=3, b=1),
    _made("10", "6 9/2", 5, a=3, b=1),
    # add1: the raise that buys all ends on the budget, one above it, half above it.
    _made("10", "5 5", 4, a=1, b=1),
    _made("10", "5 6", 4, a=1, b=1),
    _made("10", "5 11/2", 4, a=1, b=1),
    # integral: a whole share buys nothing.
    _made("10", "16/5 4 4", 3, a=1, b=1, c=1),
    # comparison: as many prefer one as the other; one more prefers greedy; Equal Shares.
    _made("100", "50 50 50", 100, ab=50, c=50),
    _made("100", "50 50 49", 100, ab=51, c=49),
    _made("100", "50 50 49", 101, ab=50, c=49, bc=2),
    # phragmen: two at once and one does not fit; a cost of the whole budget.
    _made("4", "2 4 1", 4, a=1, b=2, c=1),
    _made("7", "2 4 1", 4, a=1, b=2, c=1),
    _made("4", "4 1", 3, a=2, b=1),
    _made("6", "3 3 1 9", 6, ab=2, bc=1, c=2, d=1),
    _made("6", "4 3 2", 7, a=4, b=2, c=1),
    # greedy: as many votes, a cost that is just left, one that fits after one that does not.
    _made("5", "3 2 2 0", 9, ab=3, bc=2, c=1, d=1),
    _made("5", "3 3 2 1", 9, a=4, b=3, c=2, d=1),
)
POINTS = (*(_drawn(seed, 4) for seed in range(30)), _wide(1, 9))
APPROVALS = (*TURNS, *(_drawn(seed, 1) for seed in range(100, 130)), _wide(2, 1))
RANKINGS = tuple(_ranked(seed) for seed in range(200, 230))
TEXTS = (
    "1;a,b;2,1\n2;b,a;1,2\n3;a;0\n4;;\n5;b;7\n",
    "1;a;1\n2;b;3\n3;b;3\n",
    "1;b,a,c;1,1,1\n2;a,a;1,1\n",
    "1;c,a;4,4\n2;;\n\n3;a,c;4,4\n",
)


def _all(elections: tuple[Election, ...], count: Count) -> Cases:
    return [partial(_counted, election, count) for election in elections]


def _counted(election: Election, count: Count) -> object:
    result = counted(election, count)
    outcome = result.outcome
    paid = outcome and [
        [(each.place, str(each.price), str(each.payment)) for each in outcome.purchases],
        str(outcome.endowment),
    ]
    return [result.places, [str(given) for given in result.given], paid]


def _converted(election: Election, conversion: Conversion) -> object:
    return [sorted(convert(election, conversion).ballots.items()), election.voters]


def _read(votes: str, kind: str) -> object:
    head = f"META\nkey;value\nbudget;12,5\nvote_type;{kind}\nPROJECTS\nproject_id;cost;name\n"
    text = f"{head}b;4;x\na;1 250.5;\nc;0;y\nVOTES\nvoter_id;vote;points\n{votes}"
    election = read_election(text.encode())
    costs = [(each.proposal_id, str(each.cost), each.name) for each in election.proposals]
    return [str(election.budget), costs, sorted(election.ballots.items()), election.voters]
