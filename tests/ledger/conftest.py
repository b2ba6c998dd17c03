"""A small journal of a garden, written without a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.ledger.checkpoint import Checkpoint, sign
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.leaf import commitments_of, personal_fields, spell_leaf
from commons.ledger.merkle import leaf_hash, root
from commons.ledger.model import Account, Draft, Kind, Salted, SealedEntry
from commons.ledger.rules import transfer

GARDEN = UUID("6a0f1d4e-0000-4000-8000-000000000001")
CAMILLE = UUID("6a0f1d4e-0000-4000-8000-0000000000c1")
NOUR = UUID("6a0f1d4e-0000-4000-8000-0000000000c2")
ORIGIN = f"commons.example/{GARDEN}"
PLACE = ExportedCommons(GARDEN, "jardins-de-la-poudrerie", "Jardins de la Poudrerie")
SIGNER = "commons.example"
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
MORNING = datetime(2026, 11, 23, 8, 6, 34, 123456, tzinfo=UTC)


def contribution(number: int, minutes: int, description: str = "Taille des pommiers") -> Draft:
    return Draft(
        entry_id=UUID(int=number),
        kind=Kind.CONTRIBUTION,
        occurred_from=date(2026, 11, 20),
        occurred_to=date(2026, 11, 20),
        quantity=Decimal(minutes),
        unit="minute",
        details={"nature": "work", "reward": "open"},
        personal={"contributor": str(CAMILLE), "description": description},
    )


def attestation(number: int, about: int) -> Draft:
    return Draft(
        entry_id=UUID(int=number),
        kind=Kind.ATTESTATION,
        occurred_from=date(2026, 11, 21),
        occurred_to=date(2026, 11, 21),
        about=UUID(int=about),
        personal={"attester": str(NOUR)},
    )


def money(number: int, source: Account, target: Account, euros: str) -> Draft:
    return Draft(
        entry_id=UUID(int=number),
        kind=Kind.TRANSFER,
        occurred_from=date(2026, 11, 20),
        occurred_to=date(2026, 11, 20),
        details={"purpose": "funding"},
        postings=transfer(source, target, Decimal(euros)),
    )


def sealed(drafts: list[Draft]) -> list[SealedEntry]:
    """The drafts as leaves, with salts that are the same in every run."""
    result = []
    for place, draft in enumerate(drafts):
        salted = {
            name: Salted(bytes([place + 1, index]) * 16, value)
            for index, (name, value) in enumerate(sorted(personal_fields(draft).items()))
        }
        moment = MORNING + timedelta(seconds=place)
        leaf = spell_leaf(GARDEN, draft, moment, commitments_of(salted))
        result.append(SealedEntry(leaf, salted))
    return result


def checkpoint_note(entries: list[SealedEntry], key: Ed25519PrivateKey = KEY) -> str:
    hashes = [leaf_hash(entry.leaf) for entry in entries]
    return sign(Checkpoint(ORIGIN, len(hashes), root(hashes)).body(), SIGNER, key)


def export(entries: list[SealedEntry], key: Ed25519PrivateKey = KEY) -> bytes:
    return spell_export(
        PLACE,
        checkpoint_note(entries, key),
        entries,
        {str(CAMILLE): "Camille Roux", str(NOUR): "Nour Benali"},
        signer=SIGNER,
        key=key,
    )


@pytest.fixture
def garden_entries() -> list[SealedEntry]:
    return sealed(
        [contribution(1, 150), contribution(2, 45, "Réunion d'équipe"), attestation(3, 1)]
    )


@pytest.fixture
def garden_export(garden_entries: list[SealedEntry]) -> bytes:
    return export(garden_entries)
