"""The exported journal: one file, checked with no service and no network (LED-20)."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.ledger.canonical import Canonical, decode, encode
from commons.ledger.checkpoint import parse_checkpoint, sign
from commons.ledger.model import PERSON_FIELDS, SealedEntry

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
    return _seal_body(form, origin, sha256(unsealed).digest())


def _seal_body(form: str, origin: str, digest: bytes) -> str:
    return f"{form}\n{origin}\n{base64.b64encode(digest).decode()}\n"


class Spelling:
    """An exported journal piece by piece, however long: `head`, `more`…, then `tail`.

    The pieces joined are the canonical object of LED-20; the seal is over what was spelled.
    """

    def __init__(
        self,
        commons: ExportedCommons,
        checkpoint_note: str,
        *,
        signer: str,
        key: Ed25519PrivateKey,
        backing: Backing | None = None,
    ) -> None:
        self.named: set[str] = set()
        """Identifiers of the persons whom the pieces so far name."""
        self._commons, self._note = commons, checkpoint_note
        self._signer, self._key = signer, key
        self._after = (backing or Backing()).members()
        self._hash = sha256()
        self._is_first = True

    def head(self) -> bytes:
        start: dict[str, Canonical] = {
            "checkpoint": self._note,
            "commons": spell_commons(self._commons),
        }
        return self._told(encode(start)[:-1] + b',"entries":[')

    def more(self, entries: Sequence[SealedEntry]) -> bytes:
        """The next entries, in the order of the leaves."""
        spelled = []
        for entry in entries:
            opened = encode(spell_open(entry))
            spelled.append(b'{"leaf":%b,"open":%b}' % (entry.leaf, opened))
            self.named |= named_in(entry)
        joined = b",".join(spelled)
        if joined and not self._is_first:
            joined = b"," + joined
        self._is_first = self._is_first and not joined
        return self._told(joined)

    def tail(self, people: Mapping[str, str]) -> bytes:
        """The end, with the seal. `people` gives names; who is not named is left out."""
        known = {person: name for person, name in people.items() if person in self.named}
        keys = {"keys": self._after["keys"]} if "keys" in self._after else {}
        before = b"]," + encode({"form": FORM, **keys, "people": known})[1:-1]
        witnessed = {key: self._after[key] for key in self._after if key == "witnessed"}
        after = (b"," if witnessed else b"") + encode(witnessed)[1:]
        self._told(before)
        self._told(after)
        origin = parse_checkpoint(self._note).origin
        body = _seal_body(SEAL_FORM, origin, self._hash.digest())
        seal = sign(body, self._signer, self._key)
        return before + b',"seal":' + encode(seal) + after

    def _told(self, piece: bytes) -> bytes:
        self._hash.update(piece)
        return piece


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
    """The bytes of the whole file. `entries` are all leaves of the checkpoint, in order.

    `people` gives names for the persons that `entries` name; others are left out.
    """
    spelling = Spelling(commons, checkpoint_note, signer=signer, key=key, backing=backing)
    return b"".join((spelling.head(), spelling.more(entries), spelling.tail(people)))


def spell_commons(commons: ExportedCommons) -> dict[str, str]:
    return {
        "commons_id": str(commons.commons_id),
        "slug": commons.slug,
        "name": commons.name,
    }


def named_in(entry: SealedEntry) -> set[str]:
    """Identifiers of the persons whom what is open of an entry names."""
    return {
        item.value
        for name, item in entry.personal.items()
        if name in PERSON_FIELDS or name.startswith("account.")
    }


def spell_entry(entry: SealedEntry) -> Canonical:
    return {"leaf": decode(entry.leaf), "open": spell_open(entry)}


def spell_open(entry: SealedEntry) -> dict[str, Canonical]:
    """What the reader may see of an entry's personal fields: value and salt by name."""
    return {
        name: {"salt": item.salt.hex(), "value": item.value}
        for name, item in entry.personal.items()
    }
