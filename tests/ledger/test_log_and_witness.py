"""A journal as a log: proofs and tiles over the API, and a witness that remembers.

LED-19, LED-23 to LED-27: what is served is what verifies, and a split view is caught.
"""

import asyncio
import base64
import threading
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tests.conftest import Database
from tests.doors import Door, open_door, registered
from tests.ledger.conftest import GARDEN, KEY, MORNING, ORIGIN, SIGNER, contribution

from commons.app import ask_witnesses, seal_waiting
from commons.kernel.errors import RuleBrokenError
from commons.ledger.api import cosigner_of
from commons.ledger.appending import append_all
from commons.ledger.asking import Answer, Asking, Contact, send
from commons.ledger.checkpoint import Checkpoint, VerifierKey, parse_checkpoint, sign
from commons.ledger.head_log import HeadStore
from commons.ledger.merkle import consistency_proof, leaf_hash, root
from commons.ledger.proof_store import ProofStore
from commons.ledger.proof_verification import verify_file
from commons.ledger.proofs import Consistency
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore
from commons.ledger.stored_tree import StoredTree
from commons.ledger.tiles import Tile
from commons.ledger.verdict import Means
from commons.ledger.witness import Cosigner, Refusal, Witness, WitnessError
from commons.registry.pages import signer_of

SIGNED_BY = Signer(SIGNER, KEY)
COSIGNER = Cosigner("witness.example/witness", KEY)


async def log(program_door: Door, slug: str, count: int, start: int = 0) -> list[UUID]:
    """Contributions of Alice, written over the API and sealed."""
    written = []
    async with program_door.program("Alice") as program:
        for number in range(start, start + count):
            entry_id = UUID(int=number + 1)
            body = {
                "entry_id": str(entry_id),
                "occurred_on": "2026-11-01",
                "quantity": "30",
                "description": f"Arrosage n° {number}",
            }
            answer = await program.post(f"/api/v1/commons/{slug}/contributions", json=body)
            assert answer.status_code == 201, answer.text
            written.append(entry_id)
    await seal_waiting(program_door.services)
    return written


@pytest.fixture
async def garden(door: Door) -> str:
    await door.steward("Alice")
    return await registered(door, "Alice")


async def test_an_entry_is_proved_by_one_file(door: Door, garden: str) -> None:
    entries = await log(door, garden, 5)
    key = signer_of(door.services).verifier
    async with door.client() as visitor:
        for entry_id in entries:
            path = f"/api/v1/commons/{garden}/entries/{entry_id}/proof"
            answer = await visitor.get(path)
            assert answer.status_code == 200, answer.text
            verdict = verify_file(answer.content, Means(key))
            assert (verdict.holds, verdict.what) == (True, "proof"), verdict.faults
            assert str(entry_id).encode() in verdict.leaf
            assert b'"head":' in answer.content
            spoiled = answer.content.replace(b'"quantity":"30"', b'"quantity":"31"')
            assert not verify_file(spoiled, Means(key)).holds


async def test_a_page_gives_the_same_proof(door: Door, garden: str) -> None:
    [entry_id] = await log(door, garden, 1)
    async with door.client() as visitor:
        answer = await visitor.get(f"/communs/{garden}/journal/{entry_id}/preuve.json")
    assert verify_file(answer.content, Means(signer_of(door.services).verifier)).holds
    assert "preuve-" in answer.headers["content-disposition"]


async def test_a_kept_checkpoint_is_proved_to_be_the_beginning(door: Door, garden: str) -> None:
    await log(door, garden, 3)
    means = Means(signer_of(door.services).verifier)
    async with door.client() as visitor:
        served = await visitor.get(f"/api/v1/commons/{garden}/checkpoint")
        assert served.headers["content-type"] == "text/plain; charset=utf-8"
        kept = served.text
        assert verify_file(kept.encode(), means).holds
        await log(door, garden, 4, 3)
        answer = await visitor.get(f"/api/v1/commons/{garden}/consistency?from=3&to=7")
        heads = (await visitor.get("/api/v1/heads/checkpoint")).text
        top = parse_checkpoint(heads).size
        of_heads = await visitor.get(f"/api/v1/heads/consistency?from=1&to={top}")
    verdict = verify_file(answer.content, Means(means.key, kept=kept))
    assert (verdict.holds, verdict.compared_with, verdict.entries) == (True, 3, 7)
    assert verify_file(heads.encode(), means).holds
    assert of_heads.text.startswith("old 1\n")


