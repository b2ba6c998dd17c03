"""`commons allocate` on a recipe, and on attested quantities: a file or a journal's period."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.commands.test_verify import PINNED
from tests.conftest import REPOSITORY
from tests.ledger.conftest import OTHER_KEY, SIGNER, attestation, contribution, export, sealed

from commons.cli import main
from commons.ledger.checkpoint import verifier_key

EXAMPLES = REPOSITORY / "examples"
RECIPE = EXAMPLES / "recipe.json"
FILES = {
    "--members": EXAMPLES / "members.csv",
    "--ballots": EXAMPLES / "election.pb",
    "--contributors": EXAMPLES / "hours.csv",
}
YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")


def run(file: Path, *arguments: object, budget: str | None = "120000") -> Result:
    asked = ["--budget", budget] if budget else []
    return CliRunner().invoke(main, ["allocate", str(file), *asked, *map(str, arguments)])


def options(files: Mapping[str, Path]) -> list[object]:
    return [part for pair in files.items() for part in pair]


def recipe(folder: Path, *stages: object) -> Path:
    file = folder / "recipe.json"
    value = {"form": "commons-recipe/1", "title": "Essai", "stages": list(stages)}
    file.write_text(json.dumps(value))
    return file


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_the_recipe_of_the_design_is_cooked_said_and_done_again(tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    said = run(RECIPE, *options(FILES), "--write-round", out)
    assert said.exit_code == 0, said.stderr
    for line in (
        "Étape 1. Parts égales entre les membres",
        "Étape 2. Vote sur des propositions : Méthode des parts égales",
        "cargo · Deux vélos-cargos partagés",
        "retenue avec 103 voix",
        "22\u00a0h\u00a020 sur 92\u00a0h\u00a020",
        "Non distribué : 0,00\u00a0€",
    ):
        assert line in said.stdout, said.stdout
    answer = json.loads(run(RECIPE, *options(FILES), "--json").stdout)
    assert answer["sha256"] in said.stdout
    total = sum(map(cents, answer["awards"].values()))
    assert total + cents(answer["unspent"]) == 12_000_000
    again = CliRunner().invoke(
        main, ["allocate", str(out), "--ballots", str(FILES["--ballots"]), "--json"]
    )
    assert json.loads(again.stdout) == {
        "agrees": True,
        "sha256": answer["sha256"],
        "faults": [],
    }


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9))
def test_every_cent_is_given_or_said_to_be_left(envelope: int) -> None:
    budget = f"{envelope // 100}.{envelope % 100:02d}"
    answer = json.loads(run(RECIPE, *options(FILES), "--json", budget=budget).stdout)
    total = sum(map(cents, answer["awards"].values()))
    assert total + cents(answer["unspent"]) == envelope
    for stage in answer["stages"]:
        given_here = sum(map(cents, stage["awards"].values()))
        assert given_here + cents(stage["left"]) == cents(stage["had"])
        assert stage["awards"].keys() == stage["reasons"].keys()


@pytest.mark.parametrize("missing", FILES)
def test_a_stage_whose_file_is_missing_is_named(missing: str, tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    left = {name: file for name, file in FILES.items() if name != missing}
    refused = run(RECIPE, *options(left), "--write-round", out)
    number = list(FILES).index(missing) + 1
    assert (refused.exit_code, refused.stdout, out.exists()) == (2, "", False)
    assert f"Étape {number}" in refused.stderr
    assert missing in refused.stderr


def test_what_no_stage_reads_or_no_recipe_takes_is_refused(tmp_path: Path) -> None:
    only = recipe(tmp_path, {"rule": "members", "part": "rest"})
    members = ("--members", FILES["--members"])
    for more, word in (
        (("--contributors", FILES["--contributors"]), "--contributors"),
        (("--ballots", FILES["--ballots"]), "--ballots"),
        (YEAR, "aucun journal"),
        (("--rule", "talmud"), "--rule"),
        (("--explain",), "--explain"),
        (("--weight", "h=1"), "--weight"),
        (("--completion", "add1"), "--completion"),
    ):
        refused = run(only, *members, *more)
        assert (refused.exit_code, word in refused.stderr) == (2, True), more
    assert run(only, *members, budget=None).exit_code == 2
    assert run(only, *members, budget="-5").exit_code == 2
    for other, more in (
        (FILES["--ballots"], members),
        (FILES["--contributors"], members),
        (FILES["--contributors"], ("--explain",)),
    ):
        assert run(other, *more).exit_code == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [("name\nAli\nAli\n", "Ligne 3"), ("name\n", "vide"), ("nom\nAli\n", "« name »")],
)
def test_a_file_that_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, word: str
) -> None:
    only = recipe(tmp_path, {"rule": "members", "part": "rest"})
    members = tmp_path / "membres.csv"
    members.write_text(text)
    refused = run(only, "--members", members)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--members membres.csv" in refused.stderr
    assert word in refused.stderr


@pytest.mark.parametrize(
    ("option", "file", "word"),
    [
        ("--ballots", "members.csv", "META"),
        ("--contributors", "members.csv", "name;unit;quantity"),
        ("--contributors", "recipe.json", "journal exporté"),
        ("--members", "hours.csv", "« name »"),
    ],
)
def test_a_file_of_another_kind_is_named(option: str, file: str, word: str) -> None:
    refused = run(RECIPE, *options({**FILES, option: EXAMPLES / file}))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"{option} {file}" in refused.stderr
    assert word in refused.stderr


def test_a_unit_that_weighs_nothing_is_not_told(tmp_path: Path) -> None:
    team = tmp_path / "team.csv"
    team.write_text("name;unit;quantity\nAli;h;1\nAli;EUR;5\nZoé;EUR;5\n")
    said = run(team, "--weight", "h=1", "--weight", "EUR=0", budget="10").stdout
    assert "Ali  10,00\u00a0€  1\u00a0h sur 1\u00a0h" in said
    assert "Zoé   0,00\u00a0€  rien d'attesté qui compte" in said


def test_members_who_gave_nothing_receive_their_equal_part_and_no_more(tmp_path: Path) -> None:
    file = recipe(
        tmp_path,
        {"rule": "members", "part": "1/2"},
        {"rule": "linear", "part": "rest", "weights": {"h": 1}},
    )
    hours, members = tmp_path / "h.csv", tmp_path / "m.csv"
    hours.write_text("name;unit;quantity\nAli;h;0\nZoé;h;0\n")
    members.write_text("name\nAli\nBob\n")
    files = ("--members", members, "--contributors", hours)
    answer = json.loads(run(file, *files, "--json", budget="10").stdout)
    assert answer["awards"] == {"Ali": "2.50", "Bob": "2.50", "Zoé": "0.00"}
    assert answer["unspent"] == "5.00"
    assert answer["stages"][1]["reasons"]["Zoé"] == "rien d'attesté qui compte"
    shown = run(file, *files, budget="10").stdout
    assert "Personne ne reçoit rien à cette étape" in shown


def test_who_gets_more_than_they_asked_for_is_said(tmp_path: Path) -> None:
    file = recipe(
        tmp_path,
        {"rule": "equal-awards", "part": "1/2"},
        {"rule": "proportional", "part": "rest"},
    )
    claims = tmp_path / "c.csv"
    claims.write_text("name;claim\nAli;100\nZoé;30\n")
    said = run(file, "--claims", claims, budget="200")
    assert said.exit_code == 0
    assert "Attention : Zoé demande 30,00" in said.stderr


def test_ballots_need_no_budget_of_their_own(tmp_path: Path) -> None:
    text = FILES["--ballots"].read_text()
    bare = tmp_path / "vote.pb"
    bare.write_text(text.replace("budget;120000\n", ""))
    assert bare.read_text() != text
    out = tmp_path / "round.json"
    said = run(RECIPE, *options({**FILES, "--ballots": bare}), "--json", "--write-round", out)
    usual = run(RECIPE, *options(FILES), "--json")
    assert json.loads(said.stdout)["awards"] == json.loads(usual.stdout)["awards"]
    assert run(out, "--ballots", bare, budget=None).exit_code == 0


TEAM = "name;unit;quantity\nAli;h;16\nAli;commit;0\nBob;h;4\nZoé;commit;4\n"


@pytest.mark.parametrize(
    ("options", "awards"),
    [
        ((), ["1.60", "0.40", "0.10"]),
        (("--rule", "root"), ["1.20", "0.60", "0.30"]),
        (("--rule", "capped", "--cap", "9"), ["1.35", "0.60", "0.15"]),
    ],
)
def test_each_shape_divides_by_quantities_and_is_done_again(
    tmp_path: Path, options: tuple[str, ...], awards: list[str]
) -> None:
    team, out = tmp_path / "team.csv", tmp_path / "round.json"
    team.write_text(TEAM)
    weights = ("--weight", "heure=1", "--weight", "commit=1/4")
    said = run(team, *weights, *options, "--json", "--write-round", out, budget="2.10")
    answer = json.loads(said.stdout)
    assert answer["awards"] == dict(zip(("Ali", "Bob", "Zoé"), awards, strict=True))
    again = CliRunner().invoke(main, ["allocate", str(out), "--json"])
    assert json.loads(again.stdout)["agrees"] is True


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ((), "--weight commit=1 --weight heure=1"),
        (("--weight", "heure"), "UNITÉ=POIDS"),
        (("--weight", "heure=lourd"), "lourd"),
        (("--weight", "h=1", "--weight", "minute=1"), "deux fois"),
        (("--weight", "h=1", "--weight", "commit=1", "--rule", "capped"), "--cap"),
        (("--weight", "h=1", "--weight", "commit=1", "--cap", "3"), "--cap"),
        (("--rule", "talmud"), "linear, root, capped"),
        (YEAR, "journal"),
    ],
)
def test_quantities_that_cannot_be_weighed_are_refused(
    tmp_path: Path, options: tuple[str, ...], word: str
) -> None:
    team = tmp_path / "team.csv"
    team.write_text(TEAM)
    refused = run(team, *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert word in refused.stderr


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    file = tmp_path / "journal.json"
    drafts = [contribution(1, 150), contribution(2, 45), attestation(3, 1)]
    file.write_bytes(export(sealed(drafts)))
    return file


def test_a_journal_gives_what_it_confirms_of_a_period(journal: Path) -> None:
    said = run(journal, *YEAR, "--key", PINNED, budget="100")
    assert (said.exit_code, "Camille Roux  100,00" in said.stdout) == (0, True)
    assert f"3 écritures, signé par {SIGNER}" in said.stderr
    assert "en attente ou contesté : 45\u00a0min" in said.stderr
    files = {**FILES, "--contributors": journal}
    cooked = run(RECIPE, *options(files), *YEAR, "--json")
    assert "Camille Roux" in json.loads(cooked.stdout)["stages"][2]["awards"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ((), "--from"),
        (("--from", "2026-01-01"), "--to"),
        (("--from", "2026-12-31", "--to", "2026-01-01"), "échangez"),
        (("--from", "hier", "--to", "2026-01-01"), "hier"),
        (("--from", "2026-01-01", "--to", "2026-11-19"), "ne confirme"),
        ((*YEAR, "--key", "rien"), "clé"),
    ],
)
def test_a_period_that_is_none_is_refused(
    journal: Path, options: tuple[str, ...], word: str
) -> None:
    refused = run(journal, *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert word in refused.stderr


def test_a_journal_that_does_not_hold_gives_nothing(journal: Path, tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    other = str(verifier_key(SIGNER, OTHER_KEY))
    assert run(journal, *YEAR, "--key", other, "--write-round", out).exit_code == 1
    journal.write_bytes(journal.read_bytes().replace(b'"150"', b'"151"'))
    refused = run(journal, *YEAR, "--write-round", out)
    assert (refused.exit_code, refused.stdout, out.exists()) == (1, "", False)
    assert "Non : " in refused.stderr
