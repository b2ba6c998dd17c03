"""`commons demo` does the main job once, on example input or on real files."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commons.instance import open_instance
from commons.registry.rules import commons_facts
from commons.registry.store import RegistryStore
from commons.settings import Settings

COMMONS = Path(sys.executable).with_name("commons")
EXPECTED = {
    "round.json",
    "round-election.json",
    "cle-publique.txt",
    "paiements-jardins-partages-de-la-poudrerie.csv",
    "paiements-chambre-des-communs-de-saint-ouvert.csv",
    "releve-jardins-partages-de-la-poudrerie.pdf",
    "valorisation-jardins-partages-de-la-poudrerie.pdf",
    "valorisation-jardins-partages-de-la-poudrerie.csv",
    "charte-jardins-partages-de-la-poudrerie.pdf",
    "charte-jardins-partages-de-la-poudrerie.docx",
}


def commons(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMONS), *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@dataclass(frozen=True)
class Done:
    data_dir: Path
    out: Path
    result: subprocess.CompletedProcess[str]

    def journals(self) -> dict[str, int]:
        """How many entries each journal has, by its file."""
        found = {}
        for path in self.out.glob("journal-*.json"):
            found[path.name] = len(json.loads(path.read_bytes())["entries"])
        return found


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the database's own account can traverse."""
    with tempfile.TemporaryDirectory(prefix="commons-demo-test-") as name:
        made = Path(name)
        made.chmod(0o755)
        yield made


@pytest.fixture(scope="module")
def done(folder: Path) -> Done:
    data_dir, out = folder / "data", folder / "out"
    return Done(data_dir, out, commons("demo", "--data-dir", data_dir, "--out", out))


def test_without_options_it_does_the_whole_job_on_example_input(done: Done) -> None:
    assert done.result.returncode == 0, done.result.stderr
    names = {path.name for path in done.out.iterdir()}
    assert names >= EXPECTED
    assert {f"dossier-{piece}.docx" for piece in ("rc", "ccap", "cctp", "ae", "bpu")} <= names
    assert "15\u202f000,00\u00a0€" in done.result.stdout
    assert "synthétiques" in done.result.stdout
    for name in names:
        assert name in done.result.stdout


def test_one_journal_per_commons_and_no_other_file_is_called_so(done: Done) -> None:
    named = sorted(path.name for path in done.out.iterdir() if "journal" in path.name)
    assert named == [
        "journal-chambre-des-communs-de-saint-ouvert.json",
        "journal-jardins-partages-de-la-poudrerie.json",
        "journal-outiltheque.json",
    ]


def test_every_journal_it_leaves_is_verified_from_the_file_and_the_key(done: Done) -> None:
    key = (done.out / "cle-publique.txt").read_text().strip()
    for path in done.out.glob("journal-*.json"):
        assert commons("verify", path, "--key", key).returncode == 0


def test_the_envelope_is_divided_to_the_cent(done: Done) -> None:
    result = json.loads((done.out / "round.json").read_bytes())
    awards = [award["award"] for award in result["result"]["awards"]]
    assert awards == ["1900.00", "1900.00", "1900.00", "1900.00", "1500.00", "900.00"]


def test_run_again_it_adds_nothing_twice(done: Done) -> None:
    before = done.journals()
    again = commons("demo", "--data-dir", done.data_dir, "--out", done.out)
    assert again.returncode == 0, again.stderr
    assert "0 écritures, 20 déjà là" in again.stdout
    assert done.journals() == before


async def test_an_instance_that_serves_others_is_left_alone(folder: Path) -> None:
    """A journal never forgets: invented people do not belong among real ones."""
    settings = Settings(folder / "real-instance")
    facts = commons_facts({"name": "Le Verger", "resource": "Un verger", "community": "Nous"})
    async with open_instance(settings) as instance:
        async with instance.transaction() as db:
            await RegistryStore(db).register(facts, datetime(2026, 11, 24, tzinfo=UTC))
        result = commons("demo", "--data-dir", settings.data_dir, "--out", folder / "left")
        async with instance.transaction() as db:
            names = [item.name for item in await RegistryStore(db).search()]
    assert result.returncode == 2
    assert "--data-dir" in result.stderr
    assert names == ["Le Verger"]
    assert not (folder / "left").exists()


BROKEN_ELECTION = """META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;name
a;A
VOTES
voter_id;vote
1;a
"""


@pytest.mark.parametrize(
    ("option", "content", "why"),
    [
        ("--election", BROKEN_ELECTION, "cost"),
        ("--publiccode", "just words", "publiccode"),
        ("--contributions", "a;b\n1;2\n", ""),
    ],
)
def test_an_unreadable_file_is_refused_before_anything_is_written(
    folder: Path, tmp_path: Path, option: str, content: str, why: str
) -> None:
    given = tmp_path / "given"
    given.write_text(content, encoding="utf-8")
    out, data_dir = folder / "refused", folder / "never"
    result = commons("demo", option, given, "--out", out, "--data-dir", data_dir)
    assert result.returncode == 2
    assert why in result.stderr
    assert not out.exists()
    assert not data_dir.exists()


def test_a_folder_without_git_is_refused_before_anything_is_written(
    folder: Path, tmp_path: Path
) -> None:
    result = commons("demo", "--git", tmp_path, "--out", folder / "refused")
    assert result.returncode == 2
    assert "git" in result.stderr
    assert not (folder / "refused").exists()


def test_it_works_on_real_files(shared_data: Path, folder: Path) -> None:
    codes = sorted((shared_data / "publiccode").glob("*.yml"))[:3]
    options = [part for code in codes for part in ("--publiccode", code)]
    out = folder / "real"
    election = shared_data / "pabulib" / "France_Toulouse_2022.pb"
    result = commons("demo", "--election", election, *options, "--out", out)
    assert result.returncode == 0, result.stderr
    assert len(list(out.glob("journal-*.json"))) == 5
    expected = shared_data / "pabulib" / "expected_equal_shares.json"
    winners = json.loads(expected.read_bytes())["outcomes"]["France_Toulouse_2022.pb"]["cost"]
    booked = json.loads((out / "round-election.json").read_bytes())
    assert booked["result"]["selected"] == winners


@pytest.mark.slow
def test_an_installed_wheel_does_the_job_in_an_empty_environment(
    folder: Path, tmp_path: Path
) -> None:
    """The wheel and the locked requirements of the service: no checkout, no test tools."""
    root = Path(__file__).resolve().parents[2]
    here, there = Path(sys.executable), tmp_path / "env" / "bin"
    out = folder / "wheel-out"
    steps: list[list[str | Path]] = [
        [here, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation"],
        [here, "-m", "venv", tmp_path / "env"],
        [there / "pip", "--quiet", "install", "--require-hashes"],
    ]
    steps[0] += ["--wheel-dir", tmp_path / "dist", root]
    steps[2] += ["-r", root / "requirements-service.txt"]
    for step in steps:
        subprocess.run(list(map(str, step)), check=True)
    [built] = (tmp_path / "dist").glob("commons-*.whl")
    install = [str(there / "pip"), "--quiet", "install", "--no-deps", str(built)]
    subprocess.run(install, check=True)
    for arguments in (["content", "check"], ["demo", "--out", str(out)]):
        result = subprocess.run(
            [str(there / "commons"), *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
    assert (out / "round.json").exists()
