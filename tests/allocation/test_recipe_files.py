"""A recipe as people write it, and the quantities and members that its stages read."""

import json
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.conftest import REPOSITORY

from commons.allocation.completion import Completion
from commons.allocation.contributions import Contributor
from commons.allocation.contributors_file import read_contributors, read_members
from commons.allocation.count_text import chosen_count, count_from, count_object
from commons.allocation.counting import BALLOT_RULES, Count
from commons.allocation.pabulib import read_election
from commons.allocation.recipe import Inputs, Recipe, Stage, cook, percent, recipe_from
from commons.allocation.recipe_file import STAGE_RULES, read_recipe, says_recipe
from commons.allocation.recipe_vote import Vote, with_vote
from commons.kernel.errors import InputError

EXAMPLES = REPOSITORY / "examples"
SCHEMA = json.loads((REPOSITORY / "docs" / "recipe.schema.json").read_text())


def spelled(*stages: object, **said: object) -> bytes:
    value = {"form": "commons-recipe/1", "title": "r", "stages": list(stages), **said}
    return json.dumps(value, ensure_ascii=False).encode()


def test_the_example_is_the_recipe_of_the_design_and_follows_the_schema() -> None:
    data = (EXAMPLES / "recipe.json").read_bytes()
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(data))
    recipe = read_recipe(data)
    assert says_recipe(data)
    assert recipe.stages == (
        Stage("members", Fraction(1, 10)),
        Stage("ballots", Fraction(3, 5), count=Count(completion=Completion(method="add1u"))),
        Stage("linear", None, {"minute": Fraction(1, 60)}),
    )
    assert recipe_from(recipe.as_object()) == recipe


def test_the_schema_names_every_rule_and_no_other() -> None:
    stage = SCHEMA["properties"]["stages"]["items"]["properties"]
    assert set(stage["rule"]["enum"]) == set(STAGE_RULES)
    assert set(stage["count"]["properties"]["rule"]["enum"]) == set(BALLOT_RULES)


@pytest.mark.parametrize("part", ["1/10", "0.1", "0,1", "10%", "10 %", "10\u00a0%", 0.1])
def test_a_part_written_in_several_ways_is_one_part(part: object) -> None:
    data = spelled({"rule": "members", "part": part})
    Draft202012Validator(SCHEMA).validate(json.loads(data))
    assert read_recipe(data).stages[0].part == Fraction(1, 10)
    assert (
        read_recipe(data).digest() == Recipe("r", (Stage("members", Fraction(1, 10)),)).digest()
    )


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_is_said_as_it_is(part: int, whole: int) -> None:
    said = percent(Fraction(part, whole))
    if said.endswith("%"):
        said = f"{Fraction(said[:-2].replace(',', '.')) / 100}"
    assert Fraction(said) == Fraction(part, whole)


