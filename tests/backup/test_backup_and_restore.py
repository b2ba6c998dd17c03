"""An instance taken whole while it serves, and put back where nothing was."""

import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from commons.backup.archive import Facts, open_archive, write_archive
from commons.backup.dump import back_up, restore
from commons.instance import Instance, open_instance
from commons.kernel.errors import InputError, RuleBrokenError
from commons.ledger.appending import append_all
from commons.ledger.checkpoint import parse_checkpoint
from commons.ledger.model import Draft, Kind
from commons.ledger.sealing import Sealer
from commons.ledger.store import JournalStore
from commons.settings import Settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSPHRASE = "quatre mots pris au hasard"  # noqa: S105 -- of this test alone
CAMILLE = UUID(int=3)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own account can traverse: pytest's own is closed to it."""
    with tempfile.TemporaryDirectory(prefix="commons-backup-test-") as name:
        made = Path(name)
        made.chmod(0o755)
        yield made


def hours(description: str) -> Draft:
    return Draft(
        entry_id=uuid4(),
        kind=Kind.CONTRIBUTION,
        occurred_from=date(2026, 11, 20),
        occurred_to=date(2026, 11, 20),
        quantity=Decimal(150),
        unit="minute",
        details={"nature": "work", "reward": "open"},
        personal={"contributor": str(CAMILLE), "description": description},
    )


async def garden(instance: Instance) -> UUID:
    """A journal with two sealed entries."""
    commons_id = uuid4()
    async with instance.transaction() as db:
        await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", NOW)
        await append_all(db, commons_id, [hours("semis"), hours("arrosage")], NOW)
        await Sealer(db, instance.signer).seal(commons_id, NOW)
    return commons_id


@pytest.fixture
async def saved(folder: Path) -> tuple[Path, str]:
    """A backup made while its instance serves, and its journal's latest checkpoint."""
    settings = Settings(folder / "first", database_url="")
    target = folder / "commons.backup"
    async with open_instance(settings) as instance:
        commons_id = await garden(instance)
        await back_up(settings, target, PASSPHRASE, NOW)
        async with instance.transaction() as db:
            await append_all(db, commons_id, [hours("après la sauvegarde")], NOW)
            later = await Sealer(db, instance.signer).seal(commons_id, NOW)
    assert later is not None
    return target, later


async def test_a_backup_is_put_back_whole_and_its_journals_hold(
    saved: tuple[Path, str], folder: Path
) -> None:
    target, _ = saved
    settings = Settings(folder / "second", database_url="")
    done = await restore(settings, target, PASSPHRASE, [])
    assert (done.journals, done.entries) == (1, 2)
    first, second = (folder / name / "keys" for name in ("first", "second"))
    for key in first.glob("*.key"):
        assert (second / key.name).read_bytes() == key.read_bytes()
        assert (second / key.name).stat().st_mode & 0o077 == 0
    async with open_instance(settings) as instance, instance.engine.connect() as db:
        known = await db.scalar(text("SELECT count(*) FROM journal_personal"))
    assert known == 4


async def test_a_restored_journal_without_a_kept_checkpoint_is_refused_and_leaves_nothing(
    saved: tuple[Path, str], folder: Path
) -> None:
    target, later = saved
    settings = Settings(folder / "second", database_url="")
    with pytest.raises(RuleBrokenError, match="3 écritures"):
        await restore(settings, target, PASSPHRASE, [parse_checkpoint(later)])
    assert not (folder / "second" / "postgres").exists()
    assert not (folder / "second" / "keys").exists()
    done = await restore(settings, target, PASSPHRASE, [])
    assert done.entries == 2


async def test_nothing_is_restored_over_an_instance(
    saved: tuple[Path, str], folder: Path
) -> None:
    settings = Settings(folder / "first", database_url="")
    with pytest.raises(InputError, match="déjà une instance"):
        await restore(settings, saved[0], PASSPHRASE, [])
    async with open_instance(settings) as instance, instance.engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM journal_entry")) == 3


class TestTheFile:
    @pytest.fixture
    def written(self, tmp_path: Path) -> Path:
        dump = tmp_path / "dump"
        dump.write_bytes(b"PGDMP" + bytes(range(256)) * 5)
        facts = Facts(NOW.isoformat(), "commons.example", "0.1.0", {})
        target = tmp_path / "x.backup"
        write_archive(target, facts, {"checkpoint-signing.key": bytes(32)}, dump, PASSPHRASE)
        return target

    def test_keys_are_closed_and_open_again(self, written: Path, tmp_path: Path) -> None:
        assert bytes(32).hex().encode() not in written.read_bytes()
        opened = open_archive(written, PASSPHRASE, tmp_path / "again")
        assert opened.keys == {"checkpoint-signing.key": bytes(32)}
        assert (tmp_path / "again").read_bytes() == (tmp_path / "dump").read_bytes()

    def test_nobody_else_reads_it(self, written: Path) -> None:
        assert written.stat().st_mode & 0o077 == 0

    def test_another_passphrase_opens_nothing(self, written: Path, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="phrase de passe"):
            open_archive(written, PASSPHRASE + "!", tmp_path / "again")

    def test_a_changed_byte_of_any_part_is_seen(self, written: Path, tmp_path: Path) -> None:
        with tarfile.open(written) as tar:
            places = [
                member.offset_data + step
                for member in tar.getmembers()
                for step in range(0, member.size, max(1, member.size // 5))
            ]
        whole = written.read_bytes()
        for number, place in enumerate(places):
            changed = bytearray(whole)
            changed[place] ^= 1
            written.write_bytes(changed)
            with pytest.raises(InputError):
                open_archive(written, PASSPHRASE, tmp_path / f"again-{number}")

    def test_a_truncated_or_foreign_file_is_refused(
        self, written: Path, tmp_path: Path
    ) -> None:
        whole = written.read_bytes()
        for number, data in enumerate((b"", b"hello", whole[: len(whole) // 2])):
            written.write_bytes(data)
            with pytest.raises(InputError, match="pas une sauvegarde"):
                open_archive(written, PASSPHRASE, tmp_path / f"again-{number}")

    def test_a_short_passphrase_is_refused(self, tmp_path: Path) -> None:
        dump = tmp_path / "dump"
        dump.write_bytes(b"x")
        facts = Facts(NOW.isoformat(), "commons.example", "0.1.0", {})
        with pytest.raises(InputError, match="12 caractères"):
            write_archive(tmp_path / "y", facts, {}, dump, "court")
        assert not (tmp_path / "y").exists()
