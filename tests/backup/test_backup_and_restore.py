"""An instance taken whole while it serves, and put back where nothing was."""

import shutil
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text

from commons.backup.archive import Facts, open_archive, write_archive
from commons.backup.dump import back_up, restore
from commons.erased import NAME as LIST
from commons.erased import erase_person, keep_list, read_list
from commons.identity.tables import persons
from commons.instance import Instance, open_instance
from commons.kernel.errors import InputError, RuleBrokenError
from commons.ledger.appending import append_all
from commons.ledger.checkpoint import parse_checkpoint
from commons.ledger.head_log import HeadStore
from commons.ledger.invariants import violations
from commons.ledger.model import Account, AccountKind, Draft, Kind
from commons.ledger.rules import transfer
from commons.ledger.sealing import Sealer
from commons.ledger.store import JournalStore
from commons.ledger.tables import personal
from commons.settings import Settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSPHRASE = "quatre mots pris au hasard"  # noqa: S105 -- of this test alone
CAMILLE, NOUR = UUID(int=3), UUID(int=4)
COMMONS, CAMILLES = Account(AccountKind.COMMONS), Account(AccountKind.PERSON, CAMILLE)


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


def moved(source: Account, target: Account, amount: str) -> Draft:
    return Draft(
        entry_id=uuid4(),
        kind=Kind.TRANSFER,
        occurred_from=date(2026, 11, 20),
        occurred_to=date(2026, 11, 20),
        details={"purpose": "funding"},
        postings=transfer(source, target, Decimal(amount)),
    )


def given(amount: str) -> Draft:
    return moved(Account(AccountKind.FUNDER, UUID(int=77)), COMMONS, amount)


def owed(amount: str) -> Draft:
    return moved(COMMONS, CAMILLES, amount)


def paid(amount: str) -> Draft:
    return moved(CAMILLES, Account(AccountKind.OUTSIDE), amount)


async def garden(instance: Instance) -> UUID:
    """A journal with two sealed entries."""
    commons_id = uuid4()
    async with instance.transaction() as db:
        await JournalStore(db).open(commons_id, f"commons.example/{commons_id}", NOW)
        await append_all(db, commons_id, [hours("semis"), hours("arrosage")], NOW)
        await Sealer(db, instance.signer).seal(commons_id, NOW)
        await HeadStore(db, instance.signer).seal(NOW)
    return commons_id


@dataclass(frozen=True)
class Kept:
    """Checkpoints someone kept: of the heads, of heads and of a journal after the backup."""

    heads: str
    later_heads: str
    new_journal: str


@pytest.fixture
async def saved_with_kept(folder: Path) -> tuple[Path, Kept]:
    target = folder / "commons.backup"
    async with open_instance(Settings(folder / "first", database_url="")) as instance:
        await garden(instance)
        await back_up(instance.settings, target, PASSPHRASE, NOW)
        async with instance.transaction() as db:
            first = await HeadStore(db, instance.signer).seal(NOW)
        commons_id = await garden(instance)
        async with instance.transaction() as db:
            later = await HeadStore(db, instance.signer).seal(NOW)
            new = await Sealer(db, instance.signer).seal(commons_id, NOW)
    assert first
    assert later
    assert new
    return target, Kept(first, later, new)


