"""No result can change unseen: each of these faults, put into a copy, breaks the lock."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ALLOCATION = Path("commons") / "allocation"


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands once in a module, and what someone might write instead."""

    module: str
    right: str
    wrong: str


FAULTS = {
    "takes may triple": Fault("takes", "max(2 * take.before", "max(3 * take.before"),
    "takes have no median": Fault("takes", "middle // 2, LEAST", "0, LEAST"),
    "takes start at two euros": Fault("takes", "LEAST_CENTS = 1_00", "LEAST_CENTS = 2_00"),
    "the first takes are bound": Fault(
        "takes", "return [None] * len(takes)", "return [LEAST_CENTS] * len(takes)"
    ),
    "takes are not stopped": Fault("takes", "min(take.cents, top)", "take.cents"),
    "borda gives the last a point": Fault(
        "conversion",
        "range(len(election.proposals) - 1, -1, -1)",
        "range(len(election.proposals), 0, -1)",
    ),
    "limit gives a point more": Fault("conversion", "[top - rank", "[top + 1 - rank"),
    "limit does not read max_length": Fault(
        "conversion", "max(_length_max(election), longest)", "longest"
    ),
    "approval counts the first": Fault("conversion", "[1] * longest", "[1]"),
    "first counts two": Fault("conversion", "return [1]\n", "return [1, 1]\n"),
    "exhaustive is off": Fault(
        "completion", "if not self.exhaustive or not others:", "if True:"
    ),
    "exhaustive stops at equal cost": Fault(
        "completion", "proposals[place].cost > left for", "proposals[place].cost >= left for"
    ),
    "integral is ignored": Fault("completion", "if completion.integral else", "if False else"),
    "comparison wants more": Fault(
        "completion",
        "self.prefer_equal_shares >= self.prefer_greedy",
        "self.prefer_equal_shares > self.prefer_greedy",
    ),
    "comparison is off": Fault("completion", "if completion.comparison:", "if False:"),
    "add1 may exceed the budget": Fault(
        "completion",
        "self.election.cost(above.places) > self.election.budget",
        "self.election.cost(above.places) > self.election.budget + 1",
    ),
    "add1 stops at the budget": Fault(
        "completion",
        "self.election.cost(above.places) > self.election.budget",
        "self.election.cost(above.places) >= self.election.budget",
    ),
    "add1u is add1": Fault("completion", '{"utilitarian", "add1u"}', '{"utilitarian"}'),
    "utilitarian forgets what is spent": Fault("completion", "already=selected", "already=()"),
    "no-skip is ignored": Fault("greedy", "elif not skipping:", "elif False:"),
    "a threshold is not enough": Fault(
        "greedy", "votes[place] < threshold", "votes[place] <= threshold"
    ),
    "greedy leaves a cost that is just left": Fault("greedy", "cost <= left", "cost < left"),
    "greedy ties go to the last": Fault("greedy", "ranks[place])", "-ranks[place])"),
    "phragmen goes on": Fault("phragmen", "                break", "                continue"),
    "phragmen looks at one only": Fault("phragmen", "in (place, *tied)", "in (place,)"),
    "phragmen leaves out what costs all": Fault(
        "phragmen", "cost <= election.budget", "cost < election.budget"
    ),
    "points are not read": Fault("market", 'utility == "points"', 'utility == "points?"'),
    "cost is cardinality": Fault("market", 'utility == "cost"', 'utility == "cost?"'),
    "price ties go to the last": Fault(
        "market",
        "(mine, ranks[place]) < (theirs, ranks[other])",
        "(mine, -ranks[place]) < (theirs, -ranks[other])",
    ),
    "weights of claims are ignored": Fault(
        "division",
        "    common = lcm(*{claim.weight",
        "    return [1 for _ in claims]\n    common = lcm(*{claim.weight",
    ),
    "floors are ignored": Fault("division", "c.floor + share if c.floor", "share if c.floor"),
    "caps are ignored": Fault("division", "room = claims[i].top -", "room = claims[i].cents -"),
    "what caps free is lost": Fault("division", "                left -= room\n", ""),
    "awards are weighted as claims": Fault(
        "levels", "fill(envelope, weights, claims)", "fill(envelope, claims, claims)"
    ),
    "half the total turns late": Fault(
        "levels", "    if 2 * envelope <= total:", "    if 2 * envelope < total - 1:"
    ),
    "the last stands first": Fault("rounding", "reverse=True", "reverse=False"),
    "sainte-lague is d'hondt": Fault(
        "rounding", "weights[i], 2 * units + 1), i)", "weights[i], units + 1), i)"
    ),
    "a pool stretches": Fault("matching", "pool, cap)", "pool, cap, stretches=True)"),
    "caps of matches are ignored": Fault("matching", "pool, cap)", "pool)"),
    "pairs are bounded by 24 euros": Fault("matching", "= 25_00", "= 24_00"),
    "the bound is ignored": Fault("pairwise", "self.bound + sum(roots", "10**9 + sum(roots"),
    "groups are ignored": Fault(
        "cluster_match", "if not any(gifts.groups.values()):", "if True:"
    ),
    "links are ignored": Fault(
        "cluster_match", "if any(other in linked", "if all(other in linked"
    ),
    "gifts count in the match": Fault("quadratic", "total = sum(amounts)", "total = 0"),
    "peers stand as they come": Fault(
        "peers", "ordered = sorted(members)", "ordered = members"
    ),
    "silence gives the first more": Fault(
        "peers",
        "points.get(judge) or {name: Fraction(1)",
        "points.get(judge) or {name: Fraction(1 + (name == members[0]))",
    ),
    "the first part has no cent more": Fault(
        "peer_cents", "(owner < over)", "(owner >= len(parts) - over)"
    ),
    "odd cents of a voice go to the last": Fault(
        "peer_cents", "sorted(remainders)", "sorted(remainders, reverse=True)"
    ),
    "i is asked about i's part": Fault(
        "impartial", "if given is not None and i not in (k, j):", "if False:"
    ),
    "roots are linear": Fault(
        "contributions", "root = formula.shape is Shape.ROOT", "root = False"
    ),
    "measures are not capped": Fault(
        "contributions", "min(Fraction(total), self.cap)", "Fraction(total)"
    ),
    "units weigh one": Fault(
        "contributions", "self.weights.get(unit, Fraction(0))", "Fraction(1)"
    ),
    "stages forget what is left": Fault("recipe", "left = result.left", "left = 0"),
    "a stage has only what was left": Fault(
        "recipe", "_given(stage, part + left", "_given(stage, part"
    ),
    "parts are of the rest": Fault("recipe", "rest if s.part is None", "0 if s.part is None"),
    "identical ballots count once": Fault("pabulib_votes", "times[at] += 1", "times[at] += 0"),
}
PROGRAM = """
import sys
from tests.allocation.locked_cases import moved
first = next(moved(), None)
print(first or "")
sys.exit(first is not None)
"""
QUICK = ("takes may triple", "exhaustive stops at equal cost")


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """The lock, on the package copied there: 0 if it holds, 1 with the first that moved."""
    environment = os.environ | {  # noqa: TID251 -- the copy stands before the package
        "PYTHONPATH": os.pathsep.join([str(folder), str(REPOSITORY)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    for part in ("__init__.py", "kernel", "allocation"):
        source = REPOSITORY / "src" / "commons" / part
        target = folder / "commons" / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
    return folder


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_fault_stands_where_it_is_said_to(name: str) -> None:
    fault = FAULTS[name]
    text = (REPOSITORY / "src" / ALLOCATION / f"{fault.module}.py").read_text()
    assert text.count(fault.right) == 1


def broken_by(folder: Path, fault: Fault) -> str:
    file = folder / ALLOCATION / f"{fault.module}.py"
    right = file.read_text()
    file.write_text(right.replace(fault.right, fault.wrong))
    try:
        found = checked(folder)
    finally:
        file.write_text(right)
    assert found.returncode == 1, found.stderr
    return found.stdout.strip()


def test_a_copy_without_fault_is_as_it_is_locked(copy: Path) -> None:
    found = checked(copy)
    assert (found.returncode, found.stdout.strip(), found.stderr) == (0, "", "")


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_breaks_the_lock(copy: Path, name: str) -> None:
    assert broken_by(copy, FAULTS[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FAULTS if name not in QUICK])
def test_every_fault_breaks_the_lock(copy: Path, name: str) -> None:
    assert broken_by(copy, FAULTS[name])
