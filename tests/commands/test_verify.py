"""`commons verify`, `key` and `witness`, as a person uses them (LED-28, LED-29)."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from tests.ledger.conftest import (
    KEY,
    OTHER_KEY,
    SIGNER,
    attestation,
    checkpoint_note,
    contribution,
    export,
    sealed,
)

from commons.content import content_folder
from commons.db.embedded import EmbeddedPostgres
from commons.instance import Instance, open_database, open_instance
from commons.ledger.appending import append_all
from commons.ledger.checkpoint import (
    COSIGNATURE,
    Checkpoint,
    VerifierKey,
    sign,
    verifier_key,
)
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.head_log import HeadStore
from commons.ledger.merkle import consistency_proof, leaf_hash, root
from commons.ledger.proof_store import ProofStore
from commons.ledger.proofs import Consistency
from commons.ledger.sealing import Sealer, sealed_entries
from commons.ledger.store import JournalStore
from commons.ledger.succession import split_chain, trust_from
from commons.settings import Settings

COMMONS = Path(sys.executable).with_name("commons")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PLACE = UUID(int=5)
PINNED = str(verifier_key(SIGNER, KEY))
OWN = {"COMMONS_INSTANCE_NAME": SIGNER, "COMMONS_BACKUP_PASSPHRASE": "quatre mots au hasard"}
FORGERY = "UPDATE journal_checkpoint SET note = replace(note, '— ', '— x') WHERE tree_size = 1"
WITNESS = str(verifier_key("temoin.example", KEY, COSIGNATURE))
ENGLISH = re.compile(r"(?<!-)\b(the|this|is|not|key|witness|signature lines)\b")
"""What tells an English sentence, in what our own code says."""

DRAFTS = [contribution(1, 150), contribution(2, 45), attestation(3, 1)]


def commons(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMONS), *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **OWN},  # noqa: TID251 -- of a program
        check=False,
    )


def test_the_answer_is_in_the_exit_status(tmp_path: Path) -> None:
    file, kept = tmp_path / "journal.json", tmp_path / "kept.txt"
    file.write_bytes(export(sealed(DRAFTS)))
    kept.write_text(checkpoint_note(sealed(DRAFTS[:2])), encoding="utf-8")
    held = commons("verify", file, "--key", PINNED, "--checkpoint", kept)
    assert (held.returncode, "3 écritures" in held.stdout) == (0, True), held.stderr
    unknown = commons("verify", file)
    assert unknown.returncode == 0
    assert "cohérent, signataire non vérifié" in unknown.stdout
    other = commons("verify", file, "--key", str(verifier_key(SIGNER, OTHER_KEY)), "--json")
    assert other.returncode == 1
    assert json.loads(other.stdout)["holds"] is False


def test_sizes_are_said_in_what_the_log_counts(tmp_path: Path) -> None:
    """A journal counts entries, the log of all heads checkpoints of journals (LED-24)."""
    roots = [leaf_hash(b"one journal"), leaf_hash(b"another")]
    heads = sign(Checkpoint(SIGNER, 2, root(roots)).body(), SIGNER, KEY)
    earlier = sign(Checkpoint(SIGNER, 1, roots[0]).body(), SIGNER, KEY)
    kept = tmp_path / "kept.txt"
    kept.write_text(earlier, encoding="utf-8")
    joined = str(Consistency(1, tuple(consistency_proof(roots, 1)), heads))
    file = tmp_path / "checkpoint.txt"
    file.write_text(joined, encoding="utf-8")
    told = commons("verify", file, "--key", PINNED, "--checkpoint", kept).stdout
    assert "Oui : point de contrôle (2 points de contrôle de journaux)" in told
    assert "gardé (1 point de contrôle de journal)" in told
    file.write_text(heads, encoding="utf-8")
    apart = commons("verify", file, "--key", PINNED, "--checkpoint", kept).stdout
    assert "est à 1 point de contrôle de journal, celui-ci à 2 points" in apart
    file.write_text(checkpoint_note(sealed(DRAFTS)), encoding="utf-8")
    assert (
        "Oui : point de contrôle (3 écritures)"
        in commons("verify", file, "--key", PINNED).stdout
    )
    assert "écritures" not in told + apart


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--database", "FILE"],
        ["FILE", "--key", "commons.example+0+AA"],
        ["FILE", "--witness", PINNED],
        ["FILE", "--checkpoint", "FILE"],
        ["FILE", "--keys", "FILE", "--key", PINNED],
        ["--database", "--keys", "FILE"],
        ["--database", "--witness", WITNESS],
        ["--database", "--key", "commons.example+0+AA"],
        ["--database", "--checkpoint", "FILE"],
        ["EMPTY"],
        ["NOWHERE"],
    ],
)
def test_what_cannot_be_used_is_said_with_status_two(
    tmp_path: Path, arguments: list[str]
) -> None:
    names = {name: tmp_path / name for name in ("FILE", "EMPTY", "NOWHERE")}
    names["FILE"].write_bytes(export(sealed(DRAFTS)))
    names["EMPTY"].write_bytes(b"")
    result = commons("verify", *[names.get(item, item) for item in arguments])
    assert result.returncode == 2, result.stdout
    if "NOWHERE" not in arguments:  # that one is said by click
        assert not ENGLISH.search(result.stderr.partition("Error: ")[2]), result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the database's own account can traverse."""
    with tempfile.TemporaryDirectory(prefix="commons-verify-test-") as name:
        made = Path(name)
        made.chmod(0o755)
        with EmbeddedPostgres(made):
            yield made


