"""Nothing can be changed unseen: bytes, entries, order, signatures (LED-5, LED-21, LED-22).

Each tampering starts from a file that holds, and is what a person with an editor, a forger with
a key of their own, or the keeper of the key would do.
"""

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from random import Random  # noqa: TID251 -- seeded: the campaign is the same every time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.conftest import (
    GARDEN,
    KEY,
    ORIGIN,
    OTHER_KEY,
    SIGNER,
    attestation,
    checkpoint_note,
    contribution,
    export,
    sealed,
)

from commons.ledger.canonical import encode
from commons.ledger.checkpoint import Checkpoint, sign, verifier_key
from commons.ledger.entry_text import ENTRY
from commons.ledger.export import SEAL_FORM, ExportedCommons, seal_body, spell_entry
from commons.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash, root
from commons.ledger.model import SealedEntry
from commons.ledger.proof_file import Proof, spell_proof
from commons.ledger.proof_verification import verify_file
from commons.ledger.proofs import Consistency, Inclusion
from commons.ledger.verdict import Means, UnreadableError
from commons.ledger.verification import verify_journal

PINNED = verifier_key(SIGNER, KEY)
DESCRIPTIONS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40
).filter(str.strip)


@cache
def entries() -> tuple[SealedEntry, ...]:
    drafts = [contribution(n, 5 * n, f"Arrosage, planche {n}, « l'été »") for n in range(1, 7)]
    return tuple(sealed([*drafts, attestation(7, 1), attestation(8, 2)]))


@cache
def journal() -> bytes:
    return export(list(entries()))


@cache
def proof() -> bytes:
    hashes = [leaf_hash(item.leaf) for item in entries()]
    inclusion = Inclusion(
        3, tuple(inclusion_proof(hashes, 3)), checkpoint_note(list(entries()))
    )
    commons = ExportedCommons(GARDEN, "jardins-de-la-poudrerie", "Jardins de la Poudrerie")
    return spell_proof(commons, entries()[3], Proof(inclusion), {}, signer=SIGNER, key=KEY)


@cache
def consistency() -> bytes:
    hashes = [leaf_hash(item.leaf) for item in entries()]
    note = checkpoint_note(list(entries()))
    return str(Consistency(5, tuple(consistency_proof(hashes, 5)), note)).encode()


def holds(data: bytes, means: Means) -> bool:
    try:
        return verify_file(data, means).holds
    except UnreadableError:
        return False


@pytest.mark.parametrize("whole", [journal(), proof()], ids=["journal", "proof"])
def test_the_file_itself_holds(whole: bytes) -> None:
    assert holds(whole, Means(PINNED))


@pytest.mark.parametrize("file", [journal, proof])
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_no_byte_can_be_replaced_removed_or_added(file: object, data: st.DataObject) -> None:
    whole: bytes = file()  # type: ignore[operator]
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.binary(min_size=1, max_size=1))
    for changed in (
        whole[:place] + byte + whole[place + 1 :],
        whole[:place] + whole[place + 1 :],
        whole[:place] + byte + whole[place:],
    ):
        assert changed == whole or not holds(changed, Means(PINNED))


@given(place=st.integers(min_value=0), byte=st.binary(min_size=1, max_size=1))
@settings(max_examples=300, deadline=None)
def test_without_a_key_no_byte_of_any_entry_can_be_replaced(place: int, byte: bytes) -> None:
    whole = journal()
    start, end = whole.index(b'"entries":['), whole.rindex(b'],"form":"commons-journal/1"')
    place = start + place % (end - start)
    changed = whole[:place] + byte + whole[place + 1 :]
    assert changed == whole or not holds(changed, Means())


def forged(rng: Random) -> list[SealedEntry]:
    """Another history of the same length: one entry says something else."""
    drafts = [contribution(n, 5 * n, f"Arrosage, planche {n}, « l'été »") for n in range(1, 7)]
    place = rng.randrange(6)
    change = rng.choice(["quantity", "description", "order"])
    if change == "quantity":
        drafts[place] = replace(drafts[place], quantity=Decimal(rng.randrange(1000, 9999)))
    elif change == "description":
        personal = {**drafts[place].personal, "description": f"Autre {rng.random()}"}
        drafts[place] = replace(drafts[place], personal=personal)
    else:
        other = (place + 1) % 6
        drafts[place], drafts[other] = drafts[other], drafts[place]
    return sealed([*drafts, attestation(7, 1), attestation(8, 2)])


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_recomputed_tree_signed_with_another_key_is_refused(seed: int) -> None:
    data = export(forged(seeded(seed)), OTHER_KEY)
    assert verify_journal(data).holds
    assert not verify_journal(data, PINNED).holds


