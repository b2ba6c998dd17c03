"""A git history becomes claims: who had a part in which commit, and nothing else."""

import subprocess
from pathlib import Path

import pytest
from tests.ledger.conftest import GARDEN

from commons.kernel.errors import InputError
from commons.ledger.git_import import GitPerson, read_history

LEA = GitPerson("Léa Martin", "lea@example.org")
SAM = GitPerson("Sam Okoye", "sam@example.org")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "GIT_AUTHOR_NAME": "lea",
            "GIT_AUTHOR_EMAIL": "lea@old.example",
            "GIT_COMMITTER_NAME": "lea",
            "GIT_COMMITTER_EMAIL": "lea@old.example",
            "GIT_AUTHOR_DATE": "2026-11-20T23:30:00-02:00",
        },
    )


@pytest.fixture
def history(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    mailmap = "Léa Martin <lea@example.org> <lea@old.example>\n"
    (tmp_path / ".mailmap").write_text(mailmap + "Sam Okoye <sam@example.org> <s@x.example>\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Plan du jardin")
    git(
        tmp_path,
        "commit",
        "--allow-empty",
        "-qm",
        "Arrosage\n\nCo-authored-by: Sam <s@x.example>\nCo-authored-by: nobody at all",
    )
    return tmp_path


def test_authors_and_co_authors_are_named_as_the_mailmap_says(history: Path) -> None:
    claims = read_history(history, GARDEN)
    assert [(claim.subject, claim.person) for claim in claims] == [
        ("Plan du jardin", LEA),
        ("Arrosage", LEA),
        ("Arrosage", SAM),
    ]
    assert {claim.day.isoformat() for claim in claims} == {"2026-11-21"}


def test_reading_again_gives_the_same_keys_whatever_the_addresses(history: Path) -> None:
    before = [claim.entry_id for claim in read_history(history, GARDEN)]
    (history / ".mailmap").write_text("Léa M. <lea@new.example> <lea@old.example>\n")
    git(history, "commit", "-qam", "Nouvelle adresse")
    after = read_history(history, GARDEN)
    assert [claim.entry_id for claim in after[:3]] == before


def test_nothing_of_the_folder_is_run(history: Path) -> None:
    trap = history / "trap"
    hook = history / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
    hook.chmod(0o755)
    for setting in (
        "core.fsmonitor",
        "gpg.program",
        "core.pager",
        "pager.log",
        "diff.external",
    ):
        git(history, "config", setting, str(hook))
    git(history, "config", "log.showSignature", "true")
    assert read_history(history, GARDEN)
    assert not trap.exists()


def test_a_folder_that_is_no_history_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="n'est pas un dossier git"):
        read_history(tmp_path, GARDEN)
    git(tmp_path, "init", "-q")
    with pytest.raises(InputError, match="n'est pas un dossier git"):
        read_history(tmp_path, GARDEN)
    with pytest.raises(InputError, match="n'est pas un dossier git"):
        read_history(tmp_path / "absent", GARDEN)


def test_a_plain_folder_inside_a_repository_is_no_repository(history: Path) -> None:
    (history / "plain").mkdir()
    with pytest.raises(InputError, match="plain"):
        read_history(history / "plain", GARDEN)
