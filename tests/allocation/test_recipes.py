"""Formulas on what the ledger attests, and recipes: stages that add up to the cent."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.contributions import (
    Contributor,
    Formula,
    Shape,
    divide_by_contributions,
)
from commons.allocation.division import Claim
from commons.allocation.gifts import Gift
from commons.allocation.peers import Evaluation
from commons.allocation.recipe import Inputs, Recipe, Stage, cook, recipe_from
from commons.kernel.errors import InputError

HOUR, COMMIT = Fraction(1), Fraction(1, 4)
TEAM = [
    Contributor("Ali", {"hour": Fraction(16), "commit": Fraction(0)}),
    Contributor("Bob", {"hour": Fraction(4)}),
    Contributor("Zoé", {"commit": Fraction(4)}),
]
WEIGHTS = {"hour": HOUR, "commit": COMMIT}


def received(formula: Formula, envelope: int = 210) -> list[int]:
    return [each.cents for each in divide_by_contributions(envelope, TEAM, formula)]


def test_each_unit_weighs_what_the_members_chose() -> None:
    assert received(Formula(WEIGHTS)) == [160, 40, 10]
    assert received(Formula({"hour": HOUR, "commit": Fraction(4)})) == [94, 23, 93]


def test_square_roots_and_caps_bring_the_largest_closer_to_the_others() -> None:
    assert received(Formula(WEIGHTS, Shape.ROOT)) == [120, 60, 30]
    assert received(Formula(WEIGHTS, Shape.CAPPED, Fraction(9))) == [135, 60, 15]


def test_roots_that_are_no_fractions_are_shared_to_the_cent() -> None:
    team = [Contributor("Ali", {"h": Fraction(2)}), Contributor("Bob", {"h": Fraction(3)})]
    ali, bob = divide_by_contributions(100, team, Formula({"h": Fraction(1)}, Shape.ROOT))
    assert (ali.cents, bob.cents) == (45, 55)
    assert ali.exact == "0.449489742783…"


def test_roots_of_numbers_too_long_to_factor_are_shared_too() -> None:
    team = [Contributor(name, {"hour": Fraction(10**40 + 1)}) for name in ("Ali", "Zoé")]
    formula = Formula({"hour": Fraction(1)}, Shape.ROOT)
    found = divide_by_contributions(10_001, team, formula)
    assert [each.cents for each in found] == [5001, 5000]


def test_when_nothing_is_attested_nothing_is_given() -> None:
    nobody = [Contributor("Ali", {}), Contributor("Bob", {"hour": Fraction(0)})]
    found = divide_by_contributions(100, nobody, Formula(WEIGHTS))
    assert [each.cents for each in found] == [0, 0]


@pytest.mark.parametrize(
    ("team", "formula", "word"),
    [
        ([Contributor("A", {"day": Fraction(1)})], Formula(WEIGHTS), "pèse"),
        ([Contributor("A", {"hour": Fraction(-1)})], Formula(WEIGHTS), "négative"),
        ([Contributor("A", {}), Contributor("A", {})], Formula(WEIGHTS), "deux fois"),
        ([], Formula(WEIGHTS, Shape.CAPPED), "plafond"),
        ([], Formula({"hour": Fraction(-1)}), "négatifs"),
    ],
)
def test_a_formula_that_makes_no_sense_is_refused(
    team: list[Contributor], formula: Formula, word: str
) -> None:
    with pytest.raises(InputError, match=word):
        divide_by_contributions(100, team, formula)


SOLIDARITY = Recipe(
    "Un dixième à parts égales, trois cinquièmes aux propositions, le reste selon les heures",
    (
        Stage("members", Fraction(1, 10)),
        Stage("ballots", Fraction(3, 5)),
        Stage("linear", None, WEIGHTS),
    ),
)


def elect(cents: int) -> dict[str, int]:
    return {"toit": 40_000} if cents >= 40_000 else {}


def test_a_recipe_goes_stage_by_stage_and_what_one_leaves_goes_on() -> None:
    inputs = Inputs(members=["Ali", "Bob", "Zoé"], contributors=TEAM, elect=elect)
    cooked = cook(SOLIDARITY, 100_001, inputs)
    members, ballots, hours = cooked.stages
    assert (members.had, dict(members.given)) == (
        10_000,
        {"Ali": 3334, "Bob": 3333, "Zoé": 3333},
    )
    assert (ballots.had, ballots.left) == (60_001, 20_001)
    assert hours.had == 50_001
    assert cooked.totals["toit"] == 40_000
    assert sum(cooked.totals.values()) + cooked.unspent == 100_001
    assert cooked.unspent == 0


def test_what_no_stage_is_given_is_unspent() -> None:
    recipe = Recipe("Un tiers", (Stage("members", Fraction(1, 3)),))
    cooked = cook(recipe, 100, Inputs(members=["Ali", "Bob"]))
    assert (dict(cooked.totals), cooked.unspent) == ({"Ali": 17, "Bob": 16}, 67)


@given(
    envelope=st.integers(0, 10**7),
    parts=st.lists(
        st.fractions(min_value=Fraction(1, 100), max_value=1), min_size=1, max_size=5
    ),
    rules=st.lists(
        st.sampled_from(["members", "talmud", "equal", "quadratic", "points", "root"]),
        min_size=5,
        max_size=5,
    ),
    takes_rest=st.booleans(),
)
def test_a_recipe_gives_the_whole_envelope_or_says_what_is_left(
    *, envelope: int, parts: list[Fraction], rules: list[str], takes_rest: bool
) -> None:
    total = sum(parts)
    stages = [
        Stage(rule, part / total, WEIGHTS if rule == "root" else {})
        for rule, part in zip(rules, parts, strict=False)
    ]
    if takes_rest:
        stages[-1] = replace(stages[-1], part=None)
    inputs = Inputs(
        members=["Ali", "Bob", "Zoé"],
        claims=[Claim("Ali", 7000), Claim("Bob", 30_000)],
        gifts=[Gift("toit", "Ali", 300), Gift("toit", "Bob", 700), Gift("puits", "Bob", 100)],
        evaluations=[Evaluation("Ali", "Bob", HOUR), Evaluation("Bob", "Zoé", HOUR)],
        contributors=TEAM,
    )
    cooked = cook(Recipe("n'importe", tuple(stages)), envelope, inputs)
    assert sum(cooked.totals.values()) + cooked.unspent == envelope
    assert cooked.unspent >= 0


def test_a_recipe_is_data_and_its_digest_changes_with_any_of_it() -> None:
    assert recipe_from(SOLIDARITY.as_object()) == SOLIDARITY
    assert SOLIDARITY.digest() == recipe_from(SOLIDARITY.as_object()).digest()
    others = [
        Recipe("autre", SOLIDARITY.stages),
        Recipe(SOLIDARITY.title, SOLIDARITY.stages[:2]),
        Recipe(SOLIDARITY.title, (*SOLIDARITY.stages[:2], Stage("root", None, WEIGHTS))),
    ]
    assert len({recipe.digest() for recipe in [SOLIDARITY, *others]}) == 4


@pytest.mark.parametrize(
    ("stages", "word"),
    [
        ((), "1 à 20"),
        ((Stage("members", None), Stage("members", Fraction(1, 2))), "dernière étape"),
        ((Stage("members", Fraction(2, 3)), Stage("members", Fraction(2, 3))), "100 %"),
        ((Stage("members", Fraction(0)),), "100 %"),
        ((Stage("lottery", None),), "ne connaît pas"),
        ((Stage("ballots", None),), "élection"),
        ((Stage("members", None, cap=Fraction(5)),), "quantités attestées"),
        ((Stage("quadratic", None, {"hour": Fraction(1)}),), "quantités attestées"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(stages: tuple[Stage, ...], word: str) -> None:
    with pytest.raises(InputError, match=word):
        cook(Recipe("r", stages), 100, Inputs(members=["Ali"]))


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"form": "commons-recipe/2", "title": "r", "stages": []},
        {"form": "commons-recipe/1", "title": "r", "stages": [{"rule": "members"}]},
        {"form": "commons-recipe/1", "title": "r", "stages": [{"rule": "m", "part": "1/0"}]},
        {"form": "commons-recipe/1", "title": "r", "stages": [{"rule": "m", "part": "-1"}]},
        {
            "form": "commons-recipe/1",
            "title": "r",
            "stages": [{"rule": "m", "part": "1", "weights": [1]}],
        },
        {
            "form": "commons-recipe/1",
            "title": "r",
            "stages": [{"rule": "m", "part": "1", "x": "y"}],
        },
    ],
)
def test_what_is_no_recipe_is_refused(data: object) -> None:
    with pytest.raises(InputError):
        recipe_from(data)
