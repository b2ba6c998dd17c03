"""Checking an exported journal from the file alone (LED-21): no network, no service.

Only the standard library is needed, besides the check of the Ed25519 signature.
"""

import base64
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from commons.kernel.text import Text, t
from commons.ledger.canonical import NotCanonicalError, decode
from commons.ledger.checkpoint import (
    Checkpoint,
    NoteError,
    VerifierKey,
    parse_checkpoint,
    split_note,
)
from commons.ledger.entry_text import EntryText, entry_at, faults_of, says_form
from commons.ledger.export import FORM, SEAL_FORM
from commons.ledger.merkle import root
from commons.ledger.speaking import faults_about
from commons.ledger.verdict import (
    Findings,
    Means,
    UnreadableError,
    Verdict,
    faults_of_kept,
    faults_of_signature,
    faults_of_witnesses,
    refused,
    signed_with,
    witnessed_by,
)

REQUIRED = {"form", "commons", "checkpoint", "entries", "people", "seal"}
OPTIONAL = {"keys", "witnessed"}
_BEGINNING, _END = b',"entries":[', b'],"form":"%b"' % FORM.encode()
PIECE_BYTES = 1 << 20
_ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|.)")


def verify_journal(
    data: bytes, key: VerifierKey | None = None, earlier: str | None = None
) -> Verdict:
    """Check an exported journal, against `key` and an `earlier` kept checkpoint note.

    Raises `UnreadableError` if the file is no exported journal, and `NoteError` if
    `earlier` is no checkpoint.
    """
    return check_journal(data, Means(key, kept=earlier))


def check_journal(data: bytes, means: Means) -> Verdict:
    """As `verify_journal`, with all that one may have to check against."""
    if means.kept is not None:
        parse_checkpoint(means.kept)
    if not says_form(data, FORM):
        raise UnreadableError(t("Ce fichier n'est pas un journal exporté (commons-journal/1)."))
    read = _read(data)
    if isinstance(read, Text):
        return refused("journal", read)
    try:
        return _judge(data, read, means)
    except NoteError as error:
        reason = t(
            "Un point de contrôle, une clé ou le sceau est mal formé : {why}.", why=error.text
        )
        return refused("journal", reason, read.envelope["checkpoint"])


@dataclass(slots=True)
class _Journal:
    """An exported journal as read: everything but the entries, and what they come to.

    Of entries only their hashes and where they stand are kept, however many they are.
    """

    data: bytes
    envelope: dict[str, Any]
    found: Findings = field(default_factory=Findings)
    hashes: list[bytes] = field(default_factory=list)
    places: dict[bytes, int] = field(default_factory=dict)
    speaking: list[int] = field(default_factory=list)

    def read(self, entry: EntryText, place: int) -> None:
        self.found.add(self._faults_alone(entry))
        self.hashes.append(entry.leaf_hash)
        self.places[entry.entry_id] = place
        if entry.about is not None:
            self.speaking.append(place)

    def close(self) -> None:
        """Judge what entries say of one another, once all were read."""
        self.found.add(self._faults_about())
        self.places.clear()

    def _faults_alone(self, entry: EntryText) -> Iterator[Text]:
        if entry.commons_id.decode() != self.envelope["commons"]["commons_id"]:
            yield t("L'écriture {entry} est d'un autre commun.", entry=entry.name)
        if entry.entry_id in self.places:
            yield t("L'écriture {entry} figure deux fois.", entry=entry.name)
        yield from faults_of(entry)

    def _faults_about(self) -> Iterator[Text]:
        said_once: set[tuple[bytes, ...]] = set()
        for place in self.speaking:
            entry = self._at(place)
            target_place = self.places.get(entry.about or b"")
            if target_place is None:
                yield t("L'écriture {entry} parle d'une écriture absente.", entry=entry.name)
            elif target_place == place:
                yield t("L'écriture {entry} parle d'elle-même.", entry=entry.name)
            else:
                yield from faults_about(entry, self._at(target_place), said_once)

    def _at(self, place: int) -> EntryText:
        found = entry_at(self.data, place)
        if found is None:
            raise LookupError(place)
        return found[0]


