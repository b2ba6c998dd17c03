"""What the documentation says is what the code does."""

import dataclasses
import re

import pytest
from scripts.rights import FILE, table
from tests.conftest import REPOSITORY

from commons.kernel import errors
from commons.settings import Settings
from commons.web.problems import BY_STATUS, STATUS, TITLES

PROBLEMS = REPOSITORY / "docs" / "problems"
SETTINGS = (REPOSITORY / "docs" / "settings.md").read_text("utf-8")


def test_the_table_of_rights_is_that_of_the_code() -> None:
    assert FILE.read_text("utf-8") == table(), "run scripts/rights.py"


def test_every_refusal_of_the_domain_has_a_title_and_a_status() -> None:
    for kind, status in STATUS.items():
        assert kind.code in TITLES
        assert 400 <= status < 500
    kinds = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.DomainError)
    }
    assert kinds - {errors.DomainError} == set(STATUS)


@pytest.mark.parametrize("code", sorted(TITLES))
def test_every_problem_has_its_page(code: str) -> None:
    page = (PROBLEMS / f"{code}.md").read_text("utf-8")
    assert page.startswith(f"# {TITLES[code]}\n")
    statuses = {status for status, (name, _) in BY_STATUS.items() if name == code}
    statuses |= {status for kind, status in STATUS.items() if kind.code == code}
    assert any(f"statut {status}" in page for status in statuses)
    for heading in ("## Pourquoi", "## Que faire"):
        assert heading in page


def test_no_page_tells_of_a_problem_that_does_not_exist() -> None:
    assert {file.stem for file in PROBLEMS.glob("*.md")} == set(TITLES)


def test_every_setting_is_documented() -> None:
    source = (REPOSITORY / "src" / "commons").rglob("*.py")
    read = {
        name for file in source for name in re.findall(r"COMMONS_[A-Z_]+", file.read_text())
    }
    assert read
    assert len(dataclasses.fields(Settings)) <= len(read)
    for name in sorted(read):
        assert f"`{name}`" in SETTINGS, name
