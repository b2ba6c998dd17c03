"""`commons allocate` on every kind of CSV file: recognised by its heading, exact, explained."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commons.allocation.claims import RULES, USUAL
from commons.cli import main

CLAIMS = "name;claim;floor;cap\nZoé;6000,00;0;\nAli;5000;;1000\nBruno;4000;100;\n"
GIFTS = "project;donor;amount\nPuits;a;1\nPuits;b;4\nPuits;c;1\nPuits;d;9\nToit;e;1\nToit;f;1\n"
EVALUATIONS = "from;to;points\n" + "".join(
    f"{judge};{member};{points}\n"
    for judge in "ABCD"
    for member, points in zip("ABCD", (6, 2, 1, 1), strict=True)
    if judge != member
)
TAKES = "name;take;before\nAli;9;2\nBob;3;4\nZoé;50;0\n"


@pytest.fixture
def write(tmp_path: Path) -> Path:
    for name, text in {
        "claims": CLAIMS,
        "gifts": GIFTS,
        "evaluations": EVALUATIONS,
        "takes": TAKES,
    }.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def run(file: Path, *arguments: str, budget: str = "10000") -> Result:
    return CliRunner().invoke(main, ["allocate", str(file), "--budget", budget, *arguments])


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_claims_rule_has_its_name_on_the_command_line(write: Path, rule: str) -> None:
    answer = json.loads(run(write / "claims.csv", "--rule", rule, "--json").stdout)
    assert set(answer) == {"awards", "exact", "unspent"}
    assert answer["awards"]["Ali"] == "1000.00"


def test_gifts_are_recognised_by_their_heading(write: Path) -> None:
    answer = json.loads(run(write / "gifts.csv", "--json", budget="100").stdout)
    assert answer == {
        "awards": {"Puits": "34.00", "Toit": "2.00"},
        "exact": {"Puits": "34", "Toit": "2"},
        "unspent": "64.00",
    }
    scaled = json.loads(run(write / "gifts.csv", "--json", "--cap", "10", budget="18").stdout)
    assert scaled["awards"] == {"Puits": "10.00", "Toit": "2.00"}
    for rule in ("pairwise", "cluster-match"):
        assert run(write / "gifts.csv", "--rule", rule, budget="100").exit_code == 0


def test_evaluations_are_recognised_by_their_heading(write: Path) -> None:
    file = write / "evaluations.csv"
    answer = json.loads(run(file, "--json", "--audit", budget="100").stdout)
    assert answer["awards"] == {"A": "60.00", "B": "20.00", "C": "10.00", "D": "10.00"}
    assert answer["warnings"] == []
    assert len(answer["audit"]["collusions"]) == 6
    points = json.loads(run(file, "--rule", "points", "--json", budget="100").stdout)
    assert points["awards"]["A"] < "60.00"


def test_takes_are_throttled(write: Path) -> None:
    answer = json.loads(run(write / "takes.csv", "--rule", "takes", "--json").stdout)
    assert answer["awards"] == {"Ali": "4.00", "Bob": "3.00", "Zoé": "3.00"}
    assert answer["unspent"] == "9990.00"
    assert json.loads(run(write / "takes.csv", "--json").stdout) == answer
    said = run(write / "takes.csv", "--rule", "takes").stderr.splitlines()
    assert [line.split()[0] for line in said] == ["Ali", "Zoé"]
    assert "ramenés à 4,00" in said[0]


@pytest.mark.parametrize("name", ["claims", "gifts", "evaluations"])
def test_explanations_audit_and_comparison_come_as_data_and_as_text(
    write: Path, name: str
) -> None:
    options = ("--explain", "--audit", "--compare", "all")
    answer = json.loads(run(write / f"{name}.csv", *options, "--json").stdout)
    assert {"explanations", "audit", "compare"} <= set(answer)
    assert all(each["sentences"] for each in answer["explanations"].values())
    assert answer["audit"]["total"] == "10000.00"
    assert len(answer["compare"]) > 1
    text = run(write / f"{name}.csv", *options).stdout
    assert "Indice de Gini : 0," in text
    assert "qui y gagne ou y perd" in text


def test_a_comparison_names_its_rules(write: Path) -> None:
    options = ("--compare", "talmud,equal-awards", "--json")
    answer = json.loads(run(write / "claims.csv", *options).stdout)
    assert list(answer["compare"]) == ["talmud", "equal-awards"]
    moves = answer["compare"]["equal-awards"]["moves"]
    assert moves == {"Zoé": "-393.94", "Ali": "0.00", "Bruno": "393.94"}
    assert run(write / "claims.csv", "--compare", "lottery").exit_code == 2


def test_sainte_lague_is_an_option_where_weights_are_fixed(write: Path) -> None:
    options = ("--rounding", "sainte-lague", "--json")
    answer = json.loads(run(write / "claims.csv", *options, budget="100.01").stdout)
    assert sum(round(float(a) * 100) for a in answer["awards"].values()) == 10001
    assert run(write / "claims.csv", *options, "--rule", "talmud").exit_code == 2


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("claims", ["--cap", "3"]),
        ("claims", ["--pair-bound", "3"]),
        ("claims", ["--ballots", "claims.csv"]),
        ("claims", ["--rule", "quadratic"]),
        ("gifts", ["--rounding", "sainte-lague"]),
        ("gifts", ["--rule", "talmud"]),
        ("evaluations", ["--cap", "3"]),
        ("evaluations", ["--rule", "quadratic"]),
        ("takes", ["--rule", "takes", "--compare", "usual"]),
        ("takes", ["--rule", "talmud"]),
        ("claims", ["--rule", "takes"]),
        ("claims", ["--cap", "0"]),
        ("claims", ["--pair-bound", "0"]),
        ("gifts", ["--pair-bound", "3"]),
        ("gifts", ["--rule", "pairwise", "--pair-bound", "0"]),
        ("claims", ["--write-round", "nowhere/round.json"]),
        ("gifts", ["--write-round", "nowhere/round.json"]),
        ("evaluations", ["--write-round", "nowhere/round.json"]),
    ],
)
def test_options_that_mean_nothing_for_a_file_are_refused(
    write: Path, monkeypatch: pytest.MonkeyPatch, name: str, options: list[str]
) -> None:
    monkeypatch.chdir(write)
    result = run(write / f"{name}.csv", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name;claim;floor\nA;1;2\n", "Ligne 2 : le plancher"),
        ("name;claim;weight\nA;1;0\n", "Ligne 2 : un poids"),
        ("name;claim\nA;1\nB;2\nA;3\n", "Ligne 4 : « A » demande déjà à la ligne 2"),
        ("name;claim\nA;inf\n", "Ligne 2"),
        ("name;claim\nA;NaN\n", "Ligne 2"),
        ("name;claim\nA;-5\n", "Ligne 2"),
        ('name;claim\n"A;5\n', "ligne"),
        ("name;claim;claim\nA;1;5\n", "« claim » est là deux fois"),
        ("project;donor;amount;amount\nP;a;1;2\n", "« amount » est là deux fois"),
        ("name;take;before;take\nA;1;2;3\n", "« take » est là deux fois"),
        ("from;to;points;to\nA;B;1;C\n", "« to » est là deux fois"),
    ],
)
def test_bad_claims_are_refused_with_their_line(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(text)
    result = run(file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_spreadsheet_ends_them(tmp_path: Path, end: str) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(CLAIMS.replace("\n", end), newline="")
    assert json.loads(run(file, "--json").stdout)["awards"]["Ali"] == "1000.00"


def test_the_bound_of_pairs_counts_also_for_the_rule_beside(write: Path) -> None:
    options = ("--compare", "pairwise", "--json")
    usual = json.loads(run(write / "gifts.csv", *options, budget="100").stdout)
    bound = run(write / "gifts.csv", *options, "--pair-bound", "1", budget="100")
    assert json.loads(bound.stdout)["compare"] != usual["compare"]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_money_and_more_than_enough_are_both_answered(write: Path, rule: str) -> None:
    nothing = tmp_claims(write, "name;claim\nA;5\nB;0\n")
    answer = json.loads(run(nothing, "--rule", rule, "--json", budget="0").stdout)
    assert answer["awards"] == {"A": "0.00", "B": "0.00"}
    answer = json.loads(run(nothing, "--rule", rule, "--json", budget="9").stdout)
    assert (answer["awards"], answer["unspent"]) == ({"A": "5.00", "B": "0.00"}, "4.00")


@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        ("claims", "impartial", "est pour des évaluations (from;to;points), pas pour"),
        ("gifts", "talmud", "est pour des demandes (name;claim), pas pour des dons"),
        ("evaluations", "greedy", "est pour un vote (.pb), pas pour des évaluations"),
        ("takes", "quadratic", "est pour des dons (project;donor;amount), pas pour"),
        ("claims", "lottery", "« lottery » n'existe pas. Règles pour des demandes"),
    ],
)
def test_a_rule_of_other_files_is_named_as_such(
    write: Path, name: str, rule: str, words: str
) -> None:
    file = write / f"{name}.csv"
    for options in (["--rule", rule], ["--compare", rule]):
        result = run(file, *options)
        if (name, options[0]) != ("takes", "--compare"):
            assert (result.exit_code, words in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize(
    ("text", "budget", "words"),
    [
        ("name;claim;floor\nA;9;8\nB;9;8\n", "10", "Les demandes : Les planchers dépassent"),
        ("name;claim\nA;999999999999999999999\n", "10", "999 » est un nombre trop long"),
        ("name;claim\nA;9\n", "999999999999999999999", "999 » est un nombre trop long"),
        ("from;to;points\nA;B;1234567890123456\n", "10", "est un nombre trop long"),
    ],
)
def test_refusals_are_french_and_say_what_is_wrong(
    tmp_path: Path, text: str, budget: str, words: str
) -> None:
    result = run(tmp_claims(tmp_path, text), budget=budget)
    assert (result.exit_code, words in result.stderr) == (2, True), result.stderr


def test_a_file_whose_name_has_no_end_is_refused_kindly(tmp_path: Path) -> None:
    file = tmp_path / "demandes"
    file.write_text(CLAIMS)
    assert "n'a pas de fin de nom" in run(file).stderr


def tmp_claims(folder: Path, text: str) -> Path:
    file = folder / "few.csv"
    file.write_text(text)
    return file


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["proportional", "talmud", "equal-losses"])
def test_a_million_claims_are_divided(tmp_path: Path, rule: str) -> None:
    file = tmp_path / "claims.csv"
    rows = "".join(f"p{place};{place % 9973}.{place % 100:02d}\n" for place in range(10**6))
    file.write_text(f"name;claim\n{rows}")
    started = time.process_time()
    answer = json.loads(run(file, "--rule", rule, "--json", budget="1000000000").stdout)
    assert time.process_time() - started < 120
    assert sum(int(award.replace(".", "")) for award in answer["awards"].values()) == 10**11


def test_a_rule_that_refuses_leaves_the_others_to_be_compared(tmp_path: Path) -> None:
    weighted = tmp_claims(tmp_path, "name;claim;weight\nA;100;2\nB;200;1\n")
    answer = json.loads(run(weighted, "--compare", "usual", "--json", budget="120").stdout)
    assert set(answer["compare"]) | set(answer["refused"]) == set(USUAL)
    assert "equal-awards" in answer["compare"]
    assert "poids" in answer["refused"]["talmud"]
    text = run(weighted, "--compare", "usual", budget="120").stdout
    assert "Ces règles refusent ce fichier :\n  Talmud : La règle « Talmud »" in text
    assert run(weighted, "--rule", "talmud", "--compare", "usual").exit_code == 2


def test_peers_are_compared_though_one_rule_refuses(tmp_path: Path) -> None:
    file = tmp_claims(tmp_path, "from;to;points\nA;B;1\nB;A;1\n")
    options = ("--rule", "points", "--compare", "all", "--json")
    answer = json.loads(run(file, *options).stdout)
    assert (list(answer["compare"]), list(answer["refused"])) == (["points"], ["impartial"])


@pytest.mark.parametrize("name", ["claims", "gifts", "evaluations"])
@pytest.mark.parametrize("named", ["", " , ", "no-such-rule"])
def test_a_comparison_names_rules_of_the_file(write: Path, name: str, named: str) -> None:
    result = run(write / f"{name}.csv", "--compare", named)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Règles" in result.stderr


@pytest.mark.parametrize("name", ["claims", "gifts", "evaluations", "takes"])
def test_every_kind_of_file_is_explained_and_audited(write: Path, name: str) -> None:
    file = write / f"{name}.csv"
    answer = json.loads(run(file, "--explain", "--audit", "--json", budget="120").stdout)
    for reason in answer["explanations"].values():
        assert reason["with_a_euro_more"] is not None
        assert len(reason["sentences"]) > 1
    audit = answer["audit"]
    assert (audit["total"], audit["is_whole"]) == ("120.00", True)
    assert (audit["lorenz"][0], audit["lorenz"][-1]) == (["0", "0"], ["1", "1"])
    assert len(audit["lorenz"]) == len(answer["awards"]) + 1
    text = run(file, "--explain", "--audit", budget="120").stdout
    assert "Un euro de plus dans l'enveloppe" in text
    assert "Indice de Gini" in text
    assert "Courbe de Lorenz : les " in text


def test_an_explanation_names_the_judges_and_the_bound_of_a_take(write: Path) -> None:
    judged = json.loads(run(write / "evaluations.csv", "--explain", "--json").stdout)
    assert judged["explanations"]["A"]["said"] == [
        {"judge": judge, "points": "6", "of": of}
        for judge, of in (("B", "8"), ("C", "9"), ("D", "9"))
    ]
    taken = json.loads(run(write / "takes.csv", "--explain", "--json").stdout)
    assert taken["explanations"]["Ali"]["bounds"] == ["double", "whole"]
    assert taken["explanations"]["Zoé"]["highest"] == "3.00"