async def test_sizes_that_make_no_proof_are_refused(door: Door, garden: str) -> None:
    await log(door, garden, 2)
    async with door.client() as visitor:
        for query, status in {
            "from=3&to=2": 422,
            "from=1&to=99": 422,
            "from=0": 422,
            "to=2": 400,
            "from=x": 422,
            "from=1&to=1": 404,
        }.items():
            answer = await visitor.get(f"/api/v1/commons/{garden}/consistency?{query}")
            assert answer.status_code == status, (query, answer.text)


async def test_tiles_rebuild_the_root_that_was_signed(door: Door, garden: str) -> None:
    await log(door, garden, 5)
    prefix = f"/api/v1/commons/{garden}"
    async with door.client() as visitor:
        point = parse_checkpoint((await visitor.get(f"{prefix}/checkpoint")).text)
        tile = (await visitor.get(f"{prefix}/tile/0/000.p/{point.size}")).content
        entries = (await visitor.get(f"{prefix}/tile/entries/000.p/{point.size}")).content
        absent = [
            (await visitor.get(f"{prefix}/tile/{path}")).status_code
            for path in ("0/000", "0/000.p/6", "1/000.p/1", "0/001.p/1", "x", "0/000.p/0")
        ]
    hashes = [tile[place : place + 32] for place in range(0, len(tile), 32)]
    assert root(hashes) == point.root
    leaves = []
    while entries:
        size = int.from_bytes(entries[:2], "big")
        leaves.append(entries[2 : 2 + size])
        entries = entries[2 + size :]
    assert [leaf_hash(leaf) for leaf in leaves] == hashes
    assert set(absent) == {404}


async def test_a_closed_journal_shows_its_checkpoint_and_nothing_of_its_leaves(
    door: Door,
) -> None:
    await door.steward("Alice")
    slug = await registered(door, "Alice", readers="members")
    [entry_id] = await log(door, slug, 1)
    async with door.client() as visitor:
        assert (await visitor.get(f"/api/v1/commons/{slug}/checkpoint")).status_code == 200
        for path in ("tile/0/000.p/1", "tile/entries/000.p/1", f"entries/{entry_id}/proof"):
            assert (await visitor.get(f"/api/v1/commons/{slug}/{path}")).status_code == 401


