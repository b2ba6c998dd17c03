"""A git history becomes claims: who had a part in which commit, and nothing else."""

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import REPOSITORY
from tests.ledger.conftest import GARDEN

from commons.kernel.errors import InputError
from commons.ledger.csv_import import FaultyRow
from commons.ledger.git_import import (
    COMMAND,
    Claim,
    GitClaim,
    GitPerson,
    read_history,
    read_log,
)

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


def good(claims: list[Claim]) -> list[GitClaim]:
    return [claim for claim in claims if isinstance(claim, GitClaim)]


def refused(claims: list[Claim]) -> dict[int, str]:
    return {claim.line: str(claim.text) for claim in claims if isinstance(claim, FaultyRow)}


def told(folder: Path) -> bytes:
    """What the command that the page shows writes in this folder."""
    git(folder, *shlex.split(COMMAND)[1:])
    return (folder / "historique.txt").read_bytes()


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
    claims = good(read_history(history, GARDEN))
    assert [(claim.subject, claim.person) for claim in claims] == [
        ("Plan du jardin", LEA),
        ("Arrosage", LEA),
        ("Arrosage", SAM),
    ]
    assert {claim.day.isoformat() for claim in claims} == {"2026-11-21"}


def test_reading_again_gives_the_same_keys_whatever_the_addresses(history: Path) -> None:
    before = [claim.entry_id for claim in good(read_history(history, GARDEN))]
    (history / ".mailmap").write_text("Léa M. <lea@new.example> <lea@old.example>\n")
    git(history, "commit", "-qam", "Nouvelle adresse")
    after = good(read_history(history, GARDEN))
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


COMMIT = "0123456789abcdef0123456789abcdef01234567"


def line(
    commit: str = COMMIT,
    moment: str = "2026-11-20T10:00:00+01:00",
    author: str = "Léa Martin <lea@example.org>",
    subject: str = "Plan du jardin",
    *others: str,
) -> str:
    return "\t".join([commit, moment, author, subject, *others])


def test_the_command_tells_what_the_folder_tells(history: Path) -> None:
    """The same keys: a commit read from either is the same claim."""
    git(
        history,
        "commit",
        "--allow-empty",
        "-qm",
        "Un\ttabulé\n\nCo-authored-by: Sam\n  O. <s@o.x>",
    )
    from_folder, from_text = (
        good(read_history(history, GARDEN)),
        good(read_log(told(history), GARDEN)),
    )
    assert [claim.entry_id for claim in from_text] == [claim.entry_id for claim in from_folder]
    assert [claim.day for claim in from_text] == [claim.day for claim in from_folder]
    assert from_text[:2] == from_folder[:2]
    assert (from_text[2].person.name, from_folder[2].person) == ("Sam", SAM)


def test_a_windows_shell_may_redirect_it(history: Path) -> None:
    text = told(history).decode()
    expected = read_log(text.encode(), GARDEN)
    for encoding in ("utf-16", "utf-8-sig"):
        assert read_log(text.replace("\n", "\r\n").encode(encoding), GARDEN) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"date;contributeur\n2026-11-20;L",
        bytes(range(256)) * 40,
        b"PK\x03\x04\x00\x00",
        b"\xff\xfe\x00",
        b"commit " + COMMIT.encode(),
        b"a" * 4000,
    ],
)
def test_what_is_no_history_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(InputError, match="la commande donnée"):
        read_log(data, GARDEN)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (line(commit="xyz"), "n'est pas celle d'un commit"),
        (line(author="Léa\tMartin <lea@example.org>"), "n'est pas celle d'un commit"),
        (line(author="Léa\x1b[31m <lea@example.org>"), "un qui ne s'écrit pas"),
        (line(author="Léa\u202e <lea@example.org>"), "un qui ne s'écrit pas"),
        (line(author=f"{'L' * 121} <lea@example.org>"), "120 caractères"),
        (line(author="L" + "\u0301" * 40 + " <lea@example.org>"), "ne s'écrit pas"),
        (line(moment="hier"), "n'est pas la date"),
        (line(moment="0001-01-01T00:00:00+14:00"), "n'est pas la date"),
        (line(moment="12026-01-01T00:00:00+00:00"), "n'est pas la date"),
        (line(subject="a\x07b"), "consignez-le à la main"),
        (line(subject="a" * 10_001), "consignez-le à la main"),
        (
            line(COMMIT, "2026-11-20T10:00:00+01:00", "L <l@x.fr>", "s", *["A <a@x.fr>"] * 90),
            "50",
        ),
        (
            "gpg: Signature made by lea@example.org",
            "« gpg: Signature made by [adresse retirée] »",
        ),
    ],
)
def test_a_line_that_cannot_be_a_claim_is_refused_and_its_neighbours_are_read(
    bad: str, said: str
) -> None:
    before, after = line(commit="a" * 40), line(commit="b" * 64)
    claims = read_log(f"{before}\n{bad}\n{after}\n".encode(), GARDEN)
    assert [claim.commit for claim in good(claims)] == ["a" * 40, "b" * 64]
    assert list(refused(claims)) == [2]
    assert said in refused(claims)[2]


def test_no_address_leaves_the_person(history: Path) -> None:
    """LED-11: texts and names are exported, so none may hold one."""
    git(
        history,
        "commit",
        "--allow-empty",
        "-qm",
        "Merci à jo@example.org",
        "--author=jo@example.org <jo@example.org>",
    )
    [claim] = good(read_log(told(history), GARDEN))[-1:]
    assert claim.person == GitPerson("jo", "jo@example.org")
    assert claim.subject == "Merci à [adresse retirée]"


def test_a_co_author_is_counted_once_whatever_the_case_of_the_address() -> None:
    others = ["lea <LEA@example.org>", "Sam <s@x.example>", "S. <s@x.example>", "personne"]
    claims = good(
        read_log(
            line(COMMIT, "2026-11-20", "Léa <lea@example.org>", "x", *others).encode(), GARDEN
        )
    )
    assert [claim.person.name for claim in claims] == ["Léa", "Sam"]


@pytest.mark.parametrize("filling", [" ", "\t", "\n", "<", "a", "\u0301"])
def test_a_huge_file_is_refused_in_no_time(filling: str) -> None:
    data = (line() + "\n" + filling * 2_000_000).encode()
    if filling == "\n":
        with pytest.raises(InputError, match="coupez le fichier"):
            read_log(data, GARDEN)
    else:
        assert len(good(read_log(data, GARDEN))) == 1


@given(st.text(), st.binary())
def test_any_text_is_read_or_refused(text: str, data: bytes) -> None:
    for sent in (
        data,
        f"{line()}\n{text}".encode(errors="replace"),
        line(subject=text).encode(errors="replace"),
    ):
        try:
            claims = read_log(sent, GARDEN)
        except InputError:
            continue
        for claim in good(claims):
            assert claim.person.name.isprintable()
            assert "\n" not in claim.subject
        assert read_log(sent, GARDEN) == claims


def test_the_documented_command_is_the_one_that_is_read() -> None:
    assert f"\n{COMMAND}\n" in (REPOSITORY / "docs" / "commands.md").read_text("utf-8")
