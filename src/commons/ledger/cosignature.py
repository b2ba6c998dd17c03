"""What a witness signs: C2SP `tlog-cosignature`, Ed25519 with the time (type 0x04).

« At this time, the largest consistent tree I have seen of this log has this root. »
"""

from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from commons.kernel.text import t
from commons.ledger.checkpoint import (
    COSIGNATURE,
    NoteError,
    VerifierKey,
    signature_line,
    signatures_by,
    split_note,
    verifier_key,
)

_SECONDS_MAX = 2**63 - 1


def _message(body: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def cosign(body: str, name: str, key: Ed25519PrivateKey, now: datetime) -> str:
    """The signature line of a witness under the body of a checkpoint."""
    seconds = int(now.timestamp())
    signature = key.sign(_message(body, seconds))
    witness = verifier_key(name, key, COSIGNATURE)
    return signature_line(witness, seconds.to_bytes(8, "big") + signature)


def cosigned_at(note: str, witness: VerifierKey) -> datetime | None:
    """When `witness` countersigned the note; nothing if it did not, or not validly.

    Raises `NoteError` if the note is malformed or the key is not that of a witness.
    """
    if witness.algorithm != COSIGNATURE:
        raise NoteError(t("c'est la clé d'une instance, pas celle d'un témoin"))
    body, _ = split_note(note)
    times = []
    for raw in signatures_by(note, witness):
        seconds = int.from_bytes(raw[:8], "big")
        if len(raw) != 72 or seconds > _SECONDS_MAX:
            return None
        try:
            public = Ed25519PublicKey.from_public_bytes(witness.public)
            public.verify(raw[8:], _message(body, seconds))
            times.append(datetime.fromtimestamp(seconds, UTC))
        except (InvalidSignature, ValueError, OverflowError, OSError):
            return None
    return max(times, default=None)


def cosignature_line(answer: str, note: str, witness: VerifierKey) -> str:
    """The line, among those a witness answered, that is its valid signature of `note`.

    Raises `NoteError` if there is none.
    """
    for line in answer.splitlines(keepends=True):
        try:
            if cosigned_at(note + line, witness) is not None:
                return line
        except NoteError:
            continue
    raise NoteError(t("le témoin n'a pas contresigné ce point de contrôle"))
