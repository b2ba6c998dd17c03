"""After a change of keys, what was sealed before verifies under the published key (LED-41).

The journal is quiet: nothing is written after the change. What is handed out verifies with the
key that is published, what was downloaded before with the old key, or with the succession.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from tests.doors import Door, registered
from tests.ledger.conftest import ORIGIN, SIGNER, checkpoint_note, contribution, sealed
from tests.ledger.test_log_and_witness import COSIGNER, log
from tests.ledger.test_vectors import second_verdict

from commons.app import create_app, seal_waiting
from commons.ledger.checkpoint import (
    VerifierKey,
    is_signed_by,
    parse_checkpoint,
    sign,
    split_note,
    verifier_key,
)
from commons.ledger.cosignature import cosign
from commons.ledger.proof_store import ProofStore
from commons.ledger.proof_verification import verify_file
from commons.ledger.succession import hand_over, signed_again, split_chain
from commons.ledger.verdict import Means, Verdict
from commons.registry.pages import signer_of

FILES = ("journal", "proof", "checkpoint", "heads", "consistency", "heads-consistency")


def key_of(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number + 1]) * 32)


async def announced(door: Door, seed: bytes) -> None:
    """Record that the key of this seed follows: as `commons key rotate` does first."""
    signer = signer_of(door.services)
    note = hand_over(signer.name, signer.key, Ed25519PrivateKey.from_private_bytes(seed))
    async with door.services.engine.begin() as db:
        await ProofStore(db, signer).succeed(note, door.watch())


def restarted(door: Door, seed: bytes) -> Door:
    """The service on the same database, started with the key of this seed."""
    keyring = replace(door.services.keyring, signing=seed)
    services = replace(door.services, keyring=keyring)
    return Door(services, door.watch, create_app(services), door.people)


async def rotated(door: Door, seed: bytes) -> Door:
    await announced(door, seed)
    return restarted(door, seed)


async def published(door: Door) -> VerifierKey:
    async with door.client() as visitor:
        answer = await visitor.get("/api/v1/key")
    return VerifierKey.parse(answer.json()["verifier_key"])


async def succession(door: Door) -> str:
    async with door.client() as visitor:
        return (await visitor.get("/api/v1/keys/succession")).text


async def handed_out(door: Door, slug: str, entry_id: UUID) -> dict[str, str]:
    """All that people and programs may take along, by what it is."""
    prefix = f"/api/v1/commons/{slug}"
    paths = (
        f"{prefix}/journal",
        f"{prefix}/entries/{entry_id}/proof",
        f"{prefix}/checkpoint",
        "/api/v1/heads/checkpoint",
        f"{prefix}/consistency?from=1",
        "/api/v1/heads/consistency?from=1",
    )
    found = {}
    async with door.client() as visitor:
        for name, path in zip(FILES, paths, strict=True):
            answer = await visitor.get(path)
            assert answer.status_code == 200, (path, answer.text)
            found[name] = answer.text
    return found


def judged(file: str, key: VerifierKey, kept: str | None = None, chain: str = "") -> Verdict:
    """The verdict on the file; the second verifier must come to the same."""
    brought = split_chain(chain) if chain else ()
    verdict = verify_file(file.encode(), Means(key, brought, kept))
    if file.startswith(("{", "old ")):
        # The second one knows no succession: who uses it names every key that is trusted.
        named = [line for line in chain.splitlines() if line.startswith(f"{key.name}+")]
        case = {"file": file, "trusted": [str(key), *named], "kept": kept or ""}
        assert second_verdict(case) is verdict.holds, verdict.faults
    return verdict


@pytest.fixture
async def garden(door: Door) -> str:
    """A journal sealed at one entry, then at three; and another one, for the log of heads."""
    await door.steward("Alice")
    slug = await registered(door, "Alice")
    await log(door, slug, 1)
    await log(door, slug, 2, 1)
    return slug


async def test_a_quiet_journal_verifies_under_each_published_key(
    door: Door, garden: str
) -> None:
    first = await published(door)
    before = await handed_out(door, garden, UUID(int=1))
    kept = {}
    async with door.services.engine.connect() as db:
        proofs = ProofStore(db, signer_of(door.services))
        kept["heads-consistency"] = await proofs.note(None, 1)
        async with door.client() as visitor:
            answer = await visitor.get(f"/api/v1/commons/{garden}")
        kept["consistency"] = await proofs.note(UUID(answer.json()["commons_id"]), 1)
    for seed in (b"1" * 32, b"2" * 32):
        door = await rotated(door, seed)
        key, chain = await published(door), await succession(door)
        assert key != first
        for name, file in (await handed_out(door, garden, UUID(int=1))).items():
            now = judged(file, key, kept.get(name), chain)
            assert now.holds, (name, [str(fault) for fault in now.faults])
            assert (now.signer, now.signed_with) == (key.name, key.key_hash.hex())
            alone = judged(file, key)
            assert alone.holds is (name not in kept), (name, alone.faults)
            # Who pinned the first key follows the chain to the present one.
            assert judged(file, first, kept.get(name), chain).holds, name
        for name, file in before.items():
            assert judged(file, first, kept.get(name)).holds, name
            late = judged(file, key, kept.get(name), chain)
            assert late.holds, (name, [str(fault) for fault in late.faults])
            assert late.signed_with == first.key_hash.hex()
            refused = judged(file, key, kept.get(name))
            assert not refused.holds
            assert f"{key.name} ({key.key_hash.hex()})" in str(refused.faults[0])
            assert f"({first.key_hash.hex()})" in str(refused.faults[0])


async def test_what_a_witness_signed_before_stays_under_the_new_key(
    door: Door, garden: str
) -> None:
    origins = {}
    async with door.services.engine.begin() as db:
        proofs = ProofStore(db, signer_of(door.services))
        async with door.client() as visitor:
            told = (await visitor.get(f"/api/v1/commons/{garden}")).json()
        for commons_id in (UUID(told["commons_id"]), None):
            note = await proofs.note(commons_id, 1)
            origin = origins[commons_id] = parse_checkpoint(note).origin
            line = cosign(split_note(note)[0], COSIGNER.name, COSIGNER.key, door.watch())
            await proofs.keep_cosignature(origin, 1, COSIGNER.verifier, line, door.watch())
    for seed in (b"1" * 32, b"2" * 32):
        door = await rotated(door, seed)
        key = await published(door)
        files = await handed_out(door, garden, UUID(int=1))
        for name in ("journal", "proof"):
            means = Means(key, witnesses=[COSIGNER.verifier])
            verdict = verify_file(files[name].encode(), means)
            assert verdict.holds, (name, [str(fault) for fault in verdict.faults])
            assert [item.name for item in verdict.witnessed] == [COSIGNER.name]


async def test_processes_with_either_key_hand_out_what_theirs_verifies(
    door: Door, garden: str
) -> None:
    """One was restarted after the change, the other not yet; each seals in turn."""
    old, new = door, await rotated(door, b"1" * 32)
    for number, sealing in enumerate((new, old, new)):
        await log(sealing, garden, 1, 3 + number)
        assert await seal_waiting(sealing.services) == 0
        for handing in (old, new):
            key = await published(handing)
            files = await handed_out(handing, garden, UUID(int=1))
            for name in ("journal", "proof", "checkpoint", "heads"):
                verdict = judged(files[name], key)
                assert verdict.holds, (name, number, [str(it) for it in verdict.faults])


async def test_a_change_cut_short_leaves_the_old_key_in_use(door: Door, garden: str) -> None:
    """The succession is recorded, the key not yet in its place: the old one serves on."""
    await announced(door, b"1" * 32)
    key = await published(door)
    for name, file in (await handed_out(door, garden, UUID(int=1))).items():
        if "consistency" not in name:
            assert judged(file, key).holds, name
    later = restarted(door, b"1" * 32)
    files = await handed_out(later, garden, UUID(int=1))
    assert judged(files["journal"], await published(later)).holds


@pytest.mark.usefixtures("garden")
async def test_what_no_key_signed_is_not_signed_now(door: Door) -> None:
    """Whoever wrote a checkpoint into the database gets no signature for it."""
    async with door.services.engine.connect() as db:
        signed = await ProofStore(db, signer_of(door.services)).note(None, 1)
        door = await rotated(door, b"1" * 32)
        proofs = ProofStore(db, signer_of(door.services))
        stranger = sign(split_note(signed)[0], proofs.signer.name, key_of(9))
        for forged in (stranger, signed.replace("\n1\n", "\n2\n")):
            assert await proofs.under_the_present_key(forged) == forged
        assert is_signed_by(await proofs.note(None, 1), proofs.signer.verifier)


def chain_of(count: int) -> Sequence[str]:
    return [hand_over(SIGNER, key_of(n), key_of(n + 1)) for n in range(count)]


@given(count=st.integers(0, 4), by=st.integers(0, 6), present=st.integers(0, 6))
def test_a_note_is_signed_again_if_and_only_if_the_chain_leads_to_its_key(
    count: int, by: int, present: int
) -> None:
    """Keys 0 to `count` follow one another; the others are strangers."""
    note = checkpoint_note(sealed([contribution(1, 30)]), key_of(by))
    key = verifier_key(SIGNER, key_of(present))
    again = signed_again(note, SIGNER, key_of(present), chain_of(count))
    is_known = by == present or (by <= count and present <= count and count > 0)
    assert is_signed_by(again, key) is is_known
    assert is_signed_by(again, verifier_key(SIGNER, key_of(by)))
    assert again.startswith(note)
    assert split_note(again)[0] == split_note(note)[0]
    assert signed_again(again, SIGNER, key_of(present), chain_of(count)) == again
    assert parse_checkpoint(again).origin == ORIGIN


async def test_the_page_checks_what_was_downloaded_before(door: Door, garden: str) -> None:
    """`/verifier` proposes the present key and the succession, and says which key it needs."""
    first = await published(door)
    before = (await handed_out(door, garden, UUID(int=1)))["proof"]
    door = await rotated(door, b"1" * 32)
    key, chain = await published(door), await succession(door)
    browser = await door.browser("Alice")
    page = (await browser.get("/verifier")).text
    for shown in (str(key), *chain.strip().splitlines()):
        assert shown in page.replace("&#43;", "+"), shown
    file = {"file": ("preuve.json", before)}
    asked = {"key": str(key), "chain": chain.replace("\n", "\r\n")}
    answer = await browser.post("/verifier", asked, files=file)
    assert "Oui\u00a0: cette écriture est à son journal" in answer.text
    assert f"(clé {first.key_hash.hex()})" in answer.text
    answer = await browser.post("/verifier", {"key": str(key)}, files=file)
    assert "Non\u00a0: ce fichier ne tient pas" in answer.text
    for named in (key, first):
        assert f"({named.key_hash.hex()})" in answer.text
    answer = await browser.post("/verifier", {"key": str(key), "chain": "rien"}, files=file)
    assert "Ces clés ne se lisent pas" in answer.text
