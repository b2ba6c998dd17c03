"""Nothing in a dossier is tolerated in silence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.content import content_folder
from commons.kernel.errors import InputError
from commons.procurement.catalogue import Catalogue
from commons.procurement.dossier_file import read_dossier
from commons.procurement.rules.lint import errors_in, lint
from commons.strict_yaml import SIZE_MAX_BYTES, read_yaml


def example(name: str) -> str:
    return (content_folder("examples") / name).read_text(encoding="utf-8")


GOOD = example("dossier.yaml")


def faults(text: str) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_dossier(text)
    return [error.field for error in refused.value.errors] or [str(refused.value.text)]


def test_the_good_example_has_no_error_and_the_other_has(catalogue: Catalogue) -> None:
    assert lint(read_dossier(GOOD), catalogue) == ()
    found = lint(read_dossier(example("dossier-with-faults.yaml")), catalogue)
    assert {"E1", "E3", "C1", "C2", "C7", "T4"} <= {f.rule for f in found if f.counts}
    assert [f.rule for f in found if f.set_aside] == ["C6"]
    assert errors_in(found) > 5


@pytest.mark.parametrize(
    ("typed", "instead", "field"),
    [
        ("months: 36", "month: 36", "month"),
        ("weight: 40", "wieght: 40", "criteria[1].wieght"),
        ("weight: 40", "weight: 1e2", "criteria[1].weight"),
        ("weight: 40", "weight: quarante", "criteria[1].weight"),
        ("amount: 84000.00", "amount: 84 000", "estimate.amount"),
        ("amount: 84000.00", "amount: .inf", "estimate.amount"),
        ("procedure: adapted", "procedure: mapa", "procedure"),
        ("consultation_on: 2026-11-30", "consultation_on: 30/11/2026", "consultation_on"),
        ("consultation_on: 2026-11-30", "consultation_on: 2026-02-30", "consultation_on"),
        ("purchase: services\n", "", "purchase"),
        ("kind: local", "kind: local\n  siret: '12345678901234'", "buyer.siret"),
        ("notices:\n  - profile", "notices: profile", "notices"),
        ('reference: "2026-12"', "reference:", "reference"),
    ],
)
def test_a_fault_names_its_place(typed: str, instead: str, field: str) -> None:
    assert typed in GOOD
    assert field in faults(GOOD.replace(typed, instead, 1))


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("amount: 84000.00", "amount: -1"),
        ("amount: 84000.00", "amount: 84000.001"),
        ("weight: 40", "weight: 101"),
        ("weight: 40", "weight: -5"),
        ("  - id: exec-environnement\n", "  - id: exec-environnement\n" * 2),
        ("requirements:", "waivers:\n  - rule: E1\n    reason: non\nrequirements:"),
        ("procedure: adapted", "procedure: below-threshold\ndocuments:\n  - RC"),
    ],
)
def test_a_value_out_of_bounds_is_refused(typed: str, instead: str) -> None:
    assert typed in GOOD
    assert faults(GOOD.replace(typed, instead, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- une liste",
        "a: 1\na: 2",
        "a: &x [1]\nb: *x",
        "a: !!python/object:os.system x",
        "a: 1\n---\nb: 2",
        "[" * 5000,
        'a: "\\0"',
        "\x00",
        "? [a]\n: 1",
        "null: 1",
        "a: '" + "x" * SIZE_MAX_BYTES + "'",
    ],
)
def test_a_file_that_is_no_dossier_is_refused(text: str) -> None:
    assert faults(text)


def test_numbers_stay_the_text_that_was_typed() -> None:
    assert read_yaml("a: 0.10\nb: on\nc: 2026-08-22\nd: true\n") == {
        "a": "0.10",
        "b": "on",
        "c": "2026-08-22",
        "d": True,
    }


@given(st.integers(0, len(GOOD) - 1), st.sampled_from("\t:-[]{}&*!|>'\"#%@ \n?,~aé9"))
def test_one_changed_character_is_read_or_refused_never_a_crash(at: int, char: str) -> None:
    try:
        read_dossier(GOOD[:at] + char + GOOD[at + 1 :])
    except InputError as refused:
        assert str(refused)  # noqa: PT017 -- being read is as good as being refused


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_dossier(text)
    except InputError as refused:
        assert str(refused)  # noqa: PT017 -- being read is as good as being refused


def test_the_documentation_describes_every_key() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "dossier.md").read_text(encoding="utf-8")
    from commons.procurement.dossier_file import DossierFile  # noqa: PLC0415 -- used here only

    for key in DossierFile.model_fields:
        assert f"`{key}`" in guide, key
