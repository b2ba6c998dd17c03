"""`commons allocate` is a contract that outside scripts rely on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commons.cli import main

CLAIMS = "\ufeffname;claim;floor\r\nZoé;6 000,00;0\r\nAli;5000;\r\nBruno;4000.00;100\r\n"
ELECTION = """META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost
b;40
a;40
c;30.5
VOTES
voter_id;vote
1;a,b
2;a,b
3;c
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["allocate", *arguments])


@pytest.fixture
def claims(tmp_path: Path) -> str:
    file = tmp_path / "claims.csv"
    file.write_text(CLAIMS, newline="")
    return str(file)


@pytest.fixture
def election(tmp_path: Path) -> str:
    file = tmp_path / "vote.pb"
    file.write_text(ELECTION)
    return str(file)


def test_claims_give_awards_and_exact_shares(claims: str) -> None:
    result = run(claims, "--budget", "10000", "--rule", "equal-losses", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer["awards"]) == ["Zoé", "Ali", "Bruno"]
    assert answer["exact"] == {"Zoé": "13000/3", "Ali": "10000/3", "Bruno": "7000/3"}
    assert answer["awards"] == {"Zoé": "4333.34", "Ali": "3333.33", "Bruno": "2333.33"}
    assert answer["unspent"] == "0.00"


def test_an_election_gives_the_winners_in_order_and_their_cost(election: str) -> None:
    answer = json.loads(run(election, "--json").stdout)
    assert answer == {"selected": ["a", "c"], "cost": "70.5"}
    answer = json.loads(run(election, "--rule", "greedy", "--budget", "40.5", "--json").stdout)
    assert answer == {"selected": ["a"], "cost": "40"}


def test_people_get_a_table(claims: str, election: str) -> None:
    assert "Zoé" in run(claims, "--budget", "10 000,00").stdout
    assert "2 propositions retenues" in run(election).stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--rule", "lottery"],
        ["--exhaustive"],
        ["--rule", "greedy", "--completion", "add1"],
        ["--rule", "phragmen", "--completion", "add1"],
        ["--threshold", "2"],
        ["--no-skip"],
        ["--convert", "borda"],
        ["--convert", "magic"],
        ["--completion", "magic"],
        ["--utility", "joy"],
        ["--budget", "lots"],
        ["--budget", "-3"],
        ["--frobnicate"],
    ],
)
def test_wrong_usage_exits_with_two_and_says_why_on_standard_error(
    election: str, options: list[str]
) -> None:
    result = run(election, "--json", *options)
    assert result.exit_code == 2
    assert set(json.loads(result.stdout)) == {"problem"}
    assert result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "name;claim\nA;1\nA;2\n",
        "name;claim\nA;-1\n",
        "name;claim\nA;1.005\n",
        "name;claim\nA;1e3\n",
        "name;claim\nA;١٢\n",
        "name;claim\nA;1;2\n",
        "name;claim\n;1\n",
        "name;claim;colour\nA;1;red\n",
        "name;claim\n",
        "",
        "name;claim\nA;\0\n",
    ],
)
def test_unreadable_claims_exit_with_two(tmp_path: Path, text: str) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(text)
    result = run(str(file), "--budget", "10", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problem"]["text"] in result.stderr


def test_a_file_that_is_not_there_or_of_another_kind_exits_with_two(tmp_path: Path) -> None:
    assert run(str(tmp_path / "absent.pb")).exit_code == 2
    other = tmp_path / "photo.png"
    other.write_bytes(b"PNG")
    assert run(str(other)).exit_code == 2
    claims = tmp_path / "claims.csv"
    claims.write_text("name;claim\nA;1\n")
    assert run(str(claims)).exit_code == 2
