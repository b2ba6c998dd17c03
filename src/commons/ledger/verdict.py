"""What a verification answers, whatever the file: journal, proof, or checkpoints."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from commons.kernel.text import Text, t
from commons.ledger.checkpoint import (
    Checkpoint,
    VerifierKey,
    parse_checkpoint,
    split_note,
)
from commons.ledger.cosignature import cosigned_at
from commons.ledger.succession import Trust, trust_from

FAULTS_MAX = 100
_JOURNAL = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


class UnreadableError(ValueError):
    """The file is nothing that can be verified; the message says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Means:
    """What the reader has to check against, besides the file.

    `key` is the pinned key, `chain` the successions that lead from it and to it, `kept` an
    earlier checkpoint as a note, `witnesses` the keys of witnesses they believe.
    """

    key: VerifierKey | None = None
    chain: Sequence[str] = ()
    kept: str | None = None
    witnesses: Sequence[VerifierKey] = ()

    def trust(self, published: Sequence[str] = ()) -> Trust | None:
        """The keys that may have signed; `published` successions stand in the file."""
        if self.key is None:
            return None
        trust = trust_from(self.key, published or self.chain)
        return trust.with_brought(trust_from(self.key, self.chain))


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A witness one believes saw the tree at this size, at this time."""

    name: str
    size: int
    at: datetime
    origin: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked. `faults` is empty when it holds.

    `signer` is the name of the key that signed, or nothing if no key was given to check
    against: then what was read is coherent, and no more; `signed_with` is the hash that tells
    this key from others of that name. `compared_with` is the size of the kept checkpoint.
    `what` is `journal`, `proof`, `consistency` or `checkpoint`.
    """

    entries: int
    checkpoint: Checkpoint | None
    note: str
    signer: str | None
    compared_with: int | None
    faults: tuple[Text, ...]
    what: str = "journal"
    witnessed: tuple[Witnessed, ...] = ()
    leaf: bytes = b""
    signed_with: str = ""

    @property
    def holds(self) -> bool:
        return not self.faults

    @property
    def size(self) -> Text:
        """How far the checkpoint goes, in what its log counts."""
        origin = self.checkpoint.origin if self.checkpoint else ""
        return counted(self.checkpoint.size if self.checkpoint else 0, origin)

    @property
    def compared(self) -> Text | None:
        """The size of the kept checkpoint, in what its log counts."""
        if self.compared_with is None or self.checkpoint is None:
            return None
        return counted(self.compared_with, self.checkpoint.origin)


@dataclass(slots=True)
class Findings:
    """Faults gathered while reading, as many as a person can use."""

    faults: list[Text] = field(default_factory=list)

    def add(self, faults: Iterator[Text] | Sequence[Text]) -> None:
        room = FAULTS_MAX - len(self.faults)
        for fault, _ in zip(faults, range(room), strict=False):
            self.faults.append(fault)


def counted(size: int, origin: str) -> Text:
    """So many entries of a journal or, for the log of an instance, checkpoints of journals.

    The origin of a journal ends with its commons (LED-18), that of all heads is the signer's
    name (LED-24).
    """
    if _JOURNAL.search(origin):
        return t("1 écriture") if size == 1 else t("{count} écritures", count=size)
    if size == 1:
        return t("1 point de contrôle de journal")
    return t("{count} points de contrôle de journaux", count=size)


def size_of(checkpoint: Checkpoint) -> Text:
    return counted(checkpoint.size, checkpoint.origin)


def refused(what: str, text: Text, note: str = "") -> Verdict:
    return Verdict(0, None, note, None, None, (text,), what)


def faults_of_signature(trust: Trust | None, note: str, what: Text) -> Iterator[Text]:
    if trust is not None and not trust.signed(note):
        yield _not_signed(trust, note, what)


def faults_of_kept(means: Means, trust: Trust | None) -> Iterator[Text]:
    """Whether the kept checkpoint was signed; not yet whether the history agrees with it."""
    if means.kept and trust is not None and not trust.signed_once(means.kept):
        yield _not_signed(trust, means.kept, t("le point de contrôle gardé"))


def _not_signed(trust: Trust, note: str, what: Text) -> Text:
    """That the pinned key has not signed, and which keys of its name say that they have."""
    pinned = trust.pinned
    others = [
        raw[:4].hex()
        for name, raw in split_note(note)[1]
        if name == pinned.name and raw[:4] != pinned.key_hash
    ]
    if not others:
        return t("La clé {key} n'a pas signé {what}.", key=shown(pinned), what=what)
    return t(
        "La clé {key} n'a pas signé {what} : il porte la signature d'une autre clé du même "
        "nom ({others}). Donnez celle-là si vous l'aviez notée, ou les clés qui se sont "
        "succédé.",
        key=shown(pinned),
        what=what,
        others=", ".join(others),
    )


def shown(key: VerifierKey) -> str:
    """A key as a person tells it from another one of the same name."""
    return f"{key.name} ({key.key_hash.hex()})"


def signed_with(trust: Trust | None, note: str) -> str:
    """The hash of the key that signed; nothing if none was to check against."""
    key = trust.signer_of(note) if trust is not None else None
    return key.key_hash.hex() if key is not None else ""


def witnessed_by(means: Means, note: str) -> tuple[Witnessed, ...]:
    """Which of the believed witnesses countersigned the checkpoint."""
    point = parse_checkpoint(note)
    seen = ((witness, cosigned_at(note, witness)) for witness in means.witnesses)
    return tuple(
        Witnessed(witness.name, point.size, at, point.origin)
        for witness, at in seen
        if at is not None
    )


def faults_of_witnesses(means: Means, witnessed: Sequence[Witnessed]) -> Iterator[Text]:
    names = {item.name for item in witnessed}
    for witness in means.witnesses:
        if witness.name not in names:
            yield t("Le témoin {name} n'a pas contresigné ce journal.", name=witness.name)