def _judge(data: bytes, journal: _Journal, means: Means) -> Verdict:
    envelope = journal.envelope
    note, seal = envelope["checkpoint"], envelope["seal"]
    checkpoint = parse_checkpoint(note)
    trust = means.trust(envelope.get("keys", ()))
    hashes = journal.hashes
    best = envelope.get("witnessed", note)
    witnessed = witnessed_by(means, best) or witnessed_by(means, note)
    found = journal.found
    found.add(_faults_of_tree(checkpoint, hashes))
    found.add(_faults_of_seal(data, seal, checkpoint.origin))
    found.add(faults_of_signature(trust, note, t("le point de contrôle")))
    found.add(faults_of_signature(trust, seal, t("le sceau")))
    found.add(faults_of_kept(means, trust))
    for kept in (means.kept, envelope.get("witnessed")):
        found.add(_faults_of_history(checkpoint, hashes, kept))
    if best != note:
        found.add(faults_of_signature(trust, best, t("le point de contrôle contresigné")))
    found.add(faults_of_witnesses(means, witnessed))
    return Verdict(
        entries=len(hashes),
        checkpoint=checkpoint,
        note=note,
        signer=means.key.name if means.key else None,
        compared_with=parse_checkpoint(means.kept).size if means.kept else None,
        faults=tuple(found.faults),
        witnessed=witnessed,
        signed_with=signed_with(trust, seal),
    )


def _read(data: bytes) -> _Journal | Text:
    """The journal, or why the file is refused."""
    start, end = data.find(_BEGINNING) + len(_BEGINNING), data.rfind(_END)
    reason = text_fault(data)
    if reason is not None or not len(_BEGINNING) <= start <= end:
        return reason or explained(data)
    try:
        envelope = decode(data[:start] + data[end:])
    except NotCanonicalError:
        return explained(data)
    if not _has_shape(envelope):
        return t("Le journal exporté est incomplet ou mal formé.")
    journal = _Journal(data, envelope)
    for place, entry in _entries(data, start, end):
        if entry is None:
            number = len(journal.hashes) + 1
            return explained(data, t("L'écriture n° {number} est mal formée.", number=number))
        journal.read(entry, place)
    journal.close()
    return journal


def parts_of(data: bytes) -> tuple[dict[str, Any], Iterator[EntryText]]:
    """Everything but the entries, and the entries one by one, of a journal that holds.

    It must have been checked before: of another file nothing is promised.
    """
    start, end = data.find(_BEGINNING) + len(_BEGINNING), data.rfind(_END)
    entries = (entry for _, entry in _entries(data, start, end) if entry is not None)
    return decode(data[:start] + data[end:]), entries


def _entries(data: bytes, place: int, end: int) -> Iterator[tuple[int, EntryText | None]]:
    """Where each entry from `place` to `end` stands, and it; nothing for what is none."""
    while place < end:
        found = entry_at(data, place)
        if found is None:
            yield place, None
            return
        entry, after = found
        yield place, entry
        place = after
        if place != end:
            is_followed = data[place] == ord(",") and place + 1 < end
            place = place + 1 if is_followed else end
            if not is_followed:
                yield place, None


def explained(data: bytes, otherwise: Text | None = None) -> Text:
    """Why bytes that were refused are refused, as well as can be said."""
    try:
        decode(data)
    except NotCanonicalError as error:
        return t("Le fichier n'est pas écrit sous sa forme canonique : {why}.", why=str(error))
    return otherwise or t("Le journal exporté est incomplet ou mal formé.")


