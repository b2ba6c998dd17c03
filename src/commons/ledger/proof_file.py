"""The proof of one entry: one file, checked with no service and no network (LED-25)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.ledger.canonical import Canonical, encode
from commons.ledger.checkpoint import sign
from commons.ledger.export import (
    ExportedCommons,
    named_in,
    seal_body,
    spell_commons,
    spell_entry,
)
from commons.ledger.model import SealedEntry
from commons.ledger.proofs import Inclusion

FORM = "commons-proof/1"
SEAL_FORM = "commons-proof-file/1"


@dataclass(frozen=True, slots=True)
class Proof:
    """Why an entry stands in its journal, and if known that journal among all heads.

    `inclusion` leads from the leaf to the journal's checkpoint; `head` from the body of that
    checkpoint to the checkpoint of all heads.
    """

    inclusion: Inclusion
    head: Inclusion | None = None
    chain: Sequence[str] = ()


def spell_proof(
    commons: ExportedCommons,
    entry: SealedEntry,
    proof: Proof,
    people: Mapping[str, str],
    *,
    signer: str,
    key: Ed25519PrivateKey,
) -> bytes:
    """The bytes of the file. `people` gives names for the persons that the entry names."""
    content: dict[str, Canonical] = {
        "form": FORM,
        "commons": spell_commons(commons),
        "entry": spell_entry(entry),
        "people": {key: name for key, name in people.items() if key in named_in(entry)},
        "proof": str(proof.inclusion),
    }
    if proof.head is not None:
        content["head"] = str(proof.head)
    if proof.chain:
        content["keys"] = list(proof.chain)
    origin = proof.inclusion.checkpoint.origin
    seal = sign(seal_body(SEAL_FORM, origin, encode(content)), signer, key)
    return encode({**content, "seal": seal})
