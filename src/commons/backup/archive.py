"""The backup file: what is in it, how its keys are closed, how a change to it is seen.

An uncompressed tar: `manifest.json` (canonical JSON), `manifest.mac`, `database.dump`
(pg_dump's own format) and `keys.closed`. One passphrase gives two keys (scrypt, RFC 7914):
one closes the keys (ChaCha20-Poly1305, RFC 8439), the other authenticates the manifest, which
holds the SHA-256 of the rest (HMAC-SHA-256).
"""

import hmac
import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.canonical import Canonical, NotCanonicalError, decode, encode

FORM = "commons-backup/1"
MEMBERS = ("manifest.json", "manifest.mac", "database.dump", "keys.closed")
SMALL_BYTES_MAX = 10_000_000
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
PASSPHRASE_CHARACTERS_MIN = 12
SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES = 2**15, 8, 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the manifest says. `heads` are the latest checkpoint notes, by journal."""

    made_at: str
    instance: str
    version: str
    heads: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Opened:
    facts: Facts
    keys: Mapping[str, bytes]


def check_passphrase(passphrase: str) -> str:
    if len(passphrase) < PASSPHRASE_CHARACTERS_MIN:
        raise InputError(
            t(
                "La phrase de passe fait au moins {count} caractères : elle protège les clés.",
                count=PASSPHRASE_CHARACTERS_MIN,
            )
        )
    return passphrase


def _derived(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    kdf = Scrypt(salt, 2 * KEY_BYTES, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=SCRYPT_LANES)
    both = kdf.derive(passphrase.encode())
    return both[:KEY_BYTES], both[KEY_BYTES:]


def write_archive(
    target: Path, facts: Facts, keys: Mapping[str, bytes], dump: Path, passphrase: str
) -> None:
    """Write the backup beside its place and move it there whole; mode 0600."""
    salt, nonce = token_bytes(SALT_BYTES), token_bytes(NONCE_BYTES)
    closing, signing = _derived(check_passphrase(passphrase), salt)
    spelled = json.dumps({name: key.hex() for name, key in keys.items()}).encode()
    closed = nonce + ChaCha20Poly1305(closing).encrypt(nonce, spelled, FORM.encode())
    with dump.open("rb") as taken:
        digest = file_digest(taken, "sha256").hexdigest()
    manifest = encode(
        {
            "form": FORM,
            "made_at": facts.made_at,
            "instance": facts.instance,
            "version": facts.version,
            "heads": dict(facts.heads),
            "salt": salt.hex(),
            "database_sha256": digest,
            "keys_sha256": sha256(closed).hexdigest(),
        }
    )
    mac = hmac.digest(signing, manifest, "sha256")
    draft = target.with_name(f".{target.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for name, data in (("manifest.json", manifest), ("manifest.mac", mac)):
            _add(tar, name, data)
        tar.add(dump, "database.dump", filter=_anonymous)
        _add(tar, "keys.closed", closed)
        file.flush()
        os.fsync(handle)
    draft.replace(target)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(data))


def open_archive(source: Path, passphrase: str, dump: Path) -> Opened:
    """Check a backup whole, then put its database in the new file `dump`.

    Raises `InputError` for what is no backup, a wrong passphrase, or any changed byte.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            if tuple(tar.getnames()) != MEMBERS:
                raise _unreadable(source)
            manifest, mac, closed = (
                _small(tar, name) for name in ("manifest.json", "manifest.mac", "keys.closed")
            )
            stated = _manifest(manifest)
            closing, signing = _derived(passphrase, bytes.fromhex(str(stated["salt"])))
            if not hmac.compare_digest(hmac.digest(signing, manifest, "sha256"), mac):
                raise InputError(
                    t("La phrase de passe n'est pas la bonne, ou le fichier a été changé.")
                )
            if sha256(closed).hexdigest() != stated["keys_sha256"]:
                raise _changed()
            _extract(tar, dump, str(stated["database_sha256"]))
    except (tarfile.TarError, OSError, KeyError, ValueError) as error:
        raise _unreadable(source) from error
    try:
        nonce, rest = closed[:NONCE_BYTES], closed[NONCE_BYTES:]
        spelled = ChaCha20Poly1305(closing).decrypt(nonce, rest, FORM.encode())
    except InvalidTag as error:
        raise _changed() from error
    keys = {name: bytes.fromhex(key) for name, key in json.loads(spelled).items()}
    heads = stated["heads"]
    notes = {key: str(note) for key, note in heads.items()} if isinstance(heads, dict) else {}
    facts = Facts(
        str(stated["made_at"]), str(stated["instance"]), str(stated["version"]), notes
    )
    return Opened(facts, keys)


def _manifest(data: bytes) -> dict[str, Canonical]:
    try:
        stated = decode(data)
    except NotCanonicalError as error:
        raise ValueError("the manifest is not canonical") from error
    if not isinstance(stated, dict) or stated.get("form") != FORM:
        raise ValueError("the manifest is of another form")
    return stated


def _small(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None or tar.getmember(name).size > SMALL_BYTES_MAX:
        raise ValueError(f"{name} is no small file")
    return file.read()


def _extract(tar: tarfile.TarFile, dump: Path, digest: str) -> None:
    file = tar.extractfile("database.dump")
    if file is None:
        raise ValueError("the database is no file")
    hashed = sha256()
    with dump.open("xb") as target:
        while block := file.read(1 << 20):
            hashed.update(block)
            target.write(block)
    if hashed.hexdigest() != digest:
        raise _changed()


def _unreadable(source: Path) -> InputError:
    return InputError(t("{file} n'est pas une sauvegarde lisible.", file=source.name))


def _changed() -> InputError:
    return InputError(t("Cette sauvegarde a été changée : elle ne sera pas restaurée."))
