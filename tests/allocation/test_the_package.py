"""The package is documented, names its sources, and never changes a result in silence."""

import importlib
import inspect
import json
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from commons.allocation.axioms import HOLDS, Axiom
from commons.allocation.claims import RULES, USUAL
from commons.allocation.division import ENGINE, Claim, divide
from commons.allocation.gifts import Gift
from commons.allocation.matching import MATCHING_RULES, match
from commons.allocation.peers import PEER_RULES, Evaluation, divide_by_peers
from commons.allocation.rounding import Rounding

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = [
    "adjusted",
    "axioms",
    "claims",
    "claims_file",
    "cluster_match",
    "comparison",
    "contributions",
    "csv_rows",
    "division",
    "evaluations_file",
    "exact_text",
    "explanation",
    "gifts",
    "gifts_file",
    "impartial",
    "inequality",
    "levels",
    "matching",
    "overlap",
    "pairwise",
    "peers",
    "quadratic",
    "random_arrival",
    "reals",
    "recipe",
    "rounding",
    "scaling",
    "takes",
]
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
def test_the_package_imports_only_the_standard_library_and_the_kernel(name: str) -> None:
    source = (REPOSITORY / "src" / "commons" / "allocation" / f"{name}.py").read_text()
    imported = [line.split()[1] for line in source.splitlines() if line.startswith("from ")]
    ours = [module for module in imported if module.startswith("commons.")]
    assert all(m.startswith(("commons.allocation.", "commons.kernel.")) for m in ours)
    assert "numpy" not in source


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
