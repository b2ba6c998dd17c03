"""An exported journal is accepted as it is, and refused after any change."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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

from commons.ledger.canonical import encode
from commons.ledger.checkpoint import VerifierKey, verifier_key
from commons.ledger.model import SealedEntry
from commons.ledger.verdict import UnreadableError
from commons.ledger.verification import text_fault, verify_journal

PINNED = verifier_key(SIGNER, KEY)
WHOLE = export(sealed([contribution(1, 150), contribution(2, 45), attestation(3, 1)]))


def test_a_journal_as_exported_holds(garden_export: bytes) -> None:
    verdict = verify_journal(garden_export, PINNED)
    assert (verdict.holds, verdict.entries, verdict.signer) == (True, 3, SIGNER)


def test_without_a_key_it_is_coherent_and_the_signer_unknown(garden_export: bytes) -> None:
    verdict = verify_journal(garden_export)
    assert verdict.holds
    assert verdict.signer is None


@given(place=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
@settings(max_examples=600)
def test_no_byte_can_be_changed(place: int, bit: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= 1 << bit
    try:
        assert not verify_journal(bytes(changed), PINNED).holds
    except UnreadableError:
        assert b'"form":"commons-journal/1"' not in changed


@pytest.mark.slow
def test_no_byte_at_all_can_be_replaced_by_any_other() -> None:
    start, end = WHOLE.index(b'"entries"'), WHOLE.index(b'"form":"commons-journal/1"')
    for place in range(start, end):
        for byte in {0x20, 0x22, 0x30, 0x31, 0x41, 0x61, 0x7D, WHOLE[place] ^ 0x20}:
            if byte != WHOLE[place]:
                changed = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
                assert not verify_journal(changed).holds, (place, byte)


def test_a_removed_entry_is_missed(garden_entries: list[SealedEntry]) -> None:
    content = json.loads(export(garden_entries))
    del content["entries"][1]
    assert not verify_journal(encode(content), PINNED).holds


def test_a_forger_with_another_key_is_refused_by_the_pinned_key() -> None:
    forged = export(sealed([contribution(1, 999), contribution(2, 45)]), OTHER_KEY)
    assert verify_journal(forged).holds
    assert not verify_journal(forged, PINNED).holds


def test_the_keeper_of_the_key_cannot_rewrite_what_someone_remembers(
    garden_entries: list[SealedEntry],
) -> None:
    kept = checkpoint_note(garden_entries)
    forged = export(sealed([contribution(1, 999), contribution(2, 45), attestation(3, 1)]))
    assert verify_journal(forged, PINNED).holds
    verdict = verify_journal(forged, PINNED, kept)
    assert "réécrite" in str(verdict.faults[0])


def test_a_journal_that_has_grown_agrees_with_an_earlier_checkpoint() -> None:
    drafts = [contribution(number, number * 5) for number in range(1, 9)]
    for size in range(1, 9):
        kept = checkpoint_note(sealed(drafts[:size]))
        assert verify_journal(export(sealed(drafts)), PINNED, kept).holds


def test_a_shorter_journal_than_the_kept_checkpoint_is_refused() -> None:
    drafts = [contribution(number, 30) for number in range(1, 4)]
    kept = checkpoint_note(sealed(drafts))
    assert not verify_journal(export(sealed(drafts[:2])), PINNED, kept).holds


def test_an_erased_value_leaves_the_journal_provable(
    garden_entries: list[SealedEntry],
) -> None:
    erased = [SealedEntry(entry.leaf, {}) for entry in garden_entries]
    content = export(erased)
    assert verify_journal(content, PINNED).holds
    assert b"Camille" not in content
    assert b"Taille des pommiers" not in content


def test_someone_attesting_their_own_work_is_found_even_when_well_signed() -> None:
    own = attestation(3, 1)
    forged = sealed(
        [
            contribution(1, 60),
            type(own)(
                entry_id=own.entry_id,
                kind=own.kind,
                occurred_from=own.occurred_from,
                occurred_to=own.occurred_to,
                about=own.about,
                personal={"attester": contribution(1, 60).personal["contributor"]},
            ),
        ]
    )
    assert not verify_journal(export(forged), PINNED).holds


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"{}", b"[]", b'{"form":"other"}', b"\xff"])
def test_another_file_is_called_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        verify_journal(data)


@given(
    st.lists(
        st.sampled_from(
            ["{", "}", "e", "n", "\\n", "\\\\", "\u0301", "é", "œ", "🌱", "\u0323"]
        ),
        max_size=20,
    ),
    st.integers(1, 6),
)
def test_text_is_judged_in_pieces_as_it_is_whole(parts: list[str], piece_bytes: int) -> None:
    data = "".join(parts).encode()
    whole, in_pieces = text_fault(data), text_fault(data, piece_bytes)
    assert (whole is None) == (in_pieces is None)


def test_a_file_that_is_no_text_says_where() -> None:
    broken = WHOLE.replace(b"Camille", b"Camill\xff")
    verdict = verify_journal(broken)
    assert f"position {broken.index(bytes([0xFF]))}" in str(verdict.faults[0])


def test_a_key_is_read_only_in_its_exact_spelling() -> None:
    assert VerifierKey.parse(str(PINNED)) == PINNED
    with pytest.raises(ValueError, match="empreinte"):
        VerifierKey.parse(str(PINNED).replace("+", "+0", 1))
