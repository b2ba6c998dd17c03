"""The package is documented, names its sources, and never changes a result in silence."""

import importlib
import inspect
from pathlib import Path

import pytest
from tests.allocation.locked_cases import digests, locked

from commons.allocation.axioms import HOLDS, Axiom
from commons.allocation.claims import RULES, USUAL
from commons.allocation.completion import COMPLETIONS
from commons.allocation.contributions import Shape
from commons.allocation.conversion import Conversion
from commons.allocation.count_text import OPTIONS
from commons.allocation.counting import BALLOT_RULES
from commons.allocation.equal_shares import UTILITIES
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.pabulib import VOTE_TYPES
from commons.allocation.peers import PEER_RULES
from commons.allocation.rounding import Rounding

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "src" / "commons" / "allocation"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
NUMPY = {"columns", "market", "phragmen"}
"""The modules that count elections of a whole city."""


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


def test_a_result_that_changes_needs_a_new_engine_version() -> None:
    """Where this fails, give `ENGINE` a new number, then `python -m` what is imported here."""
    now, lock = dict(digests()), locked()
    assert {name: now.get(name) for name in lock} == lock
    assert now.keys() == lock.keys(), "what is new is not locked yet"


def test_every_rule_and_every_parameter_is_locked() -> None:
    names = ", ".join(locked())
    for rule in [*RULES, *MATCHING_RULES, *PEER_RULES, *BALLOT_RULES, *COMPLETIONS]:
        assert rule in names, rule
    for parameter in [*Rounding, *Shape, *Conversion, *UTILITIES, *VOTE_TYPES]:
        assert parameter in names, parameter
    for option in OPTIONS:
        assert {"no-skip": "skipping False"}.get(option, option) in names, option