class TestWhatSomeoneKept:
    async def test_a_checkpoint_of_all_journals_is_looked_for_too(
        self, saved_with_kept: tuple[Path, Kept], folder: Path
    ) -> None:
        target, kept = saved_with_kept
        settings = Settings(folder / "second", database_url="")
        later = [parse_checkpoint(kept.later_heads)]
        with pytest.raises(RuleBrokenError, match="2 points de contrôle de journaux"):
            await restore(settings, target, PASSPHRASE, kept=later, now=NOW)
        point = parse_checkpoint(kept.heads)
        forged = replace(point, root=bytes(32))
        with pytest.raises(RuleBrokenError, match="l'histoire a été réécrite"):
            await restore(settings, target, PASSPHRASE, kept=[forged], now=NOW)
        done = await restore(settings, target, PASSPHRASE, kept=[point], now=NOW)
        assert done.compared == 1

    async def test_a_journal_the_backup_lacks_is_refused_like_one_too_short(
        self, saved_with_kept: tuple[Path, Kept], folder: Path
    ) -> None:
        target, kept = saved_with_kept
        settings = Settings(folder / "second", database_url="")
        new = [parse_checkpoint(kept.new_journal)]
        with pytest.raises(RuleBrokenError, match="n'a pas le journal commons"):
            await restore(settings, target, PASSPHRASE, kept=new, now=NOW)
        assert not (folder / "second" / "postgres").exists()


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
    done = await restore(settings, target, PASSPHRASE, now=NOW)
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
        await restore(settings, target, PASSPHRASE, kept=[parse_checkpoint(later)], now=NOW)
    assert not (folder / "second" / "postgres").exists()
    assert not (folder / "second" / "keys").exists()
    done = await restore(settings, target, PASSPHRASE, now=NOW)
    assert done.entries == 2


async def test_nothing_is_restored_over_an_instance(
    saved: tuple[Path, str], folder: Path
) -> None:
    settings = Settings(folder / "first", database_url="")
    with pytest.raises(InputError, match="déjà une instance"):
        await restore(settings, saved[0], PASSPHRASE, now=NOW)
    async with open_instance(settings) as instance, instance.engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM journal_entry")) == 3


async def known_as(instance: Instance, person_id: UUID, name: str) -> None:
    async with instance.transaction() as db:
        row = {"person_id": person_id, "name": name, "created_at": NOW}
        await db.execute(insert(persons).values(row))


async def told_of_camille(settings: Settings) -> tuple[str, set[str], set[str]]:
    """Her name, what journals keep open of her, and the names of those who were not erased."""
    async with open_instance(settings) as instance, instance.engine.connect() as db:
        name = await db.scalar(select(persons.c.name).where(persons.c.person_id == CAMILLE))
        values = set(await db.scalars(select(personal.c.value)))
        people = set(await db.scalars(select(persons.c.name)))
        assert (await violations(db)) == []
    return name or "", values, people - {""}


@pytest.fixture
async def saved_before_an_erasure(folder: Path) -> tuple[Path, Path]:
    """A backup in which Camille still is, and the list kept since she was erased."""
    settings = Settings(folder / "first", database_url="")
    target = folder / "commons.backup"
    async with open_instance(settings) as instance:
        await known_as(instance, CAMILLE, "Camille Roux")
        await known_as(instance, NOUR, "Nour Benali")
        commons_id = await garden(instance)
        async with instance.transaction() as db:
            await append_all(db, commons_id, [given("500"), owed("20")], NOW)
        await back_up(settings, target, PASSPHRASE, NOW)
        async with instance.transaction() as db:
            await append_all(db, commons_id, [paid("20")], NOW)
            await erase_person(db, CAMILLE, NOW)
        async with instance.engine.connect() as db:
            listed = await keep_list(db, instance.keyring.email, settings.data_dir)
    return target, listed


