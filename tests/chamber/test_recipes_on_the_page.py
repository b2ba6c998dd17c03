"""The page of the engine does the round of a recipe again, and sends recipes to the shell."""

import json
from fractions import Fraction

import pytest
from tests.browser.states_of_comparing import RECIPE, round_of_recipe
from tests.chamber.test_comparing_on_the_page import Reader, sent
from tests.conftest import REPOSITORY
from tests.doors import Browser, Door

from commons.allocation.recipe import Inputs, Recipe, Stage, cook
from commons.chamber.round_file import recipe_round
from commons.ledger.canonical import encode

BALLOTS = (REPOSITORY / "examples" / "election.pb").read_bytes()


@pytest.fixture
def browser(door: Door) -> Browser:
    return Browser(door.client())


@pytest.mark.parametrize(
    ("changed", "answer"),
    [(False, "Ce calcul concorde"), (True, "result.stages.1.given.0.award")],
)
async def test_its_ballots_are_asked_for_then_it_is_done_again(
    browser: Browser, *, changed: bool, answer: str
) -> None:
    data = round_of_recipe()
    if changed:
        value = json.loads(data)
        value["result"]["stages"][1]["given"][0]["award"] = "1.00"
        data = encode(value)
    asked = await sent(browser, "round.json", data)
    assert asked.status_code == 200
    assert "Il manque les bulletins" in asked.text
    assert "Solidarité, puis propositions votées" in asked.text
    hidden = Reader(asked.text).hidden
    form = {"carried": hidden["carried"], "carried_name": "round.json"}
    wrong = {"ballots": ("vote.pb", BALLOTS + b"999;cargo\n")}
    refused = await browser.post("/repartir", form, files=wrong)
    assert refused.status_code == 422
    assert "empreinte diffère" in refused.text
    shown = await browser.post("/repartir", form, files={"ballots": ("vote.pb", BALLOTS)})
    assert answer in shown.text


async def test_a_recipe_without_a_vote_is_done_again_at_once(browser: Browser) -> None:
    inputs = Inputs(members=["Awa", "Nour"])
    recipe = Recipe("<b>Moitié</b>", (Stage("members", Fraction(1, 2)),))
    data = recipe_round(cook(recipe, 101, inputs), inputs)
    shown = await sent(browser, "round.json", data)
    assert "Ce calcul concorde" in shown.text
    assert "&lt;b&gt;Moitié" in shown.text


@pytest.mark.parametrize(
    ("name", "data"),
    [("recette.json", RECIPE), ("heures.csv", b"name;unit;quantity\nNour;h;3\n")],
)
async def test_what_only_the_command_line_does_is_said_with_the_command(
    browser: Browser, name: str, data: bytes
) -> None:
    refused = await sent(browser, name, data, claims="Awa;12")
    assert refused.status_code == 422
    assert f"commons allocate {name} --budget 10000" in refused.text
    assert "Awa;12" in refused.text
