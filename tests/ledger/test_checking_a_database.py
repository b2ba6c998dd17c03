"""What is kept of journals cannot be changed unseen, but for what LED-40 says (LED-39).

As its superuser, without the foreign keys: values are changed one at a time, and as someone
would who knows how a journal is kept.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import UNTOUCHED, Database, _as_admin
from tests.ledger.conftest import GARDEN, KEY, ORIGIN, OTHER_KEY, SIGNER
from tests.ledger.kept_database import ORCHARD, READER, SEALED_ONE_BY_ONE, SIGNS, keep

from commons.db.embedded import OWNER, SUPERUSER, EmbeddedPostgres
from commons.db.metadata import metadata
from commons.ledger.checkpoint import Checkpoint, VerifierKey, sign, verifier_key
from commons.ledger.database_check import Reader, check_database
from commons.ledger.proof_store import ProofStore
from commons.ledger.proof_tables import head_checkpoints, head_nodes, heads, nodes
from commons.ledger.tables import (
    accounts,
    balances,
    checkpoints,
    entries,
    holders,
    journals,
    leaves,
    personal,
    postings,
    queue,
    rules,
    units,
)

TABLES = (
    accounts,
    balances,
    checkpoints,
    entries,
    head_checkpoints,
    head_nodes,
    heads,
    holders,
    journals,
    leaves,
    nodes,
    personal,
    postings,
    queue,
    rules,
    units,
)
DECLARED = "a unit is declared in no entry"
UNDETECTABLE = {
    ("journal", "opened_at"): "no entry and no signature says when a journal was opened",
    ("journal_checkpoint", "signed_at"): "a checkpoint has no date: only a witness gives one",
    ("head_checkpoint", "signed_at"): "as for the checkpoints of journals",
    ("journal_queue", "queued_at"): "in which order entries are sealed is promised to nobody",
    ("journal_unit", "label"): DECLARED,
    ("journal_unit", "scale"): f"{DECLARED}; one too small for its amounts is found",
}
"""Columns no promise binds, and why. The specification says the same to who reads it."""

PLACES = [
    (table.name, column.name)
    for table in TABLES
    for column in table.columns
    if (table.name, column.name) not in UNDETECTABLE
]


@pytest.fixture(scope="module")
async def kept(server: EmbeddedPostgres, template: Database) -> AsyncIterator[AsyncConnection]:
    """Filled once; each tampering is undone."""
    name = f"test_{uuid4().hex}"
    await _as_admin(server, f"CREATE DATABASE {name} TEMPLATE {UNTOUCHED} OWNER {OWNER}")
    address = template.owner.set(
        username=SUPERUSER, password=server.url(SUPERUSER).password, database=name
    )
    engine = create_async_engine(address, poolclass=NullPool)
    async with engine.connect() as db, db.begin() as transaction:
        await keep(db)
        await db.execute(text("SET LOCAL session_replication_role = replica"))
        yield db
        await transaction.rollback()
    await engine.dispose()
    await _as_admin(server, f"DROP DATABASE {name} WITH (FORCE)")


async def found_after(
    db: AsyncConnection, statements: Sequence[str], reader: Reader = READER
) -> set[str]:
    """The promises found broken after these statements, which are then undone."""
    savepoint = await db.begin_nested()
    try:
        for statement in statements:
            await db.execute(text(statement))
        return {item.invariant for item in await check_database(db, reader)}
    finally:
        await savepoint.rollback()


async def test_a_database_as_it_was_kept_contradicts_nothing(kept: AsyncConnection) -> None:
    assert await check_database(kept, READER) == []
    for table in TABLES:
        assert await kept.scalar(text(f"SELECT count(*) FROM {table.name}")), table.name  # noqa: S608


OTHER_QUANTITY = [
    """UPDATE journal_entry SET quantity = quantity + 60,
              leaf = replace(leaf, '"quantity":"150"', '"quantity":"210"')
        WHERE entry_id = '00000000-0000-0000-0000-000000000001' AND quantity = 150""",
    "UPDATE journal_entry SET leaf_hash = sha256('\\x00'::bytea || convert_to(leaf, 'UTF8'))",
    """UPDATE journal_leaf AS leaf SET leaf_hash = entry.leaf_hash
         FROM journal_entry AS entry
        WHERE (entry.commons_id, entry.entry_id) = (leaf.commons_id, leaf.entry_id)""",
]
SWAPPED = [
    f"UPDATE journal_leaf SET leaf_index = {after} WHERE leaf_index = {before}"  # noqa: S608
    f" AND commons_id = '{GARDEN}'"
    for before, after in ((3, 1000), (4, 3), (1000, 4))
]
FORGED = sign(Checkpoint(ORIGIN, 1, bytes(32)).body(), SIGNER, OTHER_KEY).rpartition("\n\n")[2]
TAMPERINGS = {
    "two entries change places": (SWAPPED, "a-root-is-that-of-the-leaves"),
    "another quantity, all hashes made again": (OTHER_QUANTITY, "a-root-is-that-of-the-leaves"),
    "other signatures": (
        [f"UPDATE journal_checkpoint SET note = regexp_replace(note, '— .*\\n', '{FORGED}')"],  # noqa: S608
        "a-checkpoint-is-signed-by-its-keeper",
    ),
    "no signatures": (
        ["UPDATE head_checkpoint SET note = regexp_replace(note, '— .*', '')"],
        "a-checkpoint-is-signed-by-its-keeper",
    ),
    "a signature more": (
        ["UPDATE journal_checkpoint SET note = note || regexp_replace(note, '.*\\n\\n', '')"],
        "a-checkpoint-is-signed-by-its-keeper",
    ),
    "another frontier": (
        ["UPDATE journal_checkpoint SET frontier = set_byte(frontier, 0, 7)"],
        "a-frontier-is-that-of-the-leaves",
    ),
    "another frontier of heads": (
        ["UPDATE head_checkpoint SET frontier = '' WHERE tree_size = 9"],
        "a-frontier-is-that-of-the-leaves",
    ),
    "no heads": (["DELETE FROM head"], "a-checkpoint-has-its-leaves"),
    "no checkpoints of heads": (["DELETE FROM head_checkpoint"], "a-leaf-is-signed"),
    "neither": (
        [
            "DELETE FROM head",
            "DELETE FROM head_checkpoint",
            "DELETE FROM head_node",
            f"UPDATE journal_checkpoint SET signed_at = now() WHERE commons_id = '{GARDEN}'",  # noqa: S608
        ],
        "a-head-soon-follows-its-journal",
    ),
    "another root of heads": (
        ["UPDATE head_checkpoint SET root = '\\x00' WHERE tree_size = 9"],
        "a-root-is-that-of-the-leaves",
    ),
    "the last entries but not what was signed of them": (
        [f"DELETE FROM journal_leaf WHERE leaf_index > 9 AND commons_id = '{GARDEN}'"],  # noqa: S608
        "a-checkpoint-has-its-leaves",
    ),
    "whose money it is": (
        [
            "DELETE FROM journal_holder WHERE ctid = (SELECT min(ctid) FROM journal_holder)",
            """UPDATE journal_holder SET account_id = (
                 SELECT account_id FROM journal_posting JOIN journal_account
                  USING (commons_id, account_id) WHERE kind = 'person'
                   AND account_id <> journal_holder.account_id LIMIT 1)""",
        ],
        "a-holder-is-who-was-committed-to",
    ),
    "a holder of what is no person's": (
        [
            """INSERT INTO journal_holder SELECT commons_id, account_id, gen_random_uuid()
                 FROM journal_account WHERE kind = 'commons'"""
        ],
        "a-holder-is-who-was-committed-to",
    ),
    "rules nobody adopted": (
        [
            f"""INSERT INTO journal_rules SELECT commons_id, entry_id, now(), 1, '{{}}', NULL,
                       false, 1000000 FROM journal_entry
                 WHERE kind = 'contribution' AND commons_id = '{GARDEN}' LIMIT 1"""  # noqa: S608
        ],
        "rules-are-those-of-their-entry",
    ),
    "rules taken away": (["DELETE FROM journal_rules"], "rules-are-those-of-their-entry"),
    "descriptions without an erasure": (
        ["DELETE FROM journal_personal WHERE field = 'description'"],
        "what-is-closed-was-erased",
    ),
    "an attestation of something else": (
        ["UPDATE journal_personal SET about = gen_random_uuid() WHERE about IS NOT NULL"],
        "an-attester-is-kept-under-the-attested",
    ),
    "a hash of the tiles": (
        ["UPDATE journal_node SET hash = set_byte(hash, 31, 1)"],
        "a-tile-is-that-of-the-leaves",
    ),
    "a hash of the tiles of heads": (
        ["UPDATE head_node SET hash = set_byte(hash, 31, 1)"],
        "a-tile-is-that-of-the-leaves",
    ),
    "one hash too many": (
        ["INSERT INTO head_node VALUES (2, 0, '\\x00')"],
        "a-tile-is-that-of-the-leaves",
    ),
    "no succession of keys": (
        ["DELETE FROM key_succession"],
        "a-checkpoint-is-signed-by-its-keeper",
    ),
    "another succession of keys": (
        ["UPDATE key_succession SET note = replace(note, 'commons-key/1', 'commons-key/2')"],
        "a-key-follows-another",
    ),
    "a succession out of place": (
        ["UPDATE key_succession SET position = 1"],
        "a-key-follows-another",
    ),
    "a countersignature": (
        ["UPDATE cosignature SET line = replace(line, 'temoin', 'autre')"],
        "a-cosignature-is-of-its-witness",
    ),
    "a countersignature of what is not kept": (
        ["DELETE FROM journal_checkpoint WHERE tree_size = 200"],
        "a-head-is-a-checkpoint",
    ),
    "a text that is no leaf any more": (
        ["UPDATE journal_entry SET leaf = 'non'"],
        "columns-say-what-the-leaf-says",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_what_a_forger_would_do_is_found_and_named(
    kept: AsyncConnection, name: str
) -> None:
    statements, promise = TAMPERINGS[name]
    assert promise in await found_after(kept, statements)


async def test_pages_of_any_size_give_the_same_answer(
    kept: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (1, 7, 256, SEALED_ONE_BY_ONE):
        monkeypatch.setattr("commons.ledger.tree_check.LEAVES_AT_ONCE", size)
        assert await check_database(kept, READER) == []
        for name in ("two entries change places", "no heads", "a hash of the tiles"):
            statements, promise = TAMPERINGS[name]
            assert promise in await found_after(kept, statements)


class TestWhatWhoeverChecksKnows:
    @pytest.mark.parametrize("key", [OTHER_KEY, KEY])
    async def test_any_key_of_the_chain_may_be_pinned(
        self, kept: AsyncConnection, key: Ed25519PrivateKey
    ) -> None:
        reader = Reader(SIGNS.verifier, verifier_key(SIGNER, key))
        assert await check_database(kept, reader) == []

    async def test_a_key_of_another_is_not_that_of_the_instance(
        self, kept: AsyncConnection
    ) -> None:
        stranger = VerifierKey(SIGNER, bytes(31) + b"\x01")
        names = await found_after(kept, [], Reader(SIGNS.verifier, stranger))
        assert names == {"the-key-is-of-the-instance", "a-checkpoint-is-signed-by-its-keeper"}

    async def test_an_instance_with_another_key_did_not_sign(
        self, kept: AsyncConnection
    ) -> None:
        names = await found_after(kept, [], Reader(VerifierKey(SIGNER, bytes(32))))
        assert names == {"a-key-follows-another", "a-checkpoint-is-signed-by-its-keeper"}

    @pytest.mark.parametrize("place", [GARDEN, ORCHARD, None])
    async def test_a_kept_checkpoint_shows_what_was_taken_away_whole(
        self, kept: AsyncConnection, place: UUID | None
    ) -> None:
        store = ProofStore(kept, SIGNS)
        note = await store.note(place, await store.latest_size(place))
        reader = Reader(SIGNS.verifier, kept=note)
        assert await found_after(kept, [], reader) == set()
        of_place = "" if place is None else f" WHERE commons_id = '{place}'"
        everything = [
            f"DELETE FROM {table.name}{of_place}"  # noqa: S608 -- constants
            for table in TABLES
            if place is None or "commons_id" in table.c
            if table.name.startswith("head") is (place is None)
        ]
        names = await found_after(kept, everything, reader)
        assert "a-kept-checkpoint-begins-the-history" in names

    async def test_a_checkpoint_nobody_signed_is_told_apart(
        self, kept: AsyncConnection
    ) -> None:
        note = await ProofStore(kept, SIGNS).note(ORCHARD, 9)
        body = note.partition("\n\n")[0] + "\n"
        stranger = sign(body, "ailleurs.example", OTHER_KEY)
        names = await found_after(kept, [], Reader(SIGNS.verifier, kept=stranger))
        assert names == {"a-kept-checkpoint-is-signed-by-its-keeper"}


SOME = st.integers(-4, 4).filter(bool)
LETTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
CLOSE: list[tuple[type, Callable[..., st.SearchStrategy[object]]]] = [
    (bool, lambda value: st.just(not value)),
    (int, lambda value: SOME.map(lambda n: value + n)),
    (Decimal, lambda value: SOME.map(lambda n: value + Decimal(n) / 100)),
    (datetime, lambda value: SOME.map(lambda n: value + timedelta(microseconds=n))),
    (date, lambda value: SOME.map(lambda n: value + timedelta(days=n))),
    (UUID, lambda _: st.uuids()),
    (list, lambda value: st.sampled_from([[*value, "member"], value[:-1], [None, *value]])),
    (str, lambda value: spliced(value, st.just("") | LETTERS)),
    (bytes, lambda value: spliced(value, st.binary(max_size=1))),
]
"""Other values of the same type, most of them close; of a subtype first."""
NEW: dict[type, st.SearchStrategy[object]] = {
    UUID: st.uuids(),
    str: st.text(LETTERS),
    int: st.integers(1, 100),
    Decimal: st.decimals(-100, 100, places=2),
}
"""What may stand where nothing stood."""


def spliced(value: str | bytes, put: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A character or byte replaced, put in or taken out."""
    place, gone = st.integers(0, len(value)), st.integers(0, 1)
    splice: Callable[..., object] = lambda n, m, new: value[:n] + new + value[n + m :]  # noqa: E731
    return st.builds(splice, place, gone, put)


