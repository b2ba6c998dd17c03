"""Style that no linter checks (what a remark in review has become the second time)."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "src" / "commons"
MODULES = sorted(SOURCE.rglob("*.py"))
LINES_MAX, FUNCTION_LINES_MAX = 400, 60
MIGRATIONS = SOURCE / "db" / "migrations" / "versions"
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "common", "base", "core", "misc", "lib"}
VAGUE_CLASS = re.compile(r"(Manager|Helper|Processor|Service|Utils?)\Z")
HISTORY = re.compile(
    r"\b(no longer|used to be|previously|formerly|was renamed|moved from|was moved|"
    r"refactored|legacy|old version|new version of)\b",
    re.IGNORECASE,
)
MACHINE = re.compile(r"/(?:home|root|work|Users|mnt)/[a-z]")
COMMITTING = {SOURCE / "db" / "migrate.py"}
EXACT = ("kernel", "allocation", "ledger", "chamber", "registry", "statements")
FLOATS_ALLOWED = {
    "src/commons/allocation/market.py": "a filter: what it leaves in doubt is exact",
    "src/commons/registry/licences.py": "how alike two identifiers are",
}
"""Modules of the domain where a float is a filter or a drawing, never an amount; and why."""


def name_of(file: Path) -> str:
    return file.relative_to(REPOSITORY).as_posix()


def each(files: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=name_of)


def comments_of(file: Path) -> Iterator[tuple[int, str]]:
    with file.open("rb") as lines:
        for token in tokenize.tokenize(lines.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


@each([file for file in MODULES if MIGRATIONS not in file.parents])
def test_a_module_is_short_and_named_after_something(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LINES_MAX
    assert file.stem not in VAGUE_MODULES
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            assert not VAGUE_CLASS.search(node.name), f"{node.name}: a role in a diagram"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < FUNCTION_LINES_MAX, node.name


def test_packages_are_no_facades() -> None:
    for file in SOURCE.rglob("__init__.py"):
        assert file.read_text("utf-8") == "", name_of(file)


@pytest.mark.parametrize("folder", ["charters", "ledger", "procurement", "examples"])
def test_content_folders_hold_no_python(folder: str) -> None:
    found = {str(file.relative_to(REPOSITORY)) for file in (REPOSITORY / folder).rglob("*.py")}
    assert found <= {"ledger/verify/verify.py"}  # the verifier that owes nothing to commons


@each(MODULES)
def test_a_transaction_is_committed_by_whoever_opened_it(file: Path) -> None:
    if file in COMMITTING:
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            called = ast.unparse(node.value)
            assert called not in {"db", "self.db", "connection"}, f"line {node.lineno}"


@each(MODULES)
def test_comments_tell_why_and_not_what_was(file: Path) -> None:
    for line, comment in comments_of(file):
        assert not HISTORY.search(comment), f"line {line}: history is for the commit message"


def domain_modules() -> list[Path]:
    return [file for file in MODULES if file.relative_to(SOURCE).parts[0] in EXACT]


@each(domain_modules())
def test_no_float_counts_money_hours_or_votes(file: Path) -> None:
    if name_of(file) in FLOATS_ALLOWED:
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_cast = isinstance(node, ast.Name) and node.id == "float"
        if is_literal or is_cast:
            pytest.fail(f"line {getattr(node, 'lineno', 0)}: an amount is exact")


def written_files() -> list[Path]:
    places = (
        "src",
        "tests",
        "docs",
        "scripts",
        "examples",
        "ledger",
        "charters",
        "procurement",
    )
    kinds = {".py", ".md", ".yaml", ".yml", ".toml", ".html", ".css"}
    return sorted(
        file
        for place in places
        for file in (REPOSITORY / place).rglob("*")
        if file.suffix in kinds and "__pycache__" not in file.parts
    )


@each(written_files())
def test_no_path_of_a_machine_is_written_down(file: Path) -> None:
    assert not MACHINE.search(file.read_text("utf-8"))
