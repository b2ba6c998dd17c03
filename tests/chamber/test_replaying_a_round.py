"""`commons allocate round.json`: the same calculation, or a clear no."""

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

from commons.allocation.claims import RULES
from commons.allocation.completion import Completion
from commons.allocation.contributions import Contributor
from commons.allocation.conversion import Conversion
from commons.allocation.counting import Count, counted
from commons.allocation.division import Claim, divide
from commons.allocation.gifts import Gift
from commons.allocation.matching import MATCHING_RULES, match
from commons.allocation.pabulib import read_election
from commons.allocation.peers import PEER_RULES, Evaluation, divide_by_peers
from commons.allocation.recipe import Inputs, Recipe, Stage, cook
from commons.allocation.rounding import Rounding
from commons.allocation.takes import Take, divide_takes
from commons.chamber.election_round import election_round
from commons.chamber.replay import KINDS, replay
from commons.chamber.round_file import (
    digest,
    division_round,
    matching_round,
    peers_round,
    recipe_round,
    takes_round,
)
from commons.cli import main
from commons.kernel.errors import InputError
from commons.ledger.canonical import encode

DOCS = Path(__file__).resolve().parents[2] / "docs"
PLACE = {
    "commons_id": "0190c5a0-0000-7000-8000-000000000001",
    "envelope_id": "0190c5a0-0000-7000-8000-000000000002",
}
CLAIMS = [
    Claim("Zoé", 600_000, floor=100),
    Claim("Ali", 500_000, cap=100_000),
    Claim("Bob", 400_001),
]
GIFTS = [Gift("puits", "Ali", 200), Gift("puits", "Zoé", 300, ("est",)), Gift("toit", "Bob", 5)]
EVALUATIONS = [
    Evaluation(judge, member, Fraction(points, 2))
    for points, (judge, member) in enumerate(
        ((a, b) for a in "ABCD" for b in "ABCD" if a != b), start=1
    )
]
RECIPE = Recipe(
    "Solidarité puis heures",
    (Stage("members", Fraction(1, 10)), Stage("root", None, {"hour": Fraction(3, 2)})),
)
INPUTS = Inputs(
    members=["Ali", "Zoé"],
    contributors=[Contributor("Ali", {"hour": Fraction(3)}), Contributor("Zoé", {})],
)
ELECTION = b"""META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost
a;40
b;60.5
VOTES
voter_id;vote
1;a
2;a,b
"""


def election_file(count: Count = Count()) -> bytes:  # noqa: B008 -- it is frozen
    return election_round(counted(read_election(ELECTION), count), ELECTION, PLACE)


def rounds() -> dict[str, bytes]:
    files = {}
    for rule in RULES:
        files[rule] = division_round(divide(1_000_000, CLAIMS, rule), PLACE)
    files["sainte-lague"] = division_round(
        divide(1_000_000, CLAIMS, "proportional", Rounding.SAINTE_LAGUE)
    )
    weighted = [Claim("a", 500, weight=Fraction(3, 2)), Claim("b", 500)]
    files["weighted"] = division_round(divide(700, weighted, "equal-losses"))
    for rule in MATCHING_RULES:
        result = match(900, GIFTS, rule, cap=600, bound=1000)
        files[rule] = matching_round(result, GIFTS, 600, 1000)
    for rule in PEER_RULES:
        files[rule] = peers_round(divide_by_peers(900, EVALUATIONS, rule), EVALUATIONS, PLACE)
    takes = [Take("Ali", 900, 200), Take("Bob", 300, 400), Take("Zoé", 5000)]
    files["takes"] = takes_round(900, takes, divide_takes(900, takes))
    files["recipe"] = recipe_round(cook(RECIPE, 10_001, INPUTS), INPUTS)
    return files


ROUNDS = rounds()


def run(folder: Path, data: bytes, *arguments: str) -> Result:
    file = folder / "round.json"
    file.write_bytes(data)
    return CliRunner().invoke(main, ["allocate", str(file), *arguments])


