"""Signed checkpoints: C2SP `tlog-checkpoint` bodies in C2SP `signed-note` envelopes.

A checkpoint says « the journal of this origin has `size` entries and this root ». A key is
named by a verifier key, `name+hash+base64`, as `signed-note` writes it (algorithm 0x01,
Ed25519); its hash is the first four bytes of SHA-256(name, newline, algorithm, public key).
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]{1,200}\Z")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,17})\Z")
_SIGNATURE = "— "


class NoteError(ValueError):
    """The note or key is malformed; the message says how."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name it signs under."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.key_hash.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read `name+hash+base64`. Raises `NoteError` if any part is not as it must be."""
        name, _, rest = text.strip().partition("+")
        key_hash, _, encoded = rest.partition("+")
        raw = strict_base64(encoded)
        if not _NAME.match(name) or raw[:1] != _ED25519 or len(raw) != 33:
            raise NoteError("the verifier key is not a name and an Ed25519 key")
        key = cls(name, raw[1:])
        if key.key_hash.hex() != key_hash:
            raise NoteError("the verifier key does not match its own hash: a typing error?")
        return key


def verifier_key(name: str, key: Ed25519PrivateKey) -> VerifierKey:
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return VerifierKey(name, public)


def sign(body: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note of `body` (which ends in a newline), signed under `name`."""
    if not _NAME.match(name) or not body.endswith("\n"):
        raise NoteError("a note needs a plain name and a body that ends in a newline")
    signature = verifier_key(name, key).key_hash + key.sign(body.encode())
    return f"{body}\n{_SIGNATURE}{name} {base64.b64encode(signature).decode()}\n"


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The body, and (key name, key hash and signature) per signature line."""
    body, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise NoteError("the note has no signature lines")
    signatures = []
    for line in lines[:-1].split("\n"):
        name, _, encoded = line.removeprefix(_SIGNATURE).partition(" ")
        if not line.startswith(_SIGNATURE) or not _NAME.match(name):
            raise NoteError("a signature line is not « — name base64 »")
        signatures.append((name, strict_base64(encoded)))
    return body + "\n", signatures


def is_signed_by(note: str, key: VerifierKey) -> bool:
    """Whether a signature by `key` stands under the note and is valid."""
    body, signatures = split_note(note)
    mine = [raw[4:] for name, raw in signatures if name == key.name and raw[:4] == key.key_hash]
    try:
        for signature in mine:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body.encode())
    except InvalidSignature:
        return False
    return bool(mine)


def parse_checkpoint(note: str) -> Checkpoint:
    """Read the body of a checkpoint note; signatures are not judged here."""
    lines = split_note(note)[0].split("\n")
    if len(lines) < 4 or not lines[0] or not _SIZE.match(lines[1]):
        raise NoteError("a checkpoint has an origin, a size and a root")
    root = strict_base64(lines[2])
    if len(root) != 32:
        raise NoteError("the root of a checkpoint has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def strict_base64(text: str) -> bytes:
    """Decode standard base64 in its one canonical spelling, padding included."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise NoteError("base64 in another than its canonical spelling")
    return raw