async def _written(instance: Instance, number: int) -> tuple[bytes, VerifierKey]:
    """One more entry, sealed with the instance's present key; the exported journal."""
    async with instance.transaction() as db:
        await JournalStore(db).open(PLACE, f"{SIGNER}/{PLACE}", NOW)
        await append_all(db, PLACE, [contribution(number, 30)], NOW)
        await Sealer(db, instance.signer).seal(PLACE, NOW)
        await HeadStore(db, instance.signer).seal(NOW)
    return await _exported(instance), instance.signer.verifier


async def _exported(instance: Instance) -> bytes:
    signer = instance.signer
    async with instance.transaction() as db:
        proofs = ProofStore(db, signer)
        size = await proofs.latest_size(PLACE)
        return spell_export(
            ExportedCommons(PLACE, "jardin", "Le jardin"),
            await proofs.note(PLACE, size),
            await sealed_entries(db, PLACE, size, opened=True),
            {},
            signer=signer.name,
            key=signer.key,
            backing=await proofs.backing(PLACE),
        )


def _write(folder: Path, number: int) -> tuple[bytes, VerifierKey]:
    async def run() -> tuple[bytes, VerifierKey]:
        settings = Settings(folder, "http://127.0.0.1:8000", SIGNER)
        async with open_instance(settings) as instance:
            return await _written(instance, number)

    return asyncio.run(run())


