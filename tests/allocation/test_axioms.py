"""What each rule promises holds on any problem; what it does not promise, it once broke."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.allocation.axiom_checks import CHECKS, Problem

from commons.allocation.axioms import AXIOM_TEXTS, HOLDS, Axiom
from commons.allocation.claims import RULES
from commons.allocation.division import Claim, divide

COUNTER_EXAMPLES: dict[str, dict[Axiom, Problem]] = {
    "proportional": {
        Axiom.CLAIMS_TRUNCATION: Problem(1, (1, 2)),
        Axiom.MINIMAL_RIGHTS_FIRST: Problem(2, (1, 2)),
    },
    "equal-awards": {
        Axiom.SELF_DUALITY: Problem(1, (1, 2)),
        Axiom.MIDPOINT: Problem(1, (1, 2)),
        Axiom.MINIMAL_RIGHTS_FIRST: Problem(2, (1, 2)),
    },
    "equal-losses": {
        Axiom.SELF_DUALITY: Problem(1, (1, 2)),
        Axiom.MIDPOINT: Problem(1, (1, 2)),
        Axiom.CLAIMS_TRUNCATION: Problem(1, (1, 2)),
    },
    "talmud": {
        Axiom.COMPOSITION_UP: Problem(2, (1, 2)),
        Axiom.COMPOSITION_DOWN: Problem(2, (1, 2)),
    },
    "equal": {
        Axiom.EFFICIENCY: Problem(3, (1, 2)),
        Axiom.SELF_DUALITY: Problem(1, (1, 2)),
        Axiom.MIDPOINT: Problem(1, (1, 2)),
        Axiom.MINIMAL_RIGHTS_FIRST: Problem(2, (1, 2)),
        Axiom.CONSISTENCY: Problem(3, (1, 2)),
    },
    "reverse-talmud": {
        Axiom.CLAIMS_TRUNCATION: Problem(1, (1, 2)),
        Axiom.MINIMAL_RIGHTS_FIRST: Problem(2, (1, 2)),
        Axiom.COMPOSITION_UP: Problem(2, (1, 2)),
        Axiom.COMPOSITION_DOWN: Problem(2, (1, 2)),
    },
    "piniles": {
        Axiom.SELF_DUALITY: Problem(1, (1, 2)),
        Axiom.CLAIMS_TRUNCATION: Problem(2, (1, 3)),
        Axiom.MINIMAL_RIGHTS_FIRST: Problem(2, (1, 2)),
        Axiom.COMPOSITION_UP: Problem(2, (1, 3)),
        Axiom.COMPOSITION_DOWN: Problem(2, (1, 2)),
    },
    "constrained-egalitarian": {
        Axiom.SELF_DUALITY: Problem(1, (1, 2)),
        Axiom.CLAIMS_TRUNCATION: Problem(2, (1, 3)),
        Axiom.MINIMAL_RIGHTS_FIRST: Problem(2, (1, 2)),
        Axiom.COMPOSITION_UP: Problem(2, (1, 2)),
        Axiom.COMPOSITION_DOWN: Problem(2, (1, 3)),
    },
    "random-arrival": {
        Axiom.COMPOSITION_UP: Problem(2, (1, 2)),
        Axiom.COMPOSITION_DOWN: Problem(2, (1, 2)),
        Axiom.CONSISTENCY: Problem(2, (2, 2, 1)),
    },
    "adjusted-proportional": {
        Axiom.COMPOSITION_UP: Problem(2, (1, 2)),
        Axiom.COMPOSITION_DOWN: Problem(2, (1, 2)),
        Axiom.CONSISTENCY: Problem(2, (2, 2, 1)),
    },
    "minimal-overlap": {
        Axiom.SELF_DUALITY: Problem(2, (1, 1, 2)),
        Axiom.MIDPOINT: Problem(1, (1, 1, 2)),
        Axiom.COMPOSITION_UP: Problem(2, (1, 2)),
        Axiom.COMPOSITION_DOWN: Problem(2, (1, 2)),
        Axiom.CONSISTENCY: Problem(2, (1, 1, 2)),
    },
}
PROMISES = [(rule, axiom) for rule in RULES for axiom in Axiom if axiom in HOLDS[rule]]


@st.composite
def problems(draw: st.DrawFn, most: int) -> Problem:
    claims = draw(st.lists(st.integers(1, most), min_size=2, max_size=5))
    part = draw(st.fractions(0, 1, max_denominator=100))
    return Problem(int(sum(claims) * part), tuple(claims), draw(st.integers(1, 5)))


def test_the_table_speaks_of_every_rule_and_every_axiom_has_a_sentence() -> None:
    assert set(HOLDS) == set(COUNTER_EXAMPLES) == set(RULES)
    assert set(AXIOM_TEXTS) == set(CHECKS) == set(Axiom)
    for rule in RULES:
        assert HOLDS[rule] | COUNTER_EXAMPLES[rule].keys() == set(Axiom)
        assert not HOLDS[rule] & COUNTER_EXAMPLES[rule].keys()


@pytest.mark.parametrize(("rule", "axiom"), PROMISES)
@given(problem=problems(20))
@settings(max_examples=25)
def test_a_promise_holds(rule: str, axiom: Axiom, problem: Problem) -> None:
    assert CHECKS[axiom](rule, problem)


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "axiom"), PROMISES)
@given(problem=problems(20) | problems(10**6))
@settings(max_examples=400)
def test_a_promise_holds_on_many_problems(rule: str, axiom: Axiom, problem: Problem) -> None:
    assert CHECKS[axiom](rule, problem)


@pytest.mark.parametrize(
    ("rule", "axiom"), [(rule, axiom) for rule in RULES for axiom in COUNTER_EXAMPLES[rule]]
)
def test_what_is_not_promised_has_a_counter_example(rule: str, axiom: Axiom) -> None:
    assert not CHECKS[axiom](rule, COUNTER_EXAMPLES[rule][axiom])


def test_rounding_by_largest_remainder_may_lower_someone_when_a_cent_is_added() -> None:
    """The Alabama paradox: promises are about exact shares."""
    claims = [Claim("a", 300), Claim("b", 300), Claim("c", 100)]
    before = [award.cents for award in divide(10, claims, "proportional").awards]
    after = [award.cents for award in divide(11, claims, "proportional").awards]
    assert (before, after) == ([4, 4, 2], [5, 5, 1])
