"""The secrets of an instance: made once, kept in `<data>/keys/`, readable by nobody else."""

import os
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.kernel.errors import InputError
from commons.kernel.text import t

KEY_BYTES = 32
SIGNING, NEXT = "checkpoint-signing.key", "checkpoint-signing.next.key"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Four keys, each for one use.

    `signing` signs checkpoints (Ed25519 seed). `email` keys the HMAC by which an address
    is matched without being written. `token` signs API tokens and form secrets. `witness`
    countersigns the checkpoints of other instances (Ed25519 seed), and nothing else.
    """

    signing: bytes
    email: bytes
    token: bytes
    witness: bytes

    @classmethod
    def open(cls, folder: Path) -> "Keyring":
        """Read the keys of `folder`, making those that are missing.

        Two processes that start together agree: the first file linked into place wins.
        Raises `InputError` if a key file has not exactly 32 bytes.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(
            signing=_read_or_make(folder / SIGNING),
            email=_read_or_make(folder / "email-matching.key"),
            token=_read_or_make(folder / "token-signing.key"),
            witness=_read_or_make(folder / "witness-signing.key"),
        )

    def signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.signing)

    def witness_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.witness)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A signing key that replaces another: ready on disk, used once `finish` is called.

    Between the two the caller records the succession, so that a crash at any moment leaves
    either the old key in use, or the new one and its succession.
    """

    folder: Path
    old: Ed25519PrivateKey
    new: Ed25519PrivateKey

    @classmethod
    def prepare(cls, folder: Path) -> "Renewal":
        old = _read_or_make(folder / SIGNING)
        new = _read_or_make(folder / NEXT)
        make = Ed25519PrivateKey.from_private_bytes
        return cls(folder, make(old), make(new))

    def finish(self) -> None:
        """Put the new key in the place of the old one, which is kept under its own name."""
        public = self.old.public_key().public_bytes_raw().hex()[:16]
        kept = self.folder / f"checkpoint-signing.{public}.retired"
        if not kept.exists():
            os.link(self.folder / SIGNING, kept)
        (self.folder / NEXT).replace(self.folder / SIGNING)


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, token_bytes(KEY_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise InputError(
            t(
                "La clé {name} fait {size} octets, pas 32 : restaurez-la d'une sauvegarde.",
                name=path.name,
                size=len(key),
            )
        )
    return key
