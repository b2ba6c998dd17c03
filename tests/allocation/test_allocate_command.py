"""What `commons allocate` answers to a person, and what it refuses to pass over."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commons.allocation.pabulib import number, read_election
from commons.commands.allocate import allocate
from commons.commands.amounts import exact_decimal
from commons.kernel.errors import InputError
from commons.kernel.text import t


def run(*arguments: str) -> Result:
    return CliRunner().invoke(allocate, arguments)


@pytest.fixture
def claims(tmp_path: Path) -> str:
    file = tmp_path / "demandes.csv"
    file.write_text("name;claim;floor;cap\nZoé;6000,00;0;\nAli;5000;;1000\nBruno;4000;100;\n")
    return str(file)


def test_a_person_reads_amounts_in_french_and_what_bound_each(claims: str) -> None:
    lines = run(claims, "--budget", "10 000", "--rule", "proportional").stdout.splitlines()
    rows = {line.split()[0]: line for line in lines}
    assert rows["Ali"].endswith("1\u202f000,00\u00a0€  plafond")
    assert "plancher d'abord" in rows["Bruno"]
    last_signs = {rows[name].rindex("€") for name in ("Zoé", "Ali", "Total")}
    assert len(last_signs) == 1, "amounts are aligned on their right"
    assert rows["Non"] == "Non distribué : 0,00\u00a0€"


def test_one_object_on_standard_output_and_nothing_on_the_other(claims: str) -> None:
    result = run(claims, "--budget", "10000", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert set(answer) == {"awards", "exact", "unspent"}
    assert answer["exact"]["Ali"] == "1000"


def test_money_beyond_all_claims_is_reported_unspent(claims: str) -> None:
    answer = json.loads(run(claims, "--budget", "20000", "--json").stdout)
    assert answer["awards"] == {"Zoé": "6000.00", "Ali": "1000.00", "Bruno": "4000.00"}
    assert answer["unspent"] == "9000.00"


@pytest.mark.parametrize("option", [("--utility", "cost"), ("--completion", "none")])
def test_options_of_elections_are_refused_for_claims(
    claims: str, option: tuple[str, str]
) -> None:
    result = run(claims, "--budget", "10", *option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert option[0] in result.stderr


@pytest.mark.parametrize("typed", ["1,250", "1.250", "12,345", "1e3", "-1", "+1", "", "1,2,3"])
def test_an_amount_that_could_be_misread_is_refused(claims: str, typed: str) -> None:
    result = run(claims, "--budget", typed)
    assert isinstance(result.exception, InputError)
    assert "Ligne" not in str(result.exception), "an option stands on no line"


def test_sums_of_long_costs_are_written_without_rounding() -> None:
    cost = number("12345678901234567890.123456789", t("le coût"))
    assert exact_decimal(cost * 10 + cost) == "135802467913580246791.358024679"
    assert [exact_decimal(number(n, t("le coût"))) for n in ("0", "0,05", "40.50")] == [
        "0",
        "0.05",
        "40.5",
    ]


def test_the_command_and_the_reader_agree_on_a_real_city(shared_data: Path) -> None:
    file = shared_data / "pabulib" / "Poland_Warszawa_2018_Goclaw.pb"
    answer = json.loads(run(str(file), "--json").stdout)
    costs = {p.proposal_id: p.cost for p in read_election(file.read_bytes()).proposals}
    spent = sum((costs[chosen] for chosen in answer["selected"]), Fraction(0))
    assert answer["cost"] == exact_decimal(spent)
    first = run(str(file)).stdout.splitlines()[0]
    assert first == "16 propositions retenues, 599\u202f257 sur 972\u202f679,04."