VOTE = {"rule": "ballots", "part": "1/2"}


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([], ["1 à 20"]),
        ([{"rule": "members", "part": "1/50"}] * 21, ["1 à 20"]),
        (
            [{"rule": "members", "part": "60 %"}, {"rule": "equal", "part": "50 %"}],
            ["Étape 2", "110 %"],
        ),
        ([{"rule": "members", "part": "0"}], ["Étape 1", "0 %"]),
        ([{"rule": "members"}], ["Étape 1", "part"]),
        ([{"part": "1/2"}], ["Étape 1", "règle"]),
        (["members"], ["Étape 1", "règle"]),
        ([{"rule": "members", "part": "-1/2"}], ["Étape 1", "-1/2"]),
        ([{"rule": "members", "part": "1/0"}], ["Étape 1", "1/0"]),
        ([{"rule": "members", "part": True}], ["Étape 1", "True"]),
        ([{"rule": "members", "part": "rest"}, {"rule": "equal", "part": "1/2"}], ["dernière"]),
        ([{"rule": "lottery", "part": "rest"}], ["Étape 1", "lottery", "linear", "quadratic"]),
        ([{"rule": "greedy", "part": "rest"}], ["Étape 1", "ballots", "count"]),
        ([{"rule": "takes", "part": "rest"}], ["Étape 1", "takes"]),
        ([{"rule": "members", "part": "rest", "color": "red"}], ["Étape 1", "color"]),
        ([{"rule": "members", "part": "rest", "count": {}}], ["Étape 1", "count"]),
        (
            [{"rule": "members", "part": "rest", "weights": {"kg": "1"}}],
            ["quantités attestées"],
        ),
        ([{"rule": "linear", "part": "rest", "weights": [1]}], ["Étape 1", "weights"]),
        ([{"rule": "linear", "part": "rest", "weights": {"légume": "1"}}], ["légume"]),
        ([{"rule": "linear", "part": "rest", "weights": {"kg": "lourd"}}], ["lourd"]),
        (
            [{"rule": "linear", "part": "rest", "weights": {"h": "1", "minute": "2"}}],
            ["minute"],
        ),
        ([VOTE, VOTE], ["une seule fois"]),
        ([{**VOTE, "count": {"rule": "lottery"}}], ["Étape 1", "lottery", "greedy"]),
        ([{**VOTE, "count": {"completion": "all"}}], ["Étape 1", "all", "add1u"]),
        ([{**VOTE, "count": {"utility": "joy"}}], ["Étape 1", "joy"]),
        ([{**VOTE, "count": {"convert": "x"}}], ["Étape 1", "borda"]),
        ([{**VOTE, "count": {"options": "integral"}}], ["Étape 1", "options"]),
        ([{**VOTE, "count": {"options": ["luck"]}}], ["Étape 1", "luck"]),
        ([{**VOTE, "count": {"threshold": "-1"}}], ["Étape 1", "threshold"]),
        ([{**VOTE, "count": {"seed": "1"}}], ["Étape 1", "seed"]),
        ([{**VOTE, "count": ["greedy"]}], ["Étape 1", "greedy"]),
        (
            [{**VOTE, "count": {"rule": "greedy", "completion": "add1"}}],
            ["greedy", "completion"],
        ),
        ([{**VOTE, "count": {"threshold": "3"}}], ["threshold", "greedy"]),
        ([{**VOTE, "count": {"options": ["exhaustive"]}}], ["exhaustive", "add1"]),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused_naming_the_stage(
    stages: list[Any], words: list[str]
) -> None:
    with pytest.raises(InputError) as refused:
        read_recipe(spelled(*stages))
    said = str(refused.value).replace("\u00a0", " ")
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 20_000,
        b'{"form":"commons-recipe/1"}',
        b'{"form":"commons-recipe/2","title":"r","stages":[]}',
        b'{"form":"commons-recipe/1","form":"commons-recipe/1"}',
        b'{"form":"commons-recipe/1","title":"\\ud800","stages":[]}',
        b'{"form":"commons-recipe/1","title":"r","stages":[{"rule":"\\ud800","part":"1"}]}',
        b'{"form":"commons-recipe/1","title":"r","stages":[{"rule":"equal","part":NaN}]}',
        b'{"form":"commons-recipe/1","title":"r","stages":NaN}',
        spelled(title=" "),
        spelled(title=7),
        spelled(colour="red"),
        spelled({"rule": "members", "part": "1", "title": "x" * 100_000}),
    ],
)
def test_what_is_no_recipe_is_refused_in_words_that_can_be_shown(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read_recipe(data)
    assert str(refused.value).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
KEYS = st.sampled_from(["rule", "part", "weights", "cap", "count"])
STAGE = st.dictionaries(KEYS, JSON | st.sampled_from([*STAGE_RULES, "1/3", "rest"]))


@given(st.lists(STAGE | JSON, max_size=4))
def test_any_stages_are_read_or_refused(stages: list[Any]) -> None:
    said: list[str] = []
    try:
        recipe = read_recipe(spelled(*stages))
    except InputError as refused:
        said.append(str(refused))
    else:
        assert recipe_from(recipe.as_object()) == recipe
    assert all(text.encode() for text in said)


COUNTS = st.builds(
    Count,
    st.just("equal-shares"),
    st.builds(
        Completion,
        st.sampled_from(["cost", "cardinality", "points"]),
        st.sampled_from(["add1", "add1u"]),
        exhaustive=st.booleans(),
        integral=st.booleans(),
        comparison=st.booleans(),
    ),
) | st.builds(Count, st.just("greedy"), skipping=st.booleans(), threshold=st.integers(0, 10**6))


@given(COUNTS)
def test_how_to_count_is_written_and_read_again(count: Count) -> None:
    assert count_from(count_object(count)) == count
    assert chosen_count(count_object(count)) == count


def test_quantities_are_read_in_the_units_of_the_journal() -> None:
    data = (
        "name;unit;quantity\nAli;heures;2h30\nZoé;h;1,25\nAli;commit;3\nBob;min;0\nZoé;kg;1.5\n"
    )
    assert read_contributors(data.encode()) == [
        Contributor("Ali", {"minute": Fraction(150), "commit": Fraction(3)}),
        Contributor("Zoé", {"minute": Fraction(75), "kg": Fraction(3, 2)}),
        Contributor("Bob", {"minute": Fraction(0)}),
    ]


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("Ali;h;1\nAli;minute;3", "Ligne 3"),
        ("Ali;h;2h70", "Ligne 2"),
        ("Ali;h;beaucoup", "Ligne 2"),
        ("Ali;kg;-1", "Ligne 2"),
        ("Ali;kg;", "Ligne 2"),
        ("Ali;;1", "Ligne 2"),
        ("Ali;légume;1", "Ligne 2"),
        (";h;1", "ligne 2"),
        ("Ali;h", "ligne 2"),
        ("Ali;kg;1,250", "ligne 2"),
    ],
)
def test_a_line_that_is_wrong_is_named(lines: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        read_contributors(f"name;unit;quantity\n{lines}\n".encode())


def test_members_stand_once_each() -> None:
    assert read_members("\ufeffname\r\nZoé\r\n\r\nAli\r\n".encode()) == ["Zoé", "Ali"]
    for bad, word in (("name\nAli\nBob\nAli\n", "Ligne 4"), ("nom\nAli\n", "« name »")):
        with pytest.raises(InputError, match=word):
            read_members(bad.encode())


ELECTION = """META
key;value
budget;1
vote_type;approval
currency;{currency}
PROJECTS
project_id;cost
toit;{cost}
puits;300
VOTES
voter_id;vote
1;toit
2;toit,puits
3;puits
"""


def vote(inputs: Inputs, currency: str = "EUR", cost: str = "400") -> Inputs:
    election = read_election(ELECTION.format(currency=currency, cost=cost).encode())
    recipe = Recipe("v", (Stage("ballots", None, count=Count("greedy")),))
    return with_vote(recipe, inputs, election)


def test_a_vote_has_the_money_of_its_stage_and_not_that_of_its_file() -> None:
    elect = vote(Inputs()).elect
    assert isinstance(elect, Vote)
    assert elect(70_000) == {"puits": 30_000, "toit": 40_000}
    assert elect(40_000) == {"puits": 30_000}
    assert elect(29_999) == {}


def test_a_vote_that_a_recipe_cannot_pay_is_refused() -> None:
    for wrong, word in (
        ({"currency": "PLN"}, "PLN"),
        ({"cost": "400.005"}, "centime"),
    ):
        with pytest.raises(InputError, match=word):
            vote(Inputs(), **wrong)
    with pytest.raises(InputError, match="une personne et une proposition"):
        vote(Inputs(members=["toit"]))
    with pytest.raises(InputError, match="count"):
        with_vote(
            Recipe("v", (Stage("ballots"),)),
            Inputs(),
            read_election(ELECTION.format(currency="", cost="400").encode()),
        )


LOCKED = "935dde5efc462155438a792711b35a992e1d1c01db42e2ad407359f1c486a23a"


def test_the_result_of_the_example_is_locked() -> None:
    """A result that changes needs a new engine version, as `test_the_package` says."""
    recipe = read_recipe((EXAMPLES / "recipe.json").read_bytes())
    inputs = Inputs(
        members=read_members((EXAMPLES / "members.csv").read_bytes()),
        contributors=read_contributors((EXAMPLES / "hours.csv").read_bytes()),
    )
    inputs = with_vote(recipe, inputs, read_election((EXAMPLES / "election.pb").read_bytes()))
    found = []
    for envelope in (0, 1, 100_001, 12_000_000, 33_333_333):
        cooked = cook(recipe, envelope, inputs)
        assert sum(cooked.totals.values()) + cooked.unspent == envelope
        found.append([cooked.totals, cooked.unspent])
    assert sha256(json.dumps(found).encode()).hexdigest() == LOCKED
