"""Keys that follow one another: the old key signs the new one, and the new one agrees.

Who pinned any key of the chain can check what later ones signed (LED-28). What an earlier one
signed is signed again by the present one when it is handed out (LED-40).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.kernel.text import t
from commons.ledger.checkpoint import (
    NoteError,
    VerifierKey,
    is_signed_by,
    sign,
    signature_line,
    signatures_by,
    split_note,
    verifier_key,
)

FORM = "commons-key/1"


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that may have signed: first the pinned one, then those trusted through it.

    `former` are keys that came before: good for a checkpoint one kept from their time.
    """

    keys: tuple[VerifierKey, ...]
    former: tuple[VerifierKey, ...] = ()

    @property
    def pinned(self) -> VerifierKey:
        return self.keys[0]

    def signer_of(self, note: str) -> VerifierKey | None:
        """Which of the keys signed the note: the pinned one if it did."""
        return next((key for key in self.keys if is_signed_by(note, key)), None)

    def signed(self, note: str) -> bool:
        return self.signer_of(note) is not None

    def signed_once(self, note: str) -> bool:
        return self.signed(note) or any(is_signed_by(note, key) for key in self.former)

    def with_brought(self, brought: "Trust") -> "Trust":
        """Also what follows from a chain that the reader has not from the file itself.

        That one answers for: what the keys before the pinned one signed is good too.
        """
        known = dict.fromkeys((*self.keys, *brought.keys, *brought.former))
        return replace(self, keys=tuple(known))


def hand_over(name: str, old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> str:
    """The note by which the key `old` makes `new` its successor."""
    before, after = verifier_key(name, old), verifier_key(name, new)
    body = f"{FORM}\n{before}\n{after}\n"
    return sign(body, name, old) + signature_line(after, new.sign(body.encode()))


def read_hand_over(note: str) -> tuple[VerifierKey, VerifierKey]:
    """The old and the new key. Raises `NoteError` unless both have signed."""
    lines = split_note(note)[0].split("\n")
    if len(lines) != 4 or lines[0] != FORM or lines[3]:
        raise NoteError(t("une succession nomme l'ancienne clé, puis la nouvelle"))
    old, new = VerifierKey.parse(lines[1]), VerifierKey.parse(lines[2])
    if f"{FORM}\n{old}\n{new}\n" != split_note(note)[0]:
        raise NoteError(t("une clé de la succession n'est pas écrite exactement"))
    if not is_signed_by(note, old) or not is_signed_by(note, new):
        raise NoteError(t("une succession est signée par l'ancienne clé et par la nouvelle"))
    return old, new


def trust_from(pinned: VerifierKey, chain: Sequence[str]) -> Trust:
    """What may be trusted by who pinned a key, given the successions in order.

    Raises `NoteError` if one is malformed or does not begin where the one before ended.
    """
    keys: list[VerifierKey] = []
    for note in chain:
        old, new = read_hand_over(note)
        if keys and keys[-1] != old:
            raise NoteError(t("la suite des clés est rompue"))
        keys = [*(keys or [old]), new]
    if pinned not in keys:
        return Trust((pinned,))
    place = keys.index(pinned)
    return Trust(tuple(keys[place:]), tuple(keys[:place]))


def signed_again(note: str, name: str, key: Ed25519PrivateKey, chain: Sequence[str]) -> str:
    """The note with a line by `key` too, if another key of its chain has signed it (LED-40).

    A note that no key of the chain has signed stays as it is: signing it would make good what
    somebody wrote into the database.
    """
    present = verifier_key(name, key)
    if signatures_by(note, present) or not trust_from(present, chain).signed_once(note):
        return note
    return note + signature_line(present, key.sign(split_note(note)[0].encode()))


def split_chain(text: str) -> list[str]:
    """Successions written one after the other, as the service publishes them."""
    parts = text.split(f"{FORM}\n")
    if parts[0].strip() or len(parts) == 1:
        raise NoteError(t("ce n'est pas une suite de clés"))
    return [f"{FORM}\n{part.strip()}\n" for part in parts[1:]]
