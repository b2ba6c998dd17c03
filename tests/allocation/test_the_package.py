"""The package is documented, names its sources, and never changes a result in silence."""

import importlib
import inspect
import json
from fractions import Fraction
from hashlib import sha256
from itertools import cycle
from pathlib import Path

import pytest

from commons.allocation.axioms import HOLDS, Axiom
from commons.allocation.claims import RULES, USUAL
from commons.allocation.completion import COMPLETIONS, Completion, complete
from commons.allocation.contributions import Contributor, Shape
from commons.allocation.conversion import Conversion, convert
from commons.allocation.division import ENGINE, Claim, divide
from commons.allocation.election import Election, Proposal
from commons.allocation.equal_shares import UTILITIES
from commons.allocation.gifts import Gift
from commons.allocation.greedy import greedy
from commons.allocation.matching import MATCHING_RULES, match
from commons.allocation.peers import PEER_RULES, Evaluation, divide_by_peers
from commons.allocation.phragmen import phragmen
from commons.allocation.recipe import Inputs, Recipe, Stage, cook
from commons.allocation.rounding import Rounding

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "src" / "commons" / "allocation"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
NUMPY = {"columns", "market", "phragmen"}
"""The modules that count elections of a whole city."""
COUNTED = {
    "commons.allocation/1": "312f0332a83859ba1872fbbe9a12468b252f242ff19cc7bea931980b0eff64ee",
}
VECTORS = {
    "commons.allocation/1": "cbdadf2c702cbfbbe09451d399b25446d54f347bc1b58810450c62b7bda133f2",
}


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_is_documented_with_its_source(name: str) -> None:
    module = importlib.import_module(f"commons.allocation.{name}")
    for label, thing in vars(module).items():
        if label.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(thing):
            assert thing.__doc__, f"{name}.{label}"
            assert "Source" in thing.__doc__ + (module.__doc__ or ""), f"{name}.{label}"
        elif inspect.isclass(thing):
            assert thing.__doc__, f"{name}.{label}"


@pytest.mark.parametrize("name", MODULES)
def test_the_package_imports_only_the_kernel_and_where_it_must_numpy(name: str) -> None:
    source = (FOLDER / f"{name}.py").read_text()
    imported = [line.split()[1] for line in source.splitlines() if line.startswith("from ")]
    ours = [module for module in imported if module.startswith("commons.")]
    assert all(m.startswith(("commons.allocation.", "commons.kernel.")) for m in ours)
    assert ("numpy" in source) <= (name in NUMPY)


def test_the_page_on_rules_says_what_the_code_says() -> None:
    text = (REPOSITORY / "docs" / "repartir.md").read_text()
    for axiom in Axiom:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{axiom}` |"))
        said = row.split("|")[2]
        named = {rule for rule in RULES if f"`{rule}`" in said}
        if "toutes" in said:
            named = set(RULES) - named
        assert named == {rule for rule in RULES if axiom in HOLDS[rule]}, axiom
    for rule in [*RULES, *MATCHING_RULES, *PEER_RULES, "takes"]:
        assert f"`{rule}`" in text, rule


def test_pages_show_five_rules_unasked() -> None:
    assert USUAL == ("proportional", "equal-awards", "equal-losses", "talmud", "equal")


def results() -> str:
    """Many results, whose digest changes with any cent or exact share of any rule."""
    found: list[object] = []
    amounts = [7_001, 3, 0, 500_000, 12_345, 12_345, 99_999, 1]
    claims = [
        Claim(str(place), cents, floor=cents // 50, cap=None if place % 3 else cents // 2 + 1)
        for place, cents in enumerate(amounts)
    ]
    for rule in RULES:
        for envelope in (20_000, 100_001, 333_333, 700_000):
            division = divide(envelope, claims, rule)
            found.append([(a.cents, str(a.exact), sorted(a.bounds)) for a in division.awards])
    for envelope in (20_000, 100_001):
        division = divide(envelope, claims, "proportional", Rounding.SAINTE_LAGUE)
        found.append([award.cents for award in division.awards])
    gifts = [
        Gift(f"p{place % 4}", f"d{place % 7}", 37 * place + 1, (f"g{place % 3}",))
        for place in range(40)
    ]
    for rule in MATCHING_RULES:
        for cap in (None, 4_000):
            matched = match(10_007, gifts, rule, cap=cap)
            found.append([(m.cents, m.exact, sorted(m.bounds)) for m in matched.matches])
    evaluations = [
        Evaluation(judge, member, Fraction(ord(judge) * ord(member) % 17 + 1))
        for judge in "ABCDE"
        for member in "ABCDE"
        if judge != member
    ]
    for rule in PEER_RULES:
        awards = divide_by_peers(10_007, evaluations, rule).awards
        found.append([(award.cents, str(award.exact)) for award in awards])
    return sha256(json.dumps(found).encode()).hexdigest()


def test_a_result_that_changes_needs_a_new_engine_version() -> None:
    """Where this fails, give `ENGINE` a new number and its results a line in `VECTORS`."""
    assert results() == VECTORS[ENGINE]


def counts() -> str:
    """As `results`, of elections and of recipes."""
    proposals = tuple(Proposal(f"p{place}", Fraction(10 + place * 7)) for place in range(9))
    ballots = {
        tuple((place, 1 + place % 3) for place in range(9) if (number >> place) % 2): count
        for number, count in zip(range(1, 512, 5), cycle((1, 4, 2, 3)), strict=False)
    }
    election = Election(Fraction(160), proposals, ballots, sum(ballots.values()), "cumulative")
    found: list[object] = []
    for utility in UTILITIES:
        for method in COMPLETIONS:
            outcome = complete(election, Completion(utility, method))
            found.append([outcome.selected, [str(p.payment) for p in outcome.purchases]])
    found.append(greedy(election))
    approvals = convert(election, Conversion.APPROVAL)
    found.append([(drip.place, str(drip.given)) for drip in phragmen(approvals)])
    team = [Contributor(name, {"hour": Fraction(ord(name))}) for name in "ABCDE"]
    inputs = Inputs(["A", "B", "C"], contributors=team, elect=lambda cents: {"p": cents})
    for shape in Shape:
        cap = Fraction(67) if shape is Shape.CAPPED else None
        work = Stage(shape, None, {"hour": Fraction(3, 2)}, cap)
        stages = (Stage("members", Fraction(1, 7)), Stage("ballots", Fraction(1, 3)), work)
        cooked = cook(Recipe("trois", stages), 10_007, inputs)
        found.append([cooked.totals, cooked.unspent])
    return sha256(json.dumps(found).encode()).hexdigest()


def test_a_count_that_changes_needs_a_new_engine_version() -> None:
    """As above, for elections and recipes: the new line goes into `COUNTED`."""
    assert counts() == COUNTED[ENGINE]