@given(seed=st.integers(0, 2**32), size=st.integers(6, 8))
@settings(max_examples=60, deadline=None)
def test_a_recomputed_tree_signed_with_the_same_key_is_refused_against_a_kept_checkpoint(
    seed: int, size: int
) -> None:
    kept = checkpoint_note(list(entries())[:size])
    data = export(forged(seeded(seed)))
    assert verify_journal(data, PINNED).holds
    assert not verify_journal(data, PINNED, kept).holds


@given(description=DESCRIPTIONS)
@settings(max_examples=200, deadline=None)
def test_whatever_people_write_is_exported_and_verified(description: str) -> None:
    written = sealed([contribution(1, 30, description)])
    data = export(written)
    assert verify_journal(data, PINNED).holds
    assert ENTRY.fullmatch(encode(spell_entry(written[0])))


def test_without_a_key_the_answer_is_coherent_and_no_more() -> None:
    verdict = verify_journal(journal())
    assert (verdict.holds, verdict.signer) == (True, None)


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 -- what is drawn here is no secret


def _file(rng: Random) -> tuple[bytes, int]:
    file = rng.choice([journal(), proof()])
    return file, rng.randrange(len(file))


def _bit(rng: Random) -> tuple[bytes, Means]:
    file, place = _file(rng)
    byte = bytes([file[place] ^ 1 << rng.randrange(8)])
    return file[:place] + byte + file[place + 1 :], Means(PINNED)


def _hole(rng: Random) -> tuple[bytes, Means]:
    file, place = _file(rng)
    return file[:place] + file[place + rng.randrange(1, 50) :], Means(PINNED)


def _truncated(rng: Random) -> tuple[bytes, Means]:
    file, place = _file(rng)
    return file[:place], Means(PINNED)


def _repeated(rng: Random) -> tuple[bytes, Means]:
    file, place = _file(rng)
    other = rng.randrange(len(file))
    return file[:place] + file[other : other + 40] + file[place:], Means(PINNED)


def _other_signer(rng: Random) -> tuple[bytes, Means]:
    return export(forged(rng), OTHER_KEY), Means(PINNED)


def _same_signer(rng: Random) -> tuple[bytes, Means]:
    kept = checkpoint_note(list(entries()))
    return export(forged(rng)), Means(PINNED, kept=kept)


def _other_proof(rng: Random) -> tuple[bytes, Means]:
    return _rewritten(rng), _kept()


def _consistency_bit(rng: Random) -> tuple[bytes, Means]:
    data = bytearray(consistency())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data), _kept()


def _resealed(rng: Random) -> tuple[bytes, Means]:
    return _rearranged(rng), Means(PINNED)


def _kept() -> Means:
    return Means(PINNED, kept=checkpoint_note(list(entries())[:5]))


def _rearranged(rng: Random) -> bytes:
    """Entries taken out, doubled or exchanged, and the file sealed again with the key."""
    content = json.loads(journal())
    del content["seal"]
    listed = content["entries"]
    first, second = rng.sample(range(len(listed)), 2)
    change = rng.randrange(3)
    if change == 0:
        del listed[first]
    elif change == 1:
        listed.insert(first, listed[second])
    else:
        listed[first], listed[second] = listed[second], listed[first]
    seal = sign(seal_body(SEAL_FORM, ORIGIN, encode(content)), SIGNER, KEY)
    return encode({**content, "seal": seal})


def _rewritten(rng: Random) -> bytes:
    """A proof of consistency for a history that was rewritten, well signed."""
    hashes = [leaf_hash(item.leaf) for item in entries()]
    hashes[rng.randrange(5)] = leaf_hash(rng.randbytes(8))
    note = sign(Checkpoint(ORIGIN, len(hashes), root(hashes)).body(), SIGNER, KEY)
    return str(Consistency(5, tuple(consistency_proof(hashes, 5)), note)).encode()


TAMPERINGS = (
    _bit,
    _hole,
    _truncated,
    _repeated,
    _other_signer,
    _same_signer,
    _resealed,
    _other_proof,
    _consistency_bit,
)


def campaign(count: int) -> None:
    rng = seeded(20261124)
    known = {journal(), proof(), consistency()}
    for number in range(count):
        data, means = rng.choice(TAMPERINGS)(rng)
        while data in known:
            data, means = rng.choice(TAMPERINGS)(rng)
        assert not holds(data, means), (number, data)


def test_a_thousand_tamperings_are_all_detected() -> None:
    campaign(1_000)


@pytest.mark.slow
def test_ten_thousand_tamperings_are_all_detected() -> None:
    campaign(10_000)
