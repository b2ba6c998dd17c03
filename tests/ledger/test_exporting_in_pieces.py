"""A journal is taken a few entries at a time, and is the same file."""

import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.ledger.conftest import (
    CAMILLE,
    GARDEN,
    KEY,
    MORNING,
    NOUR,
    ORIGIN,
    PLACE,
    SIGNER,
    checkpoint_note,
    contribution,
    sealed,
)

from commons.ledger.appending import append_all
from commons.ledger.checkpoint import verifier_key
from commons.ledger.export import Backing, Spelling, spell_export
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore
from commons.ledger.verification import verify_journal
from commons.registry.exporting import AT_ONCE, Export

PINNED = verifier_key(SIGNER, KEY)
LEAVES = sealed([contribution(number, 15 * number) for number in range(1, 12)])
NOTE = checkpoint_note(LEAVES)
NAMES = {str(CAMILLE): "Camille Roux", str(NOUR): "Nour Benali", str(UUID(int=99)): "Absente"}


@given(cuts=st.lists(st.integers(0, len(LEAVES))), witnessed=st.booleans())
def test_however_it_is_cut_the_file_is_one(cuts: list[int], *, witnessed: bool) -> None:
    backing = Backing((), NOTE if witnessed else None)
    whole = spell_export(PLACE, NOTE, LEAVES, NAMES, signer=SIGNER, key=KEY, backing=backing)
    spelling = Spelling(PLACE, NOTE, signer=SIGNER, key=KEY, backing=backing)
    edges = [0, *sorted(cuts), len(LEAVES)]
    pieces = [spelling.head()]
    pieces += [spelling.more(LEAVES[start:end]) for start, end in pairwise(edges)]
    assert b"".join((*pieces, spelling.tail(NAMES))) == whole
    assert witnessed or verify_journal(whole, PINNED).holds
    assert b"Absente" not in whole


class TestFromTheDatabase:
    COUNT = AT_ONCE + 500

    @pytest.fixture
    async def garden(self, db: AsyncConnection) -> tuple[UUID, str]:
        commons_id = GARDEN
        await JournalStore(db).open(commons_id, ORIGIN, MORNING)
        for start in range(1, self.COUNT + 1, 500):
            drafts = [contribution(number, 30) for number in range(start, start + 500)]
            await append_all(db, commons_id, drafts, MORNING)
        note = await Sealer(db, Signer(SIGNER, KEY)).seal(commons_id, MORNING)
        assert note is not None
        return commons_id, note

    async def test_every_entry_is_there_once(
        self, db: AsyncConnection, garden: tuple[UUID, str]
    ) -> None:
        data = b"".join(
            [piece async for piece in self.export(garden).pieces(lambda: nullcontext(db))]
        )
        verdict = verify_journal(data, PINNED)
        assert (verdict.faults, verdict.entries) == ((), self.COUNT)

    async def test_no_connection_is_held_while_a_piece_is_sent(
        self, db: AsyncConnection, garden: tuple[UUID, str]
    ) -> None:
        taken = 0

        @asynccontextmanager
        async def connect() -> AsyncIterator[AsyncConnection]:
            nonlocal taken
            taken += 1
            yield db
            taken -= 1

        async for _ in self.export(garden).pieces(connect):
            assert taken == 0

    async def test_a_piece_is_all_that_is_held(
        self, db: AsyncConnection, garden: tuple[UUID, str]
    ) -> None:
        tracemalloc.start()
        try:
            longest = max(
                [len(p) async for p in self.export(garden).pieces(lambda: nullcontext(db))]
            )
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 12 * longest

    def export(self, garden: tuple[UUID, str]) -> Export:
        commons_id, note = garden
        spelling = Spelling(PLACE, note, signer=SIGNER, key=KEY)
        return Export(spelling, commons_id, self.COUNT, is_open=True, email_key=b"e" * 32)
