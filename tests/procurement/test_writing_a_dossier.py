"""What is written is what is read, whether a page or a file holds it."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.procurement.conftest import NOW

from commons.content import content_folder
from commons.documents.blocks import Article
from commons.procurement.assembly import assemble
from commons.procurement.catalogue import LEVELS, Catalogue
from commons.procurement.content import load_catalogue
from commons.procurement.dossier_file import check_content, read_dossier
from commons.procurement.forms import STEPS, Step, changed, typed_again
from commons.procurement.placing import clause_of, page_of, row_of
from commons.procurement.rules.lint import lint
from commons.procurement.rules.sustainability import has_condition
from commons.procurement.starts import begin, example, load_starts
from commons.procurement.writing import (
    Fields,
    comments_in,
    fields_of,
    json_as_yaml,
    write_dossier,
)
from commons.registry.model import Organisation, OrganisationFacts, OrganisationKind
from commons.strict_yaml import read_yaml
from commons.web.pages import Form

EXAMPLES = content_folder("examples")
GOOD = (EXAMPLES / "dossier.yaml").read_text(encoding="utf-8")
FAULTY = (EXAMPLES / "dossier-with-faults.yaml").read_text(encoding="utf-8")
VALBRUME = Organisation(
    UUID(int=1),
    "valbrume",
    OrganisationFacts("Commune de Valbrume", OrganisationKind.COLLECTIVITE),
    NOW,
)
_written = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
lines = st.text(_written, min_size=1, max_size=120).map(str.strip).filter(bool)
prose = st.lists(
    st.text(_written | st.sampled_from(" :#-|>'\"{}[]&*!%@`"), max_size=120), max_size=5
).map("\n".join)


@given(need=prose.filter(bool), title=lines, notes=prose)
def test_any_text_is_read_as_it_was_written(need: str, title: str, notes: str) -> None:
    fields: Fields = {"title": title, "need": need, "lots": [{"title": title, "note": notes}]}
    assert read_yaml(write_dossier(fields)) == fields


@pytest.mark.parametrize("text", [GOOD, FAULTY])
def test_a_dossier_written_anew_is_the_same_dossier(text: str) -> None:
    again = write_dossier(fields_of(text), comments_in(text))
    assert read_dossier(again) == read_dossier(text)
    assert list(comments_in(again)) == list(comments_in(text))


@pytest.mark.parametrize("step", STEPS, ids=[step.slug for step in STEPS])
@pytest.mark.parametrize("text", [GOOD, FAULTY])
def test_opening_a_page_and_saving_it_changes_nothing(text: str, step: Step) -> None:
    fields = fields_of(text)
    assert changed(fields, step, Form(typed_again(fields, step))) == fields


weights = st.decimals(0, 100, places=1).map(lambda weight: format(weight, "f"))
parts = st.builds(
    lambda name, weight, flag: {"name": name, "weight": weight, **flag},
    lines.filter(lambda name: "env" not in name.casefold()),
    weights,
    st.sampled_from([{}, {"environmental": True}]),
)


@given(rows=st.lists(parts, min_size=1, max_size=4))
def test_subcriteria_typed_one_a_line_are_the_ones_that_were_kept(rows: list[object]) -> None:
    step = next(step for step in STEPS if step.slug == "criteres")
    fields: Fields = {
        "criteria": [{"name": "Délais", "kind": "quality", "weight": "10", "subcriteria": rows}]  # type: ignore[dict-item] # drawn as what a file holds
    }
    assert changed(fields, step, Form(typed_again(fields, step))) == fields


def test_comments_are_found_wherever_they_stand_and_nowhere_else() -> None:
    text = '# un\na: b # deux\nc: "# trois"\nd: >-\n  # quatre\n# cinq\ne: x#six\n'
    assert list(comments_in(text)) == ["# un", "# deux", "# cinq"]


def test_numbers_of_json_keep_their_digits() -> None:
    assert read_yaml(json_as_yaml('{"a": 84000.10, "b": [1, true, null, "é"]}')) == {
        "a": "84000.10",
        "b": ["1", True, None, "é"],
    }


def test_the_example_has_nothing_to_correct(catalogue: Catalogue) -> None:
    assert lint(check_content(example(VALBRUME)).value(), catalogue) == ()


def test_beginnings_name_published_clauses_and_weigh_a_hundred(catalogue: Catalogue) -> None:
    for start in load_starts().values():
        chosen = {row["id"] for row in start.clauses if isinstance(row, dict)}
        assert chosen <= catalogue.clauses.keys()
        rows = [row for row in start.criteria if isinstance(row, dict)]
        assert sum(Decimal(str(row["weight"])) for row in rows) == 100


@given(
    cents=st.integers(0, 700_000_000),
    purchase=st.sampled_from(["services", "supplies", "works"]),
    start=st.sampled_from(sorted(load_starts())),
    level=st.sampled_from(LEVELS),
    days=st.integers(0, 490),
)
def test_whatever_is_answered_the_dossier_begins_without_a_fault_of_law(
    cents: int, purchase: str, start: str, level: str, days: int
) -> None:
    """From 22 August 2026: only a question left open (X1) may stand, on small purchases."""
    on = date(2026, 8, 22) + timedelta(days=days)
    amount = Decimal(cents) / 100
    typed = {
        "title": "Outils",
        "subject": "le prêt d'outils",
        "need": "Prêter.",
        "start": start,
        "purchase": purchase,
        "estimate.amount": format(amount, "f"),
        "procedure": "permitted",
        "consultation_on": on.isoformat(),
        "level": level,
    }
    form = Form({name: [value] for name, value in typed.items()})
    catalogue = load_catalogue()
    dossier = check_content(begin(form, VALBRUME, catalogue, "2026-1")).value()
    wrong = {item.rule for item in lint(dossier, catalogue) if item.severity == "error"}
    assert wrong <= ({"X1"} if not dossier.is_competitive else set())
    assert has_condition(dossier, catalogue, "environment")
    if dossier.is_competitive:
        written = {
            block.title
            for document in assemble(dossier, catalogue)
            for block in document.blocks
            if isinstance(block, Article)
        }
        assert {"Condition environnementale", "Critère environnemental"} <= written


def test_every_finding_has_its_page_and_its_row(catalogue: Catalogue) -> None:
    placed = {
        (item.rule, page_of(item), row_of(item), clause_of(item))
        for item in lint(read_dossier(FAULTY), catalogue)
    }
    assert ("T4", "criteres", "criteria[2]", "") in placed
    assert ("T4", "textes", "candidacy[1]", "") in placed
    assert ("E3", "clauses", "", "") in placed
    assert ("S3", "procedure", "", "") in placed
    assert ("X2", "clauses", "", "exec-contribution-amont") in placed