def text_fault(data: bytes, piece_bytes: int = PIECE_BYTES) -> Text | None:
    """Whether the bytes are text in Unicode NFC; nothing if they are.

    An escape such as a line break stands between the characters around it: it is replaced by
    one that composes with nothing before the whole is looked at, `piece_bytes` at a time.
    """
    try:
        is_normal = all(_is_normal(piece.decode()) for piece in _pieces(data, piece_bytes))
    except UnicodeDecodeError:
        return explained(data)
    if is_normal:
        return None
    why = "text is not in Unicode NFC"
    return t("Le fichier n'est pas écrit sous sa forme canonique : {why}.", why=why)


def _pieces(data: bytes, piece_bytes: int) -> Iterator[bytes]:
    """The bytes in pieces, cut before a brace: it composes with nothing and ends no escape."""
    start = 0
    while start < len(data):
        end = data.find(b"{", start + piece_bytes)
        end = len(data) if end < 0 else end
        yield data[start:end]
        start = end


def _is_normal(text: str) -> bool:
    return (
        text.isascii()
        or unicodedata.is_normalized("NFC", text)
        or unicodedata.is_normalized("NFC", _ESCAPE.sub('"', text))
    )


def _has_shape(content: Any) -> bool:  # noqa: ANN401 -- it is what is being found out
    return (
        isinstance(content, dict)
        and content.keys() >= REQUIRED
        and content.keys() <= REQUIRED | OPTIONAL
        and content["form"] == FORM
        and all(
            isinstance(content.get(key, ""), str) for key in ("checkpoint", "seal", "witnessed")
        )
        and is_text_map(content["commons"])
        and set(content["commons"]) == {"commons_id", "slug", "name"}
        and is_text_map(content["people"])
        and content["entries"] == []
        and is_text_list(content.get("keys", [""]))
    )


def is_text_map(value: Any) -> bool:  # noqa: ANN401 -- as above
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def is_text_list(value: Any) -> bool:  # noqa: ANN401 -- as above
    """A list of texts that is there because it holds something."""
    return isinstance(value, list) and bool(value) and all(isinstance(i, str) for i in value)


def _faults_of_tree(checkpoint: Checkpoint, hashes: list[bytes]) -> Iterator[Text]:
    if checkpoint.size != len(hashes):
        yield t(
            "Le point de contrôle compte {size} écritures, le fichier {count}.",
            size=checkpoint.size,
            count=len(hashes),
        )
    elif root(hashes) != checkpoint.root:
        yield t("L'empreinte calculée des écritures n'est pas celle du point de contrôle.")


def _faults_of_seal(data: bytes, seal: str, origin: str) -> Iterator[Text]:
    if split_note(seal)[0] != body_of_seal(SEAL_FORM, data, seal, origin):
        yield t("Le fichier n'est pas celui qui a été exporté : son sceau ne correspond pas.")


def body_of_seal(form: str, data: bytes, seal: str, origin: str) -> str:
    """What the seal of these bytes must have signed: they, without the seal itself."""
    spelled = b',"seal":' + json.dumps(seal, ensure_ascii=False).encode()
    place = data.rfind(spelled)
    digest = sha256(memoryview(data)[:place])
    digest.update(memoryview(data)[place + len(spelled) :])
    return f"{form}\n{origin}\n{base64.b64encode(digest.digest()).decode()}\n"


def _faults_of_history(
    checkpoint: Checkpoint, hashes: list[bytes], kept_note: str | None
) -> Iterator[Text]:
    if kept_note is None:
        return
    kept = parse_checkpoint(kept_note)
    if kept.origin != checkpoint.origin:
        yield t("Le point de contrôle gardé est celui d'un autre journal.")
    elif kept.size > len(hashes):
        yield t(
            "Le point de contrôle gardé compte {kept} écritures, ce journal {count} : "
            "des écritures ont disparu, ou ce fichier est plus ancien.",
            kept=kept.size,
            count=len(hashes),
        )
    elif root(hashes[: kept.size]) != kept.root:
        yield t(
            "L'histoire a été réécrite : les {kept} premières écritures ne sont plus celles "
            "du point de contrôle gardé.",
            kept=kept.size,
        )
