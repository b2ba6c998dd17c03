"""Compare every rule the academic library has with ours, on small elections rich in ties.

python oracle/compare.py [HOW_MANY] [SEED]

Exits 1 and shows the election at the first difference. Winners are compared in order, except
where the library gives them sorted (Phragmén) or where the order has no one meaning (add1 that
ends with everything bought, which the library goes on counting). Proposals that nobody chose
are left out: the library funds them with what remains, we never do.
"""

import random
import sys
import time
from collections import Counter
from fractions import Fraction

import academic

from commons.allocation.completion import Completion, complete
from commons.allocation.election import Election, Proposal
from commons.allocation.greedy import greedy
from commons.allocation.phragmen import phragmen

IDENTIFIERS = ("a", "B", "10", "9", "é", "z", "aa", "A")


def election(draw: random.Random) -> Election:
    """Few different costs, few different ballots, so that prices meet again and again."""
    count = draw.randint(1, 7)
    costs = [Fraction(draw.randint(1, 6), draw.choice((1, 1, 1, 2, 3))) for _ in range(3)]
    names = draw.sample(IDENTIFIERS, count)
    proposals = tuple(Proposal(name, draw.choice(costs)) for name in names)
    kind = draw.choice(("approval", "cumulative"))
    points = 1 if kind == "approval" else draw.choice((2, 3, 7))
    ballots = Counter[tuple[tuple[int, int], ...]]()
    for _ in range(draw.randint(1, 6)):
        chosen = sorted(draw.sample(range(count), draw.randint(1, count)))
        ballot = tuple((place, draw.randint(1, points)) for place in chosen)
        ballots[ballot] += draw.randint(1, 4)
    voters = ballots.total() + draw.choice((0, 0, 1))
    budget = Fraction(draw.randint(1, 24), draw.choice((1, 1, 2)))
    return Election(budget, proposals, dict(ballots), voters, kind)


def differences(case: Election) -> list[tuple[str, list[str], list[str]]]:
    """Every rule on one election: its name, what we found, what the library found."""
    instance, profile = academic.told(case)
    approvals = case.vote_type == "approval"
    votes = zip(case.proposals, case.votes(), strict=True)
    wanted = {proposal.proposal_id for proposal, given in votes if given}
    found = []

    def compared(
        rule: str, ours: list[int], theirs: list[str], *, ordered: bool = True
    ) -> None:
        mine = [case.proposals[place].proposal_id for place in ours]
        theirs = [name for name in theirs if name in wanted]
        same = mine == theirs if ordered else sorted(mine) == sorted(theirs)
        counted[rule] += 1
        if not same:
            found.append((rule, mine, theirs))

    for utility in ("cost", "cardinality") if approvals else ("points",):
        args = instance, profile, utility
        plain = complete(case, Completion(utility))
        compared(f"equal shares, {utility}", plain.selected, academic.equal_shares(*args))
        completed = complete(case, Completion(utility, "utilitarian"))
        theirs = academic.utilitarian(*args)
        compared(f"utilitarian, {utility}", completed.selected, theirs)
        for exhaustive in (True, False):
            raised = complete(case, Completion(utility, "add1", exhaustive=exhaustive)).selected
            theirs = academic.add1(*args, exhaustive=exhaustive)
            kind = "add1, exhaustive" if exhaustive else "add1"
            ordered = exhaustive or len(raised) < len(wanted)
            compared(f"{kind}, {utility}", raised, theirs, ordered=ordered)
    compared("greedy", greedy(case), academic.greedy(instance, profile))
    if approvals:
        ours = [drip.place for drip in phragmen(case)]
        theirs = academic.phragmen(instance, profile)
        compared("phragmén", ours, theirs, ordered=False)
    return found


counted: Counter[str] = Counter()


def main() -> int:
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 2026
    draw = random.Random(seed)
    start = time.perf_counter()
    for number in range(how_many):
        case = election(draw)
        for rule, ours, theirs in differences(case):
            print(
                f"election {number} of seed {seed}: {rule}\n  ours   {ours}\n  theirs {theirs}"
            )
            print(f"  {case}")
            return 1
    for rule, times in sorted(counted.items()):
        print(f"{rule:<32} {times:>6} elections, no difference")
    print(f"{how_many} elections in {time.perf_counter() - start:.0f} s, seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
