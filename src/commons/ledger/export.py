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


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a checkpoint besides its signature.

    `chain` are the successions of keys since the first; `witnessed` is the latest checkpoint
    that a witness countersigned, with its signature lines.
    """

    chain: Sequence[str] = ()
    witnessed: str | None = None

    def members(self) -> dict[str, Canonical]:
        found: dict[str, Canonical] = {"keys": list(self.chain)} if self.chain else {}
        return found if self.witnessed is None else {**found, "witnessed": self.witnessed}


def seal_body(form: str, origin: str, unsealed: bytes) -> str:
    """What the seal signs: the form, which journal it is of, and the file's hash."""
    digest = base64.b64encode(sha256(unsealed).digest()).decode()
    return f"{form}\n{origin}\n{digest}\n"


def spell_export(
    commons: ExportedCommons,
    checkpoint_note: str,
    entries: Sequence[SealedEntry],
    people: Mapping[str, str],
    *,
    signer: str,
    key: Ed25519PrivateKey,
    backing: Backing | None = None,
) -> bytes:
    """The bytes of the file. `entries` are all leaves of the checkpoint, in order.

    `people` gives names for the persons that `entries` name; others are left out.
    """
    content: dict[str, Canonical] = {
        "form": FORM,
        "commons": spell_commons(commons),
        "checkpoint": checkpoint_note,
        "entries": [spell_entry(entry) for entry in entries],
        "people": named_in(entries, people),
        **(backing or Backing()).members(),
    }
    origin = parse_checkpoint(checkpoint_note).origin
    seal = sign(seal_body(SEAL_FORM, origin, encode(content)), signer, key)
    return encode({**content, "seal": seal})


def spell_commons(commons: ExportedCommons) -> dict[str, str]:
    return {
        "commons_id": str(commons.commons_id),
        "slug": commons.slug,
        "name": commons.name,
    }


def named_in(entries: Sequence[SealedEntry], people: Mapping[str, str]) -> dict[str, str]:
    """Those of `people` whom what is open in `entries` names."""
    named = {item.value for entry in entries for item in entry.personal.values()}
    return {person: name for person, name in people.items() if person in named}


def spell_entry(entry: SealedEntry) -> Canonical:
    opened = {
        name: {"salt": item.salt.hex(), "value": item.value}
        for name, item in entry.personal.items()
    }
    return {"leaf": decode(entry.leaf), "open": opened}