async def test_proofs_from_stored_tiles_are_those_of_the_whole_tree(
    db: AsyncConnection,
) -> None:
    await JournalStore(db).open(GARDEN, ORIGIN, MORNING)
    sealer = Sealer(db, SIGNED_BY)
    hashes: list[bytes] = []
    for size in (3, 255, 256, 300, 700):
        drafts = [contribution(number + 1, 5) for number in range(len(hashes), size)]
        await append_all(db, GARDEN, drafts, MORNING)
        await sealer.seal(GARDEN, MORNING)
        rows = await db.execute(
            text(
                "SELECT leaf_hash FROM journal_leaf WHERE commons_id = :id ORDER BY leaf_index"
            ),
            {"id": GARDEN},
        )
        hashes = list(rows.scalars())
        assert len(hashes) == size
        tree = StoredTree(db, GARDEN)
        assert await tree.root(size) == root(hashes)
        for old in {1, 2, size // 2, size - 1, size}:
            assert await tree.consistency(old, size) == consistency_proof(hashes, old)
        for index in {0, size // 3, size - 1}:
            path = tuple(await tree.inclusion(index, size))
            note = sign(Checkpoint(ORIGIN, size, root(hashes)).body(), SIGNER, KEY)
            proof = (await ProofStore(db, SIGNED_BY).consistency(GARDEN, size, size)).note
            assert proof == note
            assert len(path) <= 10
    full = await StoredTree(db, GARDEN).tile(Tile(1, 0, 2))
    assert full == root(hashes[:256]) + root(hashes[256:512])


def submission(old: int, hashes: list[bytes], size: int) -> str:
    note = sign(Checkpoint(ORIGIN, size, root(hashes[:size])).body(), SIGNER, KEY)
    path = consistency_proof(hashes[:size], old) if old else []
    return str(Consistency(old, tuple(path), note))


async def refusal(witness: Witness, request: str) -> tuple[Refusal, int]:
    with pytest.raises(WitnessError) as caught:
        await witness.add_checkpoint(request, MORNING)
    return caught.value.refusal, caught.value.size


async def test_a_witness_signs_what_continues_and_nothing_else(db: AsyncConnection) -> None:
    witness = Witness(db, COSIGNER)
    hashes = [leaf_hash(bytes([n])) for n in range(9)]
    other = [leaf_hash(b"rewritten"), *hashes[1:]]
    assert await refusal(witness, "old") == (Refusal.MALFORMED, 0)
    assert await refusal(witness, submission(0, hashes, 4)) == (Refusal.UNKNOWN_LOG, 0)
    await witness.know(SIGNED_BY.verifier, MORNING)
    forged = submission(0, hashes, 4).replace("— commons.example ", "— commons.else ")
    assert await refusal(witness, forged) == (Refusal.NOT_SIGNED, 0)
    await witness.add_checkpoint(submission(0, hashes, 4), MORNING)
    await witness.add_checkpoint(submission(4, hashes, 4), MORNING)
    assert await refusal(witness, submission(0, hashes, 6)) == (Refusal.OTHER_SIZE, 4)
    assert await refusal(witness, submission(4, other, 6)) == (Refusal.NOT_CONSISTENT, 4)
    assert await refusal(witness, submission(4, other, 4)) == (Refusal.SPLIT_VIEW, 4)
    too_large = submission(4, hashes, 6).replace("old 4", "old 7")
    assert await refusal(witness, too_large) == (Refusal.OLD_TOO_LARGE, 4)
    line = await witness.add_checkpoint(submission(4, hashes, 9), MORNING)
    assert line.startswith("— witness.example/witness ")
    [(first, too)] = await witness.split_views()
    assert parse_checkpoint(first).size == parse_checkpoint(too).size == 4
    assert parse_checkpoint(first).root != parse_checkpoint(too).root


@contextmanager
def serving(door: Door) -> Iterator[str]:
    """The instance of `door` on the loopback, in a thread and event loop of its own."""
    config = uvicorn.Config(door.app, host="127.0.0.1", port=0, log_level="critical")
    service = uvicorn.Server(config)
    thread = threading.Thread(target=service.run, daemon=True)
    thread.start()
    while not service.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{service.servers[0].sockets[0].getsockname()[1]}"
    service.should_exit = True
    thread.join()


@pytest.fixture
async def neighbour(server: object, template: Database, tmp_path: Path) -> AsyncIterator[Door]:
    """Another instance, with a database and keys of its own."""
    from uuid import uuid4  # noqa: PLC0415

    from tests.api.conftest import _database  # noqa: PLC0415 -- only this test needs it

    name = f"test_{uuid4().hex}"
    await _database(server, name)  # type: ignore[arg-type]
    engine = create_async_engine(template.service.set(database=name), poolclass=NullPool)
    yield open_door(engine, tmp_path)
    await engine.dispose()


async def test_two_instances_catch_a_split_view(
    door: Door, neighbour: Door, garden: str
) -> None:
    """The neighbour witnesses the garden's instance, which then shows two faces."""
    ours, theirs = signer_of(door.services), cosigner_of(neighbour.services)
    async with neighbour.services.engine.begin() as db:
        await Witness(db, theirs).know(ours.verifier, door.watch())
    await log(door, garden, 3)
    with serving(neighbour) as address:
        contact = Contact(theirs.verifier, f"{address}/api/v1/witness")
        async with door.services.engine.begin() as db:
            await Asking(db, ours).add(contact, door.watch())
        assert await ask_witnesses(door.services) == []
        [entry_id] = await log(door, garden, 1, 3)
        assert await ask_witnesses(door.services) == []
        believed = Means(ours.verifier, witnesses=[theirs.verifier])
        async with door.client() as visitor:
            proof = await visitor.get(f"/api/v1/commons/{garden}/entries/{entry_id}/proof")
            journal = await visitor.get(f"/api/v1/commons/{garden}/journal")
        for answer in (proof, journal):
            verdict = verify_file(answer.content, believed)
            assert verdict.holds, verdict.faults
            assert [(item.name, item.size) for item in verdict.witnessed] == [(theirs.name, 4)]
        assert await _second_face(door, garden, contact) == 409
    async with neighbour.services.engine.connect() as db:
        [(first, other)] = await Witness(db, theirs).split_views()
    assert parse_checkpoint(first).origin == parse_checkpoint(other).origin
    assert parse_checkpoint(first).root != parse_checkpoint(other).root


async def _second_face(door: Door, slug: str, contact: Contact) -> int:
    """The keeper of the key signs another history of the same size and submits it."""
    from commons.ledger.asking import send  # noqa: PLC0415 -- as a program would

    ours = signer_of(door.services)
    async with door.client() as visitor:
        note = (await visitor.get(f"/api/v1/commons/{slug}/checkpoint")).text
    point = parse_checkpoint(note)
    rewritten = Checkpoint(point.origin, point.size, leaf_hash(b"another history"))
    forged = sign(rewritten.body(), ours.name, ours.key)
    answer = await send(
        f"{contact.url}/add-checkpoint", str(Consistency(point.size, (), forged))
    )
    return answer.status


async def test_a_witness_that_refuses_is_named_with_its_reason(door: Door, garden: str) -> None:
    await log(door, garden, 1)

    async def refuse(url: str, request: str) -> Answer:
        return Answer(403, f"not signed by a key I know: {url} {request[:5]}")

    contact = Contact(COSIGNER.verifier, "https://witness.example")
    async with door.services.engine.begin() as db:
        asking = Asking(db, signer_of(door.services))
        with pytest.raises(RuleBrokenError, match="403"):
            await asking.ask(contact, None, refuse, door.watch())
        assert await asking.proofs.moved_since(contact.key)


async def test_a_witness_that_moved_is_asked_at_its_new_address(db: AsyncConnection) -> None:
    asking = Asking(db, SIGNED_BY)
    for place in ("https://old.example", "https://new.example"):
        await asking.add(Contact(COSIGNER.verifier, place), MORNING)
    assert [item.url for item in await asking.contacts()] == ["https://new.example"]


async def test_a_port_that_does_not_speak_http_is_no_answer() -> None:
    async def greet(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail.example ready\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(OSError, match="220 mail"):
            await send(f"http://127.0.0.1:{port}", "hello")


async def test_several_sealers_of_heads_make_one_log(
    fresh_database: Database,
) -> None:
    engine: AsyncEngine = create_async_engine(fresh_database.service, pool_size=6)
    for number in range(4):
        commons_id = UUID(int=number + 1)
        async with engine.begin() as db:
            await JournalStore(db).open(commons_id, f"{SIGNER}/{commons_id}", MORNING)
            await append_all(db, commons_id, [contribution(number + 1, 5)], MORNING)

    async def seal(number: int) -> None:
        async with engine.begin() as db:
            await Sealer(db, SIGNED_BY).seal(UUID(int=number + 1), MORNING)
        async with engine.begin() as db:
            await HeadStore(db, SIGNED_BY).seal(MORNING)

    await asyncio.gather(*[seal(number) for number in range(4) for _ in range(3)])
    async with engine.begin() as db:
        store = HeadStore(db, SIGNED_BY)
        await store.seal(MORNING)
        latest = await store.latest()
        assert latest is not None
        assert latest.size == 4
        assert await StoredTree(db, None).root(4) == parse_checkpoint(latest.note).root
        for number in range(4):
            assert await store.head(UUID(int=number + 1), 1) is not None
    await engine.dispose()


def test_the_key_of_a_signer_is_not_that_of_a_witness() -> None:
    assert VerifierKey.parse(str(SIGNED_BY.verifier)) == SIGNED_BY.verifier
    with pytest.raises(ValueError, match="témoin"):
        VerifierKey.parse(str(COSIGNER.verifier))
    assert base64.b64decode(str(COSIGNER.verifier).split("+", 2)[2])[0] == 4
