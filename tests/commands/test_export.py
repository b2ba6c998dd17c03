"""`commons export`: a verified file becomes a book, or nothing is written."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.commands.test_verify import PINNED, commons
from tests.ledger.conftest import (
    KEY,
    OTHER_KEY,
    SIGNER,
    attestation,
    contribution,
    export,
    sealed,
)

from commons.ledger.books.forms import BookForm
from commons.ledger.checkpoint import verifier_key

DRAFTS = [contribution(1, 150), contribution(2, 45, "Réunion ; d'équipe"), attestation(3, 1)]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    file = tmp_path / "journal.json"
    file.write_bytes(export(sealed(DRAFTS)))
    return file


@pytest.mark.parametrize("form", BookForm)
def test_a_journal_becomes_a_book_on_the_output_or_in_a_file(
    journal: Path, tmp_path: Path, form: BookForm
) -> None:
    out = tmp_path / f"livre.{form}"
    shown = commons("export", journal, "--as", form, "--key", PINNED)
    assert shown.returncode == 0
    assert shown.stderr == f"3 écritures, signées par {SIGNER}.\n"
    saved = commons("export", journal, "--as", form, "--out", out)
    assert (saved.returncode, saved.stdout) == (0, "")
    assert "signataire non vérifié" in saved.stderr
    assert out.read_text("utf-8") == shown.stdout
    assert "Camille Roux" in shown.stdout
    assert [file.name for file in tmp_path.glob(".*")] == []


def test_the_table_says_what_was_given_and_by_whom(journal: Path) -> None:
    shown = commons("export", journal, "--as", "csv").stdout.lstrip("\ufeff").splitlines()
    [first, second] = csv.DictReader(shown, delimiter=";")
    assert (first["personne"], first["quantite"], first["duree"]) == (
        "Camille Roux",
        "150",
        "2\u00a0h\u00a030",
    )
    assert (first["etat"], first["attestations"]) == ("attestée", "1")
    assert (second["etat"], second["solde"]) == ("en attente d'attestation", "195")
    assert second["description"] == "Réunion ; d'équipe"


@pytest.mark.parametrize("form", BookForm)
def test_a_changed_journal_is_refused_and_nothing_is_written(
    journal: Path, tmp_path: Path, form: BookForm
) -> None:
    out = tmp_path / "livre"
    out.write_text("avant", encoding="utf-8")
    journal.write_bytes(journal.read_bytes().replace(b'"150"', b'"151"'))
    refused = commons("export", journal, "--as", form, "--out", out)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Non : ")
    assert "Rien n'est écrit." in refused.stderr
    assert out.read_text("utf-8") == "avant"


def test_another_signer_is_refused(journal: Path) -> None:
    other = str(verifier_key(SIGNER, OTHER_KEY))
    refused = commons("export", journal, "--as", "csv", "--key", other)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "n'a pas signé" in refused.stderr


def test_a_day_of_no_accountant_is_refused(tmp_path: Path) -> None:
    day = datetime(1850, 1, 1, tzinfo=UTC).date()
    file = tmp_path / "journal.json"
    old = replace(contribution(2, 45), occurred_from=day, occurred_to=day)
    file.write_bytes(export(sealed([contribution(1, 150), old]), KEY))
    refused = commons("export", file, "--as", "beancount")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "date ou quantité impossible" in refused.stderr


def test_what_is_no_journal_cannot_be_read(journal: Path, tmp_path: Path) -> None:
    other = tmp_path / "autre.json"
    other.write_text(json.dumps({"form": "commons-round/1"}), encoding="utf-8")
    wrong = [
        ("export", other, "--as", "csv"),
        ("export", tmp_path / "rien.json", "--as", "csv"),
        ("export", journal, "--as", "pdf"),
        ("export", journal),
        ("export", journal, "--as", "csv", "--key", "n'importe quoi"),
        ("export", journal, "--as", "csv", "--out", tmp_path / "nulle" / "part.csv"),
    ]
    for arguments in wrong:
        refused = commons(*arguments)
        assert (refused.returncode, refused.stdout) == (2, ""), arguments
        assert refused.stderr