def changed(value: object, like: type) -> st.SearchStrategy[object]:
    if value is None:
        return NEW[like]
    return next(close(value) for kind, close in CLOSE if isinstance(value, kind))


async def found_after_one(
    db: AsyncConnection, place: tuple[str, str], data: st.DataObject
) -> set[str] | None:
    """What is found after one value was replaced; nothing if the database refuses it."""
    name, column = place
    table = metadata.tables[name]
    rows = (await db.execute(text(f"SELECT ctid::text, {column} FROM {name}"))).all()  # noqa: S608
    ctid, value = data.draw(st.sampled_from(sorted(rows, key=lambda row: str(row[0]))))
    others = {repr(row[1]): row[1] for row in rows}
    new = data.draw(
        (
            changed(value, table.c[column].type.python_type)
            | st.sampled_from([*others.values()])
        ).filter(lambda item: item != value)
    )
    savepoint = await db.begin_nested()
    try:
        await db.exec_driver_sql(
            f"UPDATE {name} SET {column} = $1 WHERE ctid = '{ctid}'",  # noqa: S608
            (new,),
        )
        return {item.invariant for item in await check_database(db, READER)}
    except IntegrityError:
        return None
    finally:
        await savepoint.rollback()


async def _is_found_or_refused(
    kept: AsyncConnection, place: tuple[str, str], data: st.DataObject
) -> None:
    found = await found_after_one(kept, place, data)
    assert found is None or found


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), data=st.data())
async def test_whatever_value_is_changed_is_found(
    kept: AsyncConnection, place: tuple[str, str], data: st.DataObject
) -> None:
    await _is_found_or_refused(kept, place, data)


@pytest.mark.slow
@settings(max_examples=1500, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), data=st.data())
async def test_whatever_value_is_changed_is_found_in_a_long_campaign(
    kept: AsyncConnection, place: tuple[str, str], data: st.DataObject
) -> None:
    await _is_found_or_refused(kept, place, data)


@pytest.mark.parametrize("place", PLACES, ids=".".join)
@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_no_column_is_forgotten(
    kept: AsyncConnection, place: tuple[str, str], data: st.DataObject
) -> None:
    await _is_found_or_refused(kept, place, data)


@pytest.mark.parametrize("place", UNDETECTABLE, ids=".".join)
async def test_what_is_said_to_be_undetectable_is(
    kept: AsyncConnection, place: tuple[str, str]
) -> None:
    name, column = place
    more = {"label": "'x'", "scale": f"{column} + 1"}
    new = more.get(column, f"{column} + interval '1 second'")
    assert await found_after(kept, [f"UPDATE {name} SET {column} = {new}"]) == set()  # noqa: S608
