"""`commons allocate` on elections: rules, options, reasons, checks, and faulty files."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from commons.cli import main

HEAD = "META\nkey;value\nbudget;100\nvote_type;{kind}\nPROJECTS\nproject_id;cost;name\n"
PROPOSALS = "pré;60;Pré commun\nfour;50;Four à pain\nbanc;30;Bancs\nrien;5;Rien\n"
APPROVALS = "VOTES\nvoter_id;vote\n1;pré,banc\n2;pré,banc\n3;four\n4;four,banc\n"
RANKINGS = "VOTES\nvoter_id;vote\n1;four,pré\n2;four,pré\n3;pré\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["allocate", *arguments])


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def election(tmp_path: Path) -> str:
    return written(tmp_path, HEAD.format(kind="approval") + PROPOSALS + APPROVALS)


def written(folder: Path, text: str) -> str:
    file = folder / "vote.pb"
    file.write_text(text, newline="")
    return str(file)


@pytest.mark.parametrize(
    ("options", "selected"),
    [
        ([], ["banc"]),
        (["--utility", "cardinality"], ["banc"]),
        (["--completion", "utilitarian"], ["banc", "four"]),
        (["--completion", "add1"], ["banc", "four"]),
        (["--completion", "add1", "--exhaustive"], ["banc", "four"]),
        (["--completion", "add1u", "--integral", "--comparison"], ["banc", "four"]),
        (["--rule", "greedy"], ["banc", "four"]),
        (["--rule", "greedy", "--threshold", "3"], ["banc"]),
        (["--rule", "greedy", "--budget", "70", "--no-skip"], ["banc"]),
        (["--rule", "phragmen"], ["banc", "four"]),
        (["--rule", "phragmen", "--budget", "60"], ["banc"]),
    ],
)
def test_each_rule_funds_its_own(
    election: str, options: list[str], selected: list[str]
) -> None:
    found = answer(election, *options)
    assert set(found) == {"selected", "cost"}
    assert found["selected"] == selected


def test_reasons_hold_the_exact_payments(election: str) -> None:
    found = answer(election, "--explain")
    assert found["rule"] == {
        "name": "equal-shares",
        "utility": "cost",
        "completion": "none",
        "exhaustive": False,
        "integral": False,
        "comparison": None,
        "conversion": None,
    }
    why = found["why"]
    assert isinstance(why, list)
    assert [(reason["id"], reason["funded"]) for reason in why] == [
        ("banc", True),
        ("four", False),
        ("pré", False),
        ("rien", False),
    ]
    paid = sum(line["voters"] * Fraction(line["amount"]) for line in why[0]["paid"])
    assert paid == 30
    assert why[1]["held"] == "40"
    assert (why[3]["cause"], "aucune voix" in why[3]["sentence"]) == ("nobody", True)


def test_a_person_reads_why_in_french(election: str) -> None:
    text = run(election, "--explain", "--audit", "--completion", "add1", "--comparison").stdout
    for words in (
        "Chaque personne dispose de",
        "« banc » : 3 voix. Ses soutiens se partagent 30,00 : 10,00 chacun.",
        "« pré » : 2 voix. Non financée",
        "EJR+",
        "Les paiements se vérifient",
    ):
        assert words in text


def test_a_proposal_with_more_votes_can_lose_and_is_told_why(tmp_path: Path) -> None:
    votes = "VOTES\nvoter_id;vote\n" + "".join(
        f"{voter};{'nord,sud' if voter < 6 else 'est'}\n" for voter in range(10)
    )
    text = HEAD.format(kind="approval") + "nord;60;\nsud;50;\nest;40;\n" + votes
    result = run(written(tmp_path, text), "--explain")
    assert "« sud » : 6 voix. Non financée : après d'autres achats" in result.stdout
    assert "Moins choisies, mais payées par leurs soutiens : « est »." in result.stdout


def test_greedy_can_be_audited_too(election: str) -> None:
    audit = answer(election, "--rule", "greedy", "--audit")["audit"]
    assert isinstance(audit, dict)
    assert audit["ejr_plus_up_to_any"]["holds"]
    assert "priceable" not in audit
    assert audit["left_out"] == 0


def test_rankings_are_counted_only_as_one_says(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD.format(kind="ordinal") + PROPOSALS + RANKINGS)
    refused = run(file, "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["problem"]["code"]) == (
        2,
        "invalid-input",
    )
    assert "--convert" in refused.stderr
    first = answer(file, "--rule", "greedy", "--convert", "borda")
    assert first["selected"] == ["pré"]
    assert "Borda" in run(file, "--rule", "greedy", "--convert", "borda").stdout
    assert answer(file, "--rule", "phragmen", "--convert", "approval")["selected"] == ["pré"]


@pytest.mark.parametrize(
    ("old", "new", "selected"),
    [
        ("banc;30", "banc;300", ["four"]),
        ("banc;30", "banc;0", ["banc", "four"]),
        ("banc;30", "banc;30,00", ["banc"]),
        ("budget;100", "budget;0", []),
        ("budget;100", "budget;1000", ["banc", "four", "pré"]),
        (APPROVALS, "VOTES\nvoter_id;vote\n", []),
        (APPROVALS, "VOTES\nvoter_id;vote\n1;\n2;\n", []),
        ("\n", "\r\n", ["banc"]),
        ("META", "\ufeffMETA", ["banc"]),
    ],
)
def test_unusual_files_have_an_exact_result(
    tmp_path: Path, old: str, new: str, selected: list[str]
) -> None:
    text = HEAD.format(kind="approval") + PROPOSALS + APPROVALS
    assert old in text
    file = written(tmp_path, text.replace(old, new))
    assert answer(file)["selected"] == selected
    for options in (["--rule", "greedy"], ["--rule", "phragmen"], ["--completion", "add1u"]):
        assert run(file, *options, "--audit", "--json").exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("4;four,banc", "4;four,bancs", "Ligne 16"),
        ("four;50", "pré;50", "Ligne 8"),
        ("4;four,banc", "3;four,banc", "Ligne 16"),
        ("four;50", "four;-50", "ligne 8"),
        ("four;50", "four;inf", "ligne 8"),
        ("VOTES\n", "", "ligne 11"),
        ("PROJECTS\n", "", "PROJECTS"),
        ("budget;100\n", "", "budget"),
    ],
)
def test_faulty_files_are_refused_with_the_line(
    tmp_path: Path, old: str, new: str, word: str
) -> None:
    text = HEAD.format(kind="approval") + PROPOSALS + APPROVALS
    assert old in text
    result = run(written(tmp_path, text.replace(old, new)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr


def test_points_are_explained_by_the_point(tmp_path: Path) -> None:
    votes = "VOTES\nvoter_id;vote;points\n1;banc,four;3,1\n2;banc;1\n3;four;2\n"
    file = written(tmp_path, HEAD.format(kind="cumulative") + PROPOSALS + votes)
    text = run(file, "--utility", "points", "--explain").stdout
    assert "« banc » : 4 points. Ses soutiens se partagent 30,00 : 7,50 par point" in text


def test_amounts_have_the_unit_that_the_file_names(tmp_path: Path) -> None:
    text = HEAD.format(kind="approval") + PROPOSALS + APPROVALS
    in_zlotys = text.replace("budget;100", "budget;100\ncurrency;PLN")
    said = run(written(tmp_path, in_zlotys), "--explain", "--completion", "add1").stdout
    assert "Les montants sont en PLN." in said
    assert "se partagent 30,00\u00a0PLN : 10,00\u00a0PLN chacun" in said
    assert "Avec 1\u00a0PLN de plus" in said
    assert "euro" not in said
    in_euros = text.replace("budget;100", "budget;100\ncurrency;EUR")
    assert "30,00\u00a0€" in run(written(tmp_path, in_euros), "--explain").stdout


FALLBACK = "un;90;\ndeux;30;\ntrois;30;\n"


def test_where_the_number_of_votes_prevails_no_payment_is_told(tmp_path: Path) -> None:
    """Five of nine want the dear one alone: they prefer what greedy funds."""
    votes = "VOTES\nvoter_id;vote\n" + "".join(
        f"{voter};{'un' if voter < 5 else 'deux,trois'}\n" for voter in range(9)
    )
    file = written(tmp_path, HEAD.format(kind="approval") + FALLBACK + votes)
    found = answer(file, "--comparison", "--explain", "--audit")
    assert found["selected"] == ["un"]
    assert isinstance(found["audit"], dict)
    assert "priceable" not in found["audit"]
    text = run(file, "--comparison", "--explain", "--audit").stdout
    assert "On revient donc au nombre de voix." in text
    assert "« un » : 5 voix. Financée par le nombre de voix : 90,00 sur les 100,00" in text
    assert (
        "« deux » : 4 voix. Non financée : à son tour, il ne restait que 10,00 pour 30,00."
        in text
    )
    assert "paiements" not in text


def test_who_paid_nothing_is_not_said_to_have_paid(tmp_path: Path) -> None:
    votes = "VOTES\nvoter_id;vote\n" + "".join(
        f"{voter};{'cher' if voter < 6 else 'est'}\n" for voter in range(10)
    )
    file = written(tmp_path, HEAD.format(kind="approval") + "cher;95;\nest;40;\n" + votes)
    text = run(file, "--explain").stdout
    assert "« cher » : 6 voix. Non financée : ses soutiens n'ont ensemble que 60,00" in text
    assert "d'autres achats" not in text


def test_what_the_shares_bought_is_told_from_what_votes_added(election: str) -> None:
    text = run(election, "--audit", "--completion", "utilitarian").stdout
    assert "Les paiements de ce que les parts ont acheté se vérifient" in text


@pytest.mark.parametrize("rule", ["greedy", "phragmen"])
def test_a_utility_that_a_rule_does_not_read_is_refused(election: str, rule: str) -> None:
    assert run(election, "--rule", rule, "--utility", "cardinality").exit_code == 2
    assert run(election, "--rule", rule, "--utility", "points", "--audit").exit_code == 2
    assert run(election, "--rule", rule, "--utility", "cardinality", "--audit").exit_code == 0


def test_amounts_of_thirty_digits_are_written_whole(tmp_path: Path) -> None:
    budget = "123456789012345678901234567890"
    text = HEAD.format(kind="approval").replace("100", budget) + f"a;{budget};\n"
    file = written(tmp_path, text + "VOTES\nvoter_id;vote\n1;a\n")
    said = run(file, "--explain").stdout.replace("\u202f", "")
    assert f"se partagent {budget},00 : {budget},00 chacun" in said


def test_an_election_without_proposals_funds_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD.format(kind="approval") + "VOTES\nvoter_id;vote\n1;\n")
    for rule in ("equal-shares", "greedy", "phragmen"):
        assert answer(file, "--rule", rule, "--audit")["selected"] == []
    assert answer(file, "--completion", "add1u", "--explain")["selected"] == []


@pytest.mark.parametrize("length", ["99999999", "9" * 5000])
def test_a_ranking_longer_than_any_is_refused(tmp_path: Path, length: str) -> None:
    text = HEAD.format(kind=f"ordinal\nmax_length;{length}") + PROPOSALS + RANKINGS
    result = run(written(tmp_path, text), "--convert", "limit")
    assert (result.exit_code, "max_length" in result.stderr) == (2, True)
    short = text.replace(length, "1000000")
    assert answer(written(tmp_path, short), "--convert", "limit")["selected"]


def test_fractions_that_no_computer_would_write_out_are_written_as_decimals(
    tmp_path: Path,
) -> None:
    """Eleven hundred prices whose denominators share no factor: their sum has 4,500 digits."""
    primes = [n for n in range(9001, 30000) if all(n % d for d in range(2, 174))][:1100]
    proposals = "".join(f"p{place};1;\n" for place in range(len(primes))) + "cher;1300;\n"
    names = ",".join(f"p{place}" for place in range(len(primes)))
    few = ",".join("1" for _ in primes)
    many = ",".join(str(prime - 1) for prime in primes)
    votes = f"VOTES\nvoter_id;vote;points\n1;{names};{many}\n2;{names},cher;{few},1\n"
    text = HEAD.format(kind="cumulative").replace("budget;100", "budget;2400") + proposals
    found = answer(written(tmp_path, text + votes), "--utility", "points", "--explain")
    why = found["why"]
    assert isinstance(why, list)
    (dear,) = (reason for reason in why if reason["id"] == "cher")
    assert (dear["funded"], dear["held"][:5], dear["held"][-1]) == (False, "1199.", "…")


@pytest.mark.parametrize("rule", ["greedy", "phragmen"])
def test_every_rule_is_explained_and_says_what_one_more_would_change(
    election: str, rule: str
) -> None:
    found = answer(election, "--rule", rule, "--explain", "--budget", "139")
    why = found["why"]
    assert isinstance(why, list)
    assert {reason["id"]: reason["funded"] for reason in why} == {
        "banc": True,
        "four": True,
        "pré": False,
        "rien": False,
    }
    assert found["with_one_more"] == {"gained": ["pré"], "lost": []}
    text = run(election, "--rule", rule, "--explain", "--budget", "139").stdout
    assert "Avec une unité de monnaie de plus dans le budget, seraient aussi" in text
    assert "« pré »" in text


def test_rules_stand_side_by_side_on_an_election(election: str) -> None:
    found = answer(election, "--compare", "usual", "--threshold", "3")
    compared, refused = found["compare"], found["refused"]
    assert (list(compared), refused) == (["equal-shares", "phragmen", "greedy"], {})
    assert compared["greedy"]["selected"] == ["banc"]
    assert compared["phragmen"] | {"mean_number": ""} == {
        "selected": ["banc", "four"],
        "cost": "80",
        "gained": ["four"],
        "lost": [],
        "left_out": 0,
        "mean_number": "",
        "mean_cost": "95/2",
        "ejr_plus_up_to_any": {"utility": "cost", "holds": True},
    }
    text = run(election, "--compare", "phragmen,greedy").stdout
    assert "Phragmén séquentiel : 2 propositions retenues, 80." in text
    assert "en plus : « four »" in text


def test_a_rule_that_cannot_count_leaves_the_others_alone(tmp_path: Path) -> None:
    votes = "VOTES\nvoter_id;vote;points\n1;banc,four;3,1\n2;banc;1\n3;four;2\n"
    file = written(tmp_path, HEAD.format(kind="cumulative") + PROPOSALS + votes)
    found = answer(file, "--compare", "all")
    assert list(found["compare"]) == ["equal-shares", "greedy"]
    assert "approbations" in found["refused"]["phragmen"]
    text = run(file, "--compare", "all").stdout
    assert "Phragmén séquentiel : La règle de Phragmén ne lit que des approbations" in text
    assert run(file, "--rule", "phragmen", "--compare", "greedy").exit_code == 2


@pytest.mark.parametrize("named", ["", ",", "talmud", "greedy,talmud"])
def test_a_comparison_names_rules_of_elections(election: str, named: str) -> None:
    result = run(election, "--compare", named)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "equal-shares, phragmen, greedy" in result.stderr


@pytest.mark.parametrize(
    ("kind", "options", "word"),
    [
        ("approval", ["--utility", "points"], "pas de points"),
        ("approval", ["--convert", "approval"], "déjà des approbations"),
        ("ordinal", ["--convert", "first", "--utility", "points"], "pas de points"),
        ("ordinal", ["--convert", "borda", "--utility", "points"], ""),
        ("ordinal", ["--convert", "approval"], ""),
    ],
)
def test_a_setting_that_these_ballots_make_idle_is_refused(
    tmp_path: Path, kind: str, options: list[str], word: str
) -> None:
    votes = RANKINGS if kind == "ordinal" else APPROVALS
    file = written(tmp_path, HEAD.format(kind=kind) + PROPOSALS + votes)
    result = run(file, *options)
    assert result.exit_code == (2 if word else 0), result.stderr
    assert word in result.stderr
    assert not (word and result.stdout)
