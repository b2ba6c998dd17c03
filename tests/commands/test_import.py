"""`commons import` brings a table or a git history into the journal of an instance."""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.commands.test_demo import commons

from commons.db.embedded import EmbeddedPostgres
from commons.identity.model import Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.instance import open_instance
from commons.kernel.clock import now
from commons.ledger.store import JournalStore
from commons.registry.rules import commons_facts
from commons.registry.store import RegistryStore
from commons.settings import Settings

HEADING = "date;contributeur;durée;description\n"
GARDEN = {"name": "Jardin d'Ici", "resource": "Un jardin", "community": "Le quartier"}
STEWARD, MEMBER = "garante@ici.example", "membre@ici.example"


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """An instance with a commons, its steward and a member; in a folder PostgreSQL may read."""
    with tempfile.TemporaryDirectory(prefix="commons-import-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        asyncio.run(_settle(folder / "data"))
        with EmbeddedPostgres(folder / "data"):
            yield folder / "data"


async def _settle(data_dir: Path) -> None:
    settings = Settings.from_environment(data_dir)
    async with open_instance(settings) as instance, instance.transaction() as db:
        commons_id = (await RegistryStore(db).register(commons_facts(GARDEN), now())).commons_id
        await JournalStore(db).open(commons_id, f"ici.example/{commons_id}", now())
        people = IdentityStore(db, instance.keyring.email)
        for address, role in ((STEWARD, Role.STEWARD), (MEMBER, Role.CONTRIBUTOR)):
            who = await people.find_or_make("Quelqu'un", address, now(), keep_address=True)
            await people.grant(who, Grant(Scope.COMMONS, commons_id, role), now())


def brought(
    kind: str, place: Path, data_dir: Path, *more: str, by: str = STEWARD
) -> subprocess.CompletedProcess[str]:
    options = ("--by", by, "--data-dir", str(data_dir), *more)
    return commons("import", kind, "jardin-d-ici", place, *options)


def test_a_repository_and_its_text_are_one_history(tmp_path: Path, data_dir: Path) -> None:
    identity = ("-c", "user.name=Léa", "-c", "user.email=lea@ici.example")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for subject in ("Semis", "Paillage"):
        made = [
            "git",
            "-C",
            str(tmp_path),
            *identity,
            "commit",
            "--allow-empty",
            "-qm",
            subject,
        ]
        subprocess.run(made, check=True)
    unknown = brought("git", tmp_path, data_dir)
    assert (unknown.returncode, unknown.stdout) == (
        1,
        "0 consignées, 0 déjà là, 2 refusées.\n",
    )
    assert "Ligne 1 : « Léa » n'est pas membre" in unknown.stderr
    done = brought("git", tmp_path, data_dir, "--make-people", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["written"] == 2
    form = "--format=%H%x09%aI%x09%aN <%aE>%x09%s"
    text = tmp_path / "historique.txt"
    listed = ["git", "-C", str(tmp_path), "log", "--reverse", f"--output={text}", form]
    subprocess.run(listed, check=True)
    again = brought("git", text, data_dir)
    assert (again.returncode, again.stdout) == (0, "0 consignées, 2 déjà là, 0 refusées.\n")


def test_a_table_is_brought_in_whole_or_not(tmp_path: Path, data_dir: Path) -> None:
    table = tmp_path / "heures.csv"
    table.write_text(f"{HEADING}20/10/2026;{MEMBER};2h;Semis\n20/10/2026;{MEMBER};?;Semis\n")
    whole = brought("csv", table, data_dir, "--all-or-nothing", "--json")
    assert whole.returncode == 2
    assert "Rien n'a été importé" in json.loads(whole.stdout)["problem"]["text"]
    partly = brought("csv", table, data_dir)
    assert (partly.returncode, partly.stdout) == (1, "1 consignées, 0 déjà là, 1 refusées.\n")
    assert "Ligne 3 :" in partly.stderr


def test_only_who_may_log_for_others_imports(tmp_path: Path, data_dir: Path) -> None:
    table = tmp_path / "heures.csv"
    table.write_text(f"{HEADING}20/10/2026;{MEMBER};2h;Semis\n")
    for by in (MEMBER, "personne@ici.example", "pas une adresse"):
        refused = brought("csv", table, data_dir, by=by)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith("Refusé : ")
    table.write_bytes(b"\0\1\2")
    assert brought("csv", table, data_dir).returncode == 2
    assert brought("git", table, data_dir).returncode == 2