@pytest.mark.parametrize("name", sorted(ROUNDS))
def test_a_round_done_again_agrees_and_is_as_the_schema_says(tmp_path: Path, name: str) -> None:
    data = ROUNDS[name]
    assert replay(data).agrees
    result = run(tmp_path, data, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"agrees": True, "sha256": digest(data), "faults": []}
    schema = json.loads((DOCS / "round.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(data))


def test_an_election_is_counted_again_from_its_ballots(tmp_path: Path) -> None:
    data = election_file()
    ballots = tmp_path / "vote.pb"
    ballots.write_bytes(ELECTION)
    assert run(tmp_path, data, "--ballots", str(ballots)).exit_code == 0
    bare = encode({key: item for key, item in json.loads(data).items() if key != "result"})
    for bad, word in (
        (bare, "pas de résultat"),
        (changed(data, {"colour": "red"}), "autre chose"),
        (ROUNDS["talmud"], "n'est pas une élection"),
    ):
        refused = run(tmp_path, bad, "--ballots", str(ballots))
        assert (refused.exit_code, word in refused.stderr) == (2, True)
    without = run(tmp_path, data)
    assert (without.exit_code, "--ballots" in without.stderr) == (2, True)
    ballots.write_bytes(ELECTION + b"3;b\n")
    assert run(tmp_path, data, "--ballots", str(ballots)).exit_code == 2
    schema = json.loads((DOCS / "round.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(data))


@pytest.mark.parametrize(
    "count",
    [
        Count("phragmen"),
        Count("greedy", skipping=False, threshold=2),
        Count(completion=Completion("cardinality", "add1u", exhaustive=True, integral=True)),
        Count(completion=Completion(method="utilitarian", comparison=True)),
        Count(conversion=Conversion.APPROVAL),
    ],
    ids=str,
)
def test_an_election_is_counted_again_with_its_parameters(tmp_path: Path, count: Count) -> None:
    data = election_file(count)
    ballots = tmp_path / "vote.pb"
    ballots.write_bytes(ELECTION)
    assert run(tmp_path, data, "--ballots", str(ballots)).exit_code == 0
    schema = json.loads((DOCS / "round.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(data))
    other = changed(data, {"options": ["lottery"]})
    assert run(tmp_path, other, "--ballots", str(ballots)).exit_code == 2


def test_a_recipe_with_an_election_has_no_round_file_of_its_own() -> None:
    recipe = Recipe("Vote", (Stage("ballots"),))
    inputs = Inputs(elect=lambda cents: {"puits": cents})
    with pytest.raises(InputError, match="élection"):
        recipe_round(cook(recipe, 100, inputs), inputs)


def changed(data: bytes, change: Mapping[str, Any]) -> bytes:
    return encode({**json.loads(data), **change})


def test_another_result_is_said_where_it_differs_and_exits_with_one(tmp_path: Path) -> None:
    data = ROUNDS["talmud"].replace(b'"award":"1000.00"', b'"award":"1000.01"')
    result = run(tmp_path, data)
    assert result.exit_code == 1
    assert "result.awards.1.award" in result.stdout
    assert "1000.01" in result.stdout
    assert "1000.00" in result.stdout
    assert run(tmp_path, data, "--json").exit_code == 1


@given(name=st.sampled_from(sorted(ROUNDS)), data=st.data())
def test_no_byte_of_a_round_changes_unseen(name: str, data: st.DataObject) -> None:
    """A changed file disagrees, is refused, or is another round with another digest."""
    good = ROUNDS[name]
    place = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(1, 255))
    bad = good[:place] + bytes([good[place] ^ byte]) + good[place + 1 :]
    try:
        verdict = replay(bad)
    except InputError:
        return
    assert verdict.sha256 != digest(good)
    same_inputs = {k: v for k, v in json.loads(good).items() if k != "result"} == {
        k: v for k, v in json.loads(bad).items() if k != "result"
    }
    assert not (same_inputs and verdict.agrees)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"engine": "commons.allocation/0"}, "moteur"),
        ({"engine": "commons.allocation/3"}, "moteur"),
        ({"form": "commons-round/2"}, "n'est pas un calcul"),
        ({"kind": "lottery"}, "ne se refait pas"),
        ({"kind": ["claims"]}, "ne se refait pas"),
        ({"kind": {}}, "ne se refait pas"),
        ({"rule": "lottery"}, "n'existe pas"),
        ({"claims": "none"}, "Il manque"),
        ({"claims": [{"claimant": "A"}]}, "Il manque"),
        ({"claims": [{"claimant": "A", "claim": "-1"}]}, "montant"),
        ({"colour": "red"}, "autre chose"),
        ({"envelope": "10000"}, "autre chose"),
        ({"result": "yes"}, "pas de résultat"),
        ({"rounding": "up"}, "Il manque"),
    ],
)
def test_a_file_of_another_engine_or_form_is_refused(
    tmp_path: Path, change: Mapping[str, Any], word: str
) -> None:
    result = run(tmp_path, changed(ROUNDS["talmud"], change))
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr


@pytest.mark.parametrize("name", sorted(ROUNDS))
def test_a_round_of_an_earlier_engine_is_done_again_while_its_result_is_the_same(
    tmp_path: Path, name: str
) -> None:
    earlier = changed(ROUNDS[name], {"engine": "commons.allocation/1"})
    assert run(tmp_path, earlier).exit_code == 0
    result = dict(json.loads(earlier)["result"], colour="red")
    refused = run(tmp_path, changed(earlier, {"result": result}))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "la version de commons qui l'a fait" in refused.stderr


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff", b'{"a":1}', b'{"a": "b"}', b"1" * 5000]
)
def test_what_is_no_round_file_exits_with_two(tmp_path: Path, data: bytes) -> None:
    assert run(tmp_path, data).exit_code == 2


def test_the_document_names_every_kind_and_key_of_the_schema() -> None:
    text = (DOCS / "round.md").read_text()
    schema = json.loads((DOCS / "round.schema.json").read_text())
    for kind in [*KINDS, "election"]:
        assert f"`{kind}`" in text
    for name, shape in schema["$defs"].items():
        if name.endswith("Round"):
            assert all(f"`{key}`" in text for key in shape["properties"]), name