class TestWhoWasErasedSince:
    async def test_the_list_names_nobody(
        self, saved_before_an_erasure: tuple[Path, Path]
    ) -> None:
        _, listed = saved_before_an_erasure
        form, *marks = listed.read_text().splitlines()
        assert form == "commons-erased/1"
        assert len(marks) == 1
        assert str(CAMILLE) not in marks[0]
        assert CAMILLE.hex not in marks[0]
        assert listed.stat().st_mode & 0o077 == 0

    async def test_is_erased_again_before_the_instance_serves(
        self, saved_before_an_erasure: tuple[Path, Path], folder: Path
    ) -> None:
        target, listed = saved_before_an_erasure
        settings = Settings(folder / "second", database_url="")
        erased = read_list(listed)
        done = await restore(settings, target, PASSPHRASE, erased=erased, now=NOW)
        assert (done.erased.people, done.erased.due) == (1, Decimal(20))
        name, values, people = await told_of_camille(settings)
        assert (name, people) == ("", {"Nour Benali"})
        assert values.isdisjoint({str(CAMILLE), "semis", "arrosage"})
        assert read_list(settings.data_dir / LIST) == erased

    async def test_a_list_left_in_the_folder_is_read_without_being_given(
        self, saved_before_an_erasure: tuple[Path, Path]
    ) -> None:
        """The database was lost, not the folder: what it held beside is still there."""
        target, listed = saved_before_an_erasure
        for lost in ("postgres", "keys"):
            shutil.rmtree(listed.parent / lost)
        settings = Settings(listed.parent, database_url="")
        done = await restore(settings, target, PASSPHRASE, now=NOW)
        assert done.erased.people == 1
        assert (await told_of_camille(settings))[0] == ""

    async def test_without_the_list_the_backup_is_put_back_as_it_was(
        self, saved_before_an_erasure: tuple[Path, Path], folder: Path
    ) -> None:
        settings = Settings(folder / "second", database_url="")
        done = await restore(settings, saved_before_an_erasure[0], PASSPHRASE, now=NOW)
        assert done.erased.people == 0
        assert (await told_of_camille(settings))[0] == "Camille Roux"

    async def test_the_same_person_is_listed_once(
        self, saved_before_an_erasure: tuple[Path, Path]
    ) -> None:
        _, listed = saved_before_an_erasure
        before = listed.read_bytes()
        async with open_instance(Settings(listed.parent, database_url="")):
            pass
        assert listed.read_bytes() == before

    async def test_a_torn_line_is_written_again_and_breaks_no_other(
        self, saved_before_an_erasure: tuple[Path, Path]
    ) -> None:
        """A power cut, or a full disk, in the middle of a mark."""
        _, listed = saved_before_an_erasure
        whole = listed.read_bytes()
        listed.write_bytes(whole[:-30])
        assert read_list(listed) == frozenset()
        async with open_instance(Settings(listed.parent, database_url="")):
            pass
        assert listed.read_bytes() == whole

    async def test_a_restoration_cut_short_serves_nobody(
        self,
        saved_before_an_erasure: tuple[Path, Path],
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The database is back, those who were erased are not erased yet, the power goes."""
        target, listed = saved_before_an_erasure
        settings = Settings(folder / "second", database_url="")

        class PowerCut(BaseException):
            pass

        async def cut(*_: object) -> None:
            raise PowerCut

        @asynccontextmanager
        async def nothing_is_cleaned(_: Settings) -> AsyncIterator[None]:
            yield

        with monkeypatch.context() as patched:
            patched.setattr("commons.backup.dump.erase_again", cut)
            patched.setattr("commons.backup.dump._from_nothing", nothing_is_cleaned)
            with pytest.raises(PowerCut):
                await restore(settings, target, PASSPHRASE, erased=read_list(listed), now=NOW)
        with pytest.raises(RuleBrokenError, match="restauration a été interrompue"):
            async with open_instance(settings):
                pass
        for left in ("postgres", "keys"):
            shutil.rmtree(settings.data_dir / left)
        await restore(settings, target, PASSPHRASE, erased=read_list(listed), now=NOW)
        assert (await told_of_camille(settings))[0] == ""

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"", "pas une liste"),
            (b"commons-backup/1\n", "pas une liste"),
            (b"\xff", "pas une liste"),
            (b"commons-erased/1\n" + b"a" * 64 + b"\nzz\n", "ligne 3"),
            (b"commons-erased/1\n" + b"A" * 64 + b"\n", "ligne 2"),
        ],
    )
    def test_what_is_no_list_is_refused(
        self, content: bytes, fault: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "x.list"
        file.write_bytes(content)
        with pytest.raises(InputError, match=fault):
            read_list(file)


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