def test_who_pinned_the_first_key_checks_after_two_changes(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "journal.json"
    _, first = _write(folder, 1)
    for number in (2, 3):
        changed = commons("key", "rotate", "--data-dir", folder)
        assert changed.returncode == 0, changed.stderr
        data, latest = _write(folder, number)
        assert str(latest) in changed.stdout
    file.write_bytes(data)
    assert commons("verify", file, "--key", first).returncode == 0
    assert commons("verify", file, "--key", latest).returncode == 0
    stranger = str(verifier_key(SIGNER, OTHER_KEY))
    assert commons("verify", file, "--key", stranger).returncode == 1
    chain = json.loads(data)["keys"]
    assert split_chain("".join(chain)) == chain
    assert trust_from(latest, chain).former[0] == first
    with pytest.raises(ValueError, match="rompue"):
        trust_from(first, chain[::-1])
    kept = tmp_path / "keys.txt"
    kept.write_text("".join(chain), encoding="utf-8")
    assert commons("verify", file, "--key", first, "--keys", kept).returncode == 0
    assert len(list((folder / "keys").glob("*.retired"))) == 2


def test_a_quiet_journal_checks_under_the_new_key_and_what_was_kept_under_both(
    folder: Path, tmp_path: Path
) -> None:
    """Nothing is written after the change; both verifiers, as commands (LED-41)."""
    before, after, keys = (tmp_path / name for name in ("before", "after", "keys"))
    data, old = _write(folder, 4)
    before.write_bytes(data)
    changed = commons("key", "rotate", "--data-dir", folder)
    new = changed.stdout.splitlines()[-1]
    data = _quiet(folder)
    after.write_bytes(data)
    keys.write_text("".join(json.loads(data)["keys"]), encoding="utf-8")
    for key in (old, new):
        held = commons("verify", after, "--key", key)
        assert (held.returncode, "signé par" in held.stdout) == (0, True), held.stdout
    assert commons("verify", after, "--key", new, "--keys", keys).returncode == 0
    assert commons("verify", before, "--key", old).returncode == 0
    late = commons("verify", before, "--key", new, "--keys", keys)
    assert (late.returncode, f"(clé {old.key_hash.hex()})" in late.stdout) == (0, True)
    refused = commons("verify", before, "--key", new)
    assert refused.returncode == 1
    assert f"La clé {SIGNER} ({new.split('+')[1]}) n'a pas signé" in refused.stdout
    assert f"({old.key_hash.hex()})" in refused.stdout
    assert _second(after, new) == _second(before, old) == _second(before, new, old) == 0
    assert _second(before, new) == 1


def _quiet(folder: Path) -> bytes:
    """The journal exported by the service as it was started last, with nothing new in it."""

    async def run() -> bytes:
        settings = Settings(folder, "http://127.0.0.1:8000", SIGNER)
        async with open_instance(settings) as instance:
            return await _exported(instance)

    return asyncio.run(run())


def _second(file: Path, *keys: object) -> int:
    """The exit status of the verifier that owes nothing to us."""
    program = content_folder("ledger") / "verify" / "verify.py"
    command = [sys.executable, str(program), str(file), "-", *map(str, keys)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_the_database_of_an_instance_is_checked(folder: Path) -> None:
    _, latest = _write(folder, 4)
    answer = commons("verify", "--database", "--data-dir", folder)
    assert (answer.returncode, "Oui" in answer.stdout) == (0, True), answer.stderr
    assert "--checkpoint" in answer.stdout
    as_json = commons("verify", "--database", "--data-dir", folder, "--json")
    assert json.loads(as_json.stdout) == {"holds": True, "violations": []}
    pinned = commons("verify", "--database", "--data-dir", folder, "--key", latest)
    assert pinned.returncode == 0, pinned.stdout
    stranger = commons("verify", "--database", "--data-dir", folder, "--key", PINNED)
    assert stranger.returncode == 1
    assert "La clé donnée n'est ni celle de l'instance" in stranger.stdout


def test_a_kept_checkpoint_is_looked_for_in_the_database(folder: Path, tmp_path: Path) -> None:
    data, _ = _write(folder, 5)
    kept = tmp_path / "kept.txt"
    kept.write_text(json.loads(data)["checkpoint"], encoding="utf-8")
    held = commons("verify", "--database", "--data-dir", folder, "--checkpoint", kept)
    assert (held.returncode, "point de contrôle gardé" in held.stdout) == (0, True)
    elsewhere = sign(Checkpoint(f"{SIGNER}/{UUID(int=6)}", 1, bytes(32)).body(), SIGNER, KEY)
    kept.write_text(elsewhere, encoding="utf-8")
    other = commons(
        "verify", "--database", "--data-dir", folder, "--checkpoint", kept, "--json"
    )
    assert other.returncode == 1
    names = {item["invariant"] for item in json.loads(other.stdout)["violations"]}
    assert "a-kept-checkpoint-begins-the-history" in names


def test_a_tampering_is_named_in_french_and_where_it_is(folder: Path) -> None:
    _write(folder, 6)

    async def forge() -> None:
        settings = Settings(folder, "http://127.0.0.1:8000", SIGNER)
        async with open_database(settings) as addresses:
            engine = create_async_engine(addresses.owner, poolclass=NullPool)
            async with engine.begin() as db:
                await db.execute(text(FORGERY))
            await engine.dispose()

    asyncio.run(forge())
    answer = commons("verify", "--database", "--data-dir", folder)
    assert answer.returncode == 1
    assert "Non : Un point de contrôle n'est signé par aucune clé" in answer.stdout
    assert f"commons_id {PLACE}, tree_size 1" in answer.stdout


@pytest.mark.parametrize("command", [["verify", "--database"], ["key", "rotate"], ["backup"]])
def test_a_folder_without_an_instance_is_refused_and_left_as_it_was(
    command: list[str], tmp_path: Path
) -> None:
    for place in (tmp_path, tmp_path / "typo"):
        result = commons(*command, "--data-dir", place)
        assert result.returncode == 2
        assert "ne contient pas d'instance" in result.stderr
        assert list(tmp_path.iterdir()) == []


def test_a_backup_that_cannot_be_written_is_refused_in_words(folder: Path) -> None:
    _write(folder, 7)
    for out in (folder / "nowhere" / "x.backup", Path("/proc/x.backup")):
        result = commons("backup", "--data-dir", folder, "--out", out)
        assert result.returncode == 2, result.stdout
        assert f"On ne peut pas écrire {out}" in result.stderr
        assert "Traceback" not in result.stderr


def test_witnesses_are_named_and_forgotten(folder: Path) -> None:
    shown = commons("witness", "show", "--data-dir", folder).stdout
    witness = shown.splitlines()[0].partition(" : ")[2]
    assert witness.startswith(f"{SIGNER}/witness+")
    url = "https://temoin.example/api/v1/witness"
    for command, there in (
        (["know", PINNED], PINNED),
        (["ask", url, witness], url),
    ):
        assert commons("witness", *command, "--data-dir", folder).returncode == 0
        assert there in commons("witness", "show", "--data-dir", folder).stdout
    assert commons("witness", "know", PINNED, "--forget", "--data-dir", folder).returncode == 0
    assert (
        commons("witness", "ask", url, witness, "--stop", "--data-dir", folder).returncode == 0
    )
    assert len(commons("witness", "show", "--data-dir", folder).stdout.splitlines()) == 1
    assert commons("witness", "know", witness, "--data-dir", folder).returncode == 2
    assert commons("witness", "ask", "ftp://x", witness, "--data-dir", folder).returncode == 2
