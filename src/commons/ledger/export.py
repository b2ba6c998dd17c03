"""The exported journal: one file, checked with no service and no network (LED-20)."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.ledger.canonical import Canonical, decode, encode
from commons.ledger.checkpoint import parse_checkpoint, sign
from commons.ledger.model import SealedEntry

FORM = "commons-journal/1"
SEAL_FORM = "commons-export/1"


@dataclass(frozen=True, slots=True)
class ExportedCommons:
    commons_id: UUID
    slug: str
    name: str


def seal_body(origin: str, unsealed: bytes) -> str:
    """What the seal signs: the file's hash, and which journal it is of."""
    digest = base64.b64encode(sha256(unsealed).digest()).decode()
    return f"{SEAL_FORM}\n{origin}\n{digest}\n"


def spell_export(
    commons: ExportedCommons,
    checkpoint_note: str,
    entries: Sequence[SealedEntry],
    people: Mapping[str, str],
    *,
    signer: str,
    key: Ed25519PrivateKey,
) -> bytes:
    """The bytes of the file. `entries` are all leaves of the checkpoint, in order.

    `people` gives names for the persons that `entries` name; others are left out.
    """
    named = {item.value for entry in entries for item in entry.personal.values()}
    content: dict[str, Canonical] = {
        "form": FORM,
        "commons": {
            "commons_id": str(commons.commons_id),
            "slug": commons.slug,
            "name": commons.name,
        },
        "checkpoint": checkpoint_note,
        "entries": [_spell_entry(entry) for entry in entries],
        "people": {person: name for person, name in people.items() if person in named},
    }
    origin = parse_checkpoint(checkpoint_note).origin
    seal = sign(seal_body(origin, encode(content)), signer, key)
    return encode({**content, "seal": seal})


def _spell_entry(entry: SealedEntry) -> Canonical:
    opened = {
        name: {"salt": item.salt.hex(), "value": item.value}
        for name, item in entry.personal.items()
    }
    return {"leaf": decode(entry.leaf), "open": opened}
