"""The round of a recipe with a vote: done again from its ballots, whatever was in it."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.allocation.small_elections import counts

from commons.allocation.completion import Completion
from commons.allocation.contributions import Contributor, Shape
from commons.allocation.conversion import Conversion
from commons.allocation.counting import BALLOT_RULES, Count
from commons.allocation.division import Claim
from commons.allocation.gifts import Gift
from commons.allocation.pabulib import read_election
from commons.allocation.peers import Evaluation
from commons.allocation.recipe import Inputs, Recipe, Stage, cook
from commons.allocation.recipe_vote import with_vote
from commons.chamber.replay import replay
from commons.chamber.round_file import digest, recipe_round
from commons.cli import main
from commons.kernel.errors import InputError
from commons.ledger.canonical import encode

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "round.schema.json").read_text()
)
BALLOTS = b"""META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
toit;40;Le toit
puits;60.50;Le puits
four;12;Le four
VOTES
voter_id;vote
1;toit
2;toit,puits
3;puits,four
4;
"""
ELECTION = read_election(BALLOTS)
INPUTS = Inputs(
    members=["Ali", "Bob", "Zoé"],
    claims=[Claim("Ali", 7000), Claim("Bob", 30_000)],
    gifts=[Gift("toit", "Ali", 300), Gift("toit", "Bob", 700, ("est",))],
    evaluations=[
        Evaluation(judge, member, Fraction(points, 3))
        for points, (judge, member) in enumerate(
            (
                (a, b)
                for a in ("Ali", "Bob", "Zoé", "Eve")
                for b in ("Ali", "Bob", "Zoé", "Eve")
            ),
            start=1,
        )
        if judge != member
    ],
    contributors=[
        Contributor("Zoé", {"minute": Fraction(90), "kg": Fraction(7, 2)}),
        Contributor("Ali", {"minute": Fraction(0)}),
        Contributor("Eve", {}),
    ],
)
WEIGHTS = {"minute": Fraction(1, 60), "kg": Fraction(2)}


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """A vote among other stages, in any order; the last may take the rest."""
    others = st.sampled_from(
        ["members", "talmud", "equal", "quadratic", "pairwise", "points", "impartial", *Shape]
    )
    rules = draw(st.lists(others, max_size=4))
    rules.insert(draw(st.integers(0, len(rules))), "ballots")
    sizes = [draw(st.integers(1, 9)) for _ in rules]
    whole = sum(sizes) + draw(st.integers(0, 5))
    stages = []
    for place, (rule, size) in enumerate(zip(rules, sizes, strict=True)):
        is_rest = place == len(rules) - 1 and draw(st.booleans())
        by_work = rule in set(Shape)
        stages.append(
            Stage(
                rule,
                None if is_rest else Fraction(size, whole),
                WEIGHTS if by_work else {},
                Fraction(5, 2) if rule == Shape.CAPPED else None,
                draw(counts(None, Conversion.APPROVAL)) if rule == "ballots" else None,
            )
        )
    return Recipe(draw(st.text("abcé ", min_size=1, max_size=5)), tuple(stages))


def round_of(recipe: Recipe, envelope: int) -> bytes:
    inputs = with_vote(recipe, INPUTS, ELECTION)
    return recipe_round(cook(recipe, envelope, inputs), inputs, ballots=BALLOTS)


@given(recipe=recipes(), envelope=st.integers(0, 10**7))
def test_any_recipe_with_a_vote_adds_up_and_agrees_when_done_again(
    recipe: Recipe, envelope: int
) -> None:
    data = round_of(recipe, envelope)
    assert data == round_of(recipe, envelope)
    value = json.loads(data)
    Draft202012Validator(SCHEMA).validate(value)
    amounts = [each["award"] for each in value["result"]["totals"]]
    given_cents = sum(int(amount.replace(".", "")) for amount in amounts)
    assert given_cents + int(value["result"]["unspent"].replace(".", "")) == envelope
    verdict = replay(data, BALLOTS)
    assert (verdict.agrees, verdict.sha256) == (True, digest(data))


VOTED = Recipe(
    "Un dixième, un vote, les heures",
    (
        Stage("members", Fraction(1, 10)),
        Stage("ballots", Fraction(3, 5), count=Count(completion=Completion(method="add1u"))),
        Stage("linear", None, WEIGHTS),
    ),
)
GOOD = round_of(VOTED, 10_001)
LOCKED = "cdaace6d5d270885dc25f9e182dd189619d85cd1ec54645cd4d6433421154234"


def test_the_bytes_of_a_round_are_the_same_on_every_machine() -> None:
    """Where this fails, rounds that people kept are not written alike any more."""
    assert digest(GOOD) == LOCKED


@given(data=st.data())
def test_no_byte_of_the_round_or_of_its_ballots_changes_unseen(data: st.DataObject) -> None:
    is_round = data.draw(st.booleans())
    good = GOOD if is_round else BALLOTS
    place, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(1, 255))
    bad = good[:place] + bytes([good[place] ^ bit]) + good[place + 1 :]
    if not is_round:
        with pytest.raises(InputError, match="empreinte"):
            replay(GOOD, bad)
        return
    try:
        verdict = replay(bad, BALLOTS)
    except InputError:
        return
    assert verdict.sha256 != digest(GOOD)
    changed, original = json.loads(bad), json.loads(GOOD)
    same = {k: changed[k] for k in original if k != "result"} == {
        k: original[k] for k in original if k != "result"
    }
    assert not (same and verdict.agrees)


def run(folder: Path, data: bytes, *arguments: str) -> Result:
    file = folder / "round.json"
    file.write_bytes(data)
    return CliRunner().invoke(main, ["allocate", str(file), *arguments])


def test_a_changed_amount_is_named_and_its_ballots_are_asked_for(tmp_path: Path) -> None:
    ballots = tmp_path / "vote.pb"
    ballots.write_bytes(BALLOTS)
    assert run(tmp_path, GOOD, "--ballots", str(ballots)).exit_code == 0
    without = run(tmp_path, GOOD)
    assert (without.exit_code, "--ballots" in without.stderr) == (2, True)
    bad = GOOD.replace(b'"award":"40.00"', b'"award":"40.01"', 1)
    assert bad != GOOD
    said = run(tmp_path, bad, "--ballots", str(ballots))
    assert (said.exit_code, "result.stages.1.given.0.award" in said.stdout) == (1, True)
    ballots.write_bytes(BALLOTS + b"5;four\n")
    other = run(tmp_path, GOOD, "--ballots", str(ballots))
    assert (other.exit_code, "empreinte" in other.stderr) == (2, True)


def changed(change: Mapping[str, Any]) -> bytes:
    return encode({**json.loads(GOOD), **change})


def recipe_with(place: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    recipe: dict[str, Any] = json.loads(GOOD)["recipe"]
    recipe["stages"][place] |= said
    return recipe


@pytest.mark.parametrize(
    "change",
    [
        {"recipe_sha256": "0" * 64},
        {"election_sha256": "0" * 64},
        {"recipe": recipe_with(1, count=[])},
        {"recipe": recipe_with(1, count={"rule": "lottery"})},
        {"recipe": recipe_with(1, count={"rule": "greedy", "color": "red"})},
        {"recipe": recipe_with(1, part="2")},
        {"recipe": recipe_with(0, count={"rule": "greedy"})},
        {"recipe": recipe_with(0, rule="ballots")},
        {"inputs": {}},
        {"envelope": "1"},
        {"kind": "election"},
    ],
)
def test_a_round_that_is_not_as_its_form_says_is_refused(change: Mapping[str, Any]) -> None:
    with pytest.raises(InputError):
        replay(changed(change), BALLOTS)


def test_a_recipe_without_a_vote_has_no_ballots() -> None:
    recipe = Recipe("m", (Stage("members"),))
    inputs = Inputs(members=["Ali"])
    data = recipe_round(cook(recipe, 100, inputs), inputs)
    assert "election_sha256" not in json.loads(data)
    with pytest.raises(InputError, match="bulletins"):
        replay(data, BALLOTS)


def test_every_ballot_rule_may_count_the_vote_of_a_recipe() -> None:
    for rule in BALLOT_RULES:
        recipe = Recipe(rule, (Stage("ballots", None, count=Count(rule)),))
        assert replay(round_of(recipe, 10_000), BALLOTS).agrees
