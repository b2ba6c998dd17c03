"""Signed checkpoints: C2SP `tlog-checkpoint` bodies in C2SP `signed-note` envelopes.

A checkpoint says « the journal of this origin has `size` entries and this root ». A key is
named by a verifier key, `name+hash+base64`, as `signed-note` writes it; its hash is the first
four bytes of SHA-256(name, newline, algorithm, public key). Algorithm 0x01 is Ed25519 as
signers use it, 0x04 Ed25519 with the time, as witnesses do.
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

from commons.kernel.text import Text, t

SIGNATURE, COSIGNATURE = b"\x01", b"\x04"
LINES_MAX = 64
_NAME = re.compile(r"[^\s+]{1,200}\Z")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,17})\Z")
_DASH = "— "


class NoteError(ValueError):
    """The note or key is malformed; `text` says how, without a full stop."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key, the name it signs under, and whether it is a signer's or a witness's."""

    name: str
    public: bytes
    algorithm: bytes = SIGNATURE

    @property
    def key_hash(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.algorithm + self.public).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(self.algorithm + self.public).decode()
        return f"{self.name}+{self.key_hash.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str, algorithm: bytes = SIGNATURE) -> "VerifierKey":
        """Read `name+hash+base64`. Raises `NoteError` if any part is not as it must be."""
        name, _, rest = text.strip().partition("+")
        key_hash, _, encoded = rest.partition("+")
        raw = strict_base64(encoded)
        if not _NAME.match(name) or raw[:1] not in {SIGNATURE, COSIGNATURE} or len(raw) != 33:
            raise NoteError(t("une clé publique s'écrit « nom+empreinte+clé », en Ed25519"))
        key = cls(name, raw[1:], raw[:1])
        if key.key_hash.hex() != key_hash:
            raise NoteError(t("cette clé ne s'accorde pas avec sa propre empreinte"))
        if key.algorithm != algorithm:
            if algorithm == COSIGNATURE:
                raise NoteError(t("c'est la clé d'une instance, pas celle d'un témoin"))
            raise NoteError(t("c'est la clé d'un témoin, pas celle d'une instance"))
        return key


def verifier_key(
    name: str, key: Ed25519PrivateKey, algorithm: bytes = SIGNATURE
) -> VerifierKey:
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return VerifierKey(name, public, algorithm)


def sign(body: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note of `body` (which ends in a newline), signed under `name`."""
    if not _NAME.match(name) or not body.endswith("\n"):
        raise NoteError(t("une note signée a un nom sans espace et finit par une fin de ligne"))
    line = signature_line(verifier_key(name, key), key.sign(body.encode()))
    return f"{body}\n{line}"


def signature_line(key: VerifierKey, signature: bytes) -> str:
    encoded = base64.b64encode(key.key_hash + signature).decode()
    return f"{_DASH}{key.name} {encoded}\n"


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The body, and (key name, key hash and signature) per signature line."""
    body, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise NoteError(t("il manque la ligne de signature"))
    if any(char < " " and char != "\n" for char in note):
        raise NoteError(t("un caractère invisible s'y trouve"))
    found = lines[:-1].split("\n")
    if len(found) > LINES_MAX:
        raise NoteError(t("plus de {limit} signatures", limit=LINES_MAX))
    signatures = []
    for line in found:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not _NAME.match(name):
            raise NoteError(t("une ligne de signature s'écrit « — nom base64 »"))
        signatures.append((name, strict_base64(encoded)))
    return body + "\n", signatures


def signatures_by(note: str, key: VerifierKey) -> list[bytes]:
    """What stands under the note in the name and with the hash of `key`, not yet checked."""
    _, signatures = split_note(note)
    return [raw[4:] for name, raw in signatures if (name, raw[:4]) == (key.name, key.key_hash)]


def is_signed_by(note: str, key: VerifierKey) -> bool:
    """Whether a signature by `key` stands under the note and is valid."""
    body, _ = split_note(note)
    mine = signatures_by(note, key)
    try:
        for signature in mine:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body.encode())
    except InvalidSignature:
        return False
    return bool(mine) and key.algorithm == SIGNATURE


def parse_checkpoint(note: str) -> Checkpoint:
    """Read the body of a checkpoint note; signatures are not judged here."""
    lines = split_note(note)[0].split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or not _SIZE.match(lines[1]):
        raise NoteError(t("un point de contrôle a une origine, une taille et une racine"))
    root = strict_base64(lines[2])
    if len(root) != 32:
        raise NoteError(t("la racine d'un point de contrôle a 32 octets"))
    return Checkpoint(lines[0], int(lines[1]), root)


def strict_base64(text: str) -> bytes:
    """Decode standard base64 in its one canonical spelling, padding included."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(t("ce n'est pas du base64")) from error
    if base64.b64encode(raw).decode() != text:
        raise NoteError(t("ce base64 n'est pas dans son écriture canonique"))
    return raw
