"""`commons lint` as outside scripts rely on it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commons.cli import main
from commons.content import content_folder

EXAMPLES = content_folder("examples")
GOOD = EXAMPLES / "dossier.yaml"
FAULTY = EXAMPLES / "dossier-with-faults.yaml"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["lint", *(str(argument) for argument in arguments)])


def test_a_good_dossier_exits_0() -> None:
    result = run(GOOD)
    assert result.exit_code == 0
    assert "Erreurs : 0." in result.output


def test_a_faulty_dossier_exits_1_and_says_each_fault() -> None:
    result = run(FAULTY)
    assert result.exit_code == 1
    assert "E1 erreur · RC · Critères" in result.output
    assert "C6 alerte, mise à l'écart" in result.output


def test_json_is_exactly_one_object() -> None:
    result = run(FAULTY, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert set(answer) == {"on", "findings", "errors"}
    assert answer["on"] == "2026-11-30"
    counted = [f for f in answer["findings"] if f["severity"] == "error" and not f["set_aside"]]
    assert answer["errors"] == len(counted) > 0
    for finding in answer["findings"]:
        assert set(finding) == {
            "rule",
            "severity",
            "document",
            "place",
            "message",
            "basis",
            "correction",
            "set_aside",
        }
    assert result.stderr == ""


def test_the_day_can_be_chosen() -> None:
    answer = json.loads(run(FAULTY, "--json", "--on", "2026-08-20").stdout)
    assert answer["on"] == "2026-08-20"
    assert not {"E1", "E2", "E3"} & {finding["rule"] for finding in answer["findings"]}


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe", b"a: 1\n", b"x" * 300_000, b""])
def test_an_unreadable_dossier_exits_2_and_says_why(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "dossier.yaml"
    file.write_bytes(content)
    plain = run(file)
    assert plain.exit_code == 2
    assert plain.stderr
    assert plain.stdout == ""
    told = run(file, "--json")
    assert told.exit_code == 2
    assert set(json.loads(told.stdout)) == {"problem"}


@pytest.mark.parametrize("arguments", [["absent.yaml"], [GOOD, "--on", "hier"], [], ["/"]])
def test_wrong_usage_exits_2(arguments: list[str | Path]) -> None:
    assert run(*arguments).exit_code == 2
