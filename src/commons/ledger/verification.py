"""Checking an exported journal from the file alone (LED-21): no network, no service.

Only the standard library is needed, besides the check of the Ed25519 signature.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commons.kernel.text import Text, t
from commons.ledger.canonical import NotCanonicalError, decode, encode
from commons.ledger.checkpoint import (
    Checkpoint,
    NoteError,
    VerifierKey,
    is_signed_by,
    parse_checkpoint,
    split_note,
)
from commons.ledger.commitments import SALT_BYTES, commit
from commons.ledger.export import FORM, seal_body
from commons.ledger.leaf import FORM as LEAF_FORM
from commons.ledger.merkle import leaf_hash, root

KEYS = {"form", "commons", "checkpoint", "entries", "people", "seal"}
LEAF_KEYS = {"form", "commons_id", "entry_id", "kind", "recorded_at"} | {
    "occurred_from",
    "occurred_to",
}
_HEX_SALT = re.compile(rf"[0-9a-f]{{{SALT_BYTES * 2}}}\Z")


class UnreadableError(ValueError):
    """The file is not an exported journal at all; the message says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked. `faults` is empty when the journal holds.

    `signer` is the name of the key that signed, or nothing if no key was given to check
    against: then the journal is coherent, and no more.
    """

    entries: int
    checkpoint: Checkpoint | None
    note: str
    signer: str | None
    compared_with: int | None
    faults: tuple[Text, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def verify_journal(
    data: bytes, key: VerifierKey | None = None, earlier: str | None = None
) -> Verdict:
    """Check an exported journal, against `key` and an `earlier` kept checkpoint note.

    Raises `UnreadableError` if the file is no exported journal, and `NoteError` if
    `earlier` is no checkpoint.
    """
    kept = parse_checkpoint(earlier) if earlier is not None else None
    content = _read(data)
    if isinstance(content, Text):
        return Verdict(0, None, "", None, None, (content,))
    note = content["checkpoint"]
    try:
        checkpoint = parse_checkpoint(note)
        leaves = [encode(item["leaf"]) for item in content["entries"]]
        hashes = [leaf_hash(leaf) for leaf in leaves]
        faults = [
            *_faults_of_entries(content),
            *_faults_of_tree(checkpoint, hashes),
            *_faults_of_seal(content, checkpoint.origin),
            *_faults_of_signature(content, key, kept, earlier),
            *_faults_of_history(checkpoint, hashes, kept),
        ]
    except NoteError as error:
        reason = t("Le point de contrôle ou le sceau est mal formé : {why}.", why=str(error))
        return Verdict(len(content["entries"]), None, note, None, None, (reason,))
    return Verdict(
        entries=len(leaves),
        checkpoint=checkpoint,
        note=note,
        signer=key.name if key else None,
        compared_with=kept.size if kept else None,
        faults=tuple(faults),
    )


def _read(data: bytes) -> dict[str, Any] | Text:
    """The content of the file, or why it is refused; raises if it is something else."""
    try:
        content = decode(data)
    except NotCanonicalError as error:
        if f'"{FORM}"'.encode() not in data:
            raise UnreadableError(
                t("Ce fichier n'est pas un journal exporté : {why}.", why=str(error))
            ) from error
        return t("Le fichier n'est pas écrit sous sa forme canonique : {why}.", why=str(error))
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise UnreadableError(t("Ce fichier n'est pas un journal exporté (commons-journal/1)."))
    return (
        content if _has_shape(content) else t("Le journal exporté est incomplet ou mal formé.")
    )


def _has_shape(content: dict[str, Any]) -> bool:
    commons, people = content.get("commons"), content.get("people")
    return (
        content.keys() == KEYS
        and isinstance(content["checkpoint"], str)
        and isinstance(content["seal"], str)
        and _is_text_map(commons)
        and set(commons or ()) == {"commons_id", "slug", "name"}
        and _is_text_map(people)
        and isinstance(content["entries"], list)
        and all(_has_entry_shape(item) for item in content["entries"])
    )


def _is_text_map(value: Any) -> bool:  # noqa: ANN401 -- it is what is being found out
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _has_entry_shape(item: Any) -> bool:  # noqa: ANN401 -- as above
    if not isinstance(item, dict) or item.keys() != {"leaf", "open"}:
        return False
    leaf, opened = item["leaf"], item["open"]
    return (
        isinstance(leaf, dict)
        and leaf.keys() >= LEAF_KEYS
        and leaf["form"] == LEAF_FORM
        and all(isinstance(leaf[key], str) for key in LEAF_KEYS)
        and isinstance(leaf.get("about", ""), str)
        and _is_text_map(leaf.get("personal", {}))
        and isinstance(leaf.get("postings", []), list)
        and all(
            _is_text_map(posting) and posting.keys() == {"account", "amount", "unit"}
            for posting in leaf.get("postings", [])
        )
        and isinstance(opened, dict)
        and all(
            _is_text_map(value)
            and value.keys() == {"salt", "value"}
            and _HEX_SALT.match(value["salt"])
            for value in opened.values()
        )
    )


def _faults_of_entries(content: dict[str, Any]) -> Iterator[Text]:
    commons_id = content["commons"]["commons_id"]
    by_id: dict[str, dict[str, Any]] = {}
    for item in content["entries"]:
        leaf = item["leaf"]
        name = leaf["entry_id"]
        if leaf["commons_id"] != commons_id:
            yield t("L'écriture {entry} est d'un autre commun.", entry=name)
        if name in by_id:
            yield t("L'écriture {entry} figure deux fois.", entry=name)
        by_id[name] = item
        yield from _faults_of_openings(item)
        yield from _faults_of_money(leaf)
    reversed_already: set[str] = set()
    for item in content["entries"]:
        yield from _faults_about(item, by_id, reversed_already)


def _faults_of_openings(item: dict[str, Any]) -> Iterator[Text]:
    committed = item["leaf"].get("personal", {})
    for name, opened in item["open"].items():
        if committed.get(name) != commit(name, bytes.fromhex(opened["salt"]), opened["value"]):
            yield t(
                "Écriture {entry} : « {field} » n'est pas ce qui a été consigné.",
                entry=item["leaf"]["entry_id"],
                field=name,
            )


def _faults_of_money(leaf: dict[str, Any]) -> Iterator[Text]:
    sums: dict[str, Decimal] = {}
    for posting in leaf.get("postings", []):
        try:
            amount = Decimal(posting["amount"])
        except ArithmeticError:
            amount = Decimal("NaN")
        sums[posting["unit"]] = sums.get(posting["unit"], Decimal(0)) + amount
    if any(not value.is_finite() or value for value in sums.values()):
        yield t(
            "Écriture {entry} : ses mouvements ne s'équilibrent pas.", entry=leaf["entry_id"]
        )


def _faults_about(
    item: dict[str, Any], by_id: dict[str, dict[str, Any]], reversed_already: set[str]
) -> Iterator[Text]:
    leaf = item["leaf"]
    about, name = leaf.get("about"), leaf["entry_id"]
    if about is None:
        return
    if about not in by_id:
        yield t("L'écriture {entry} parle d'une écriture absente.", entry=name)
        return
    target = by_id[about]
    if leaf["kind"] == "reversal":
        if about in reversed_already or target["leaf"]["kind"] == "reversal":
            yield t("La contre-écriture {entry} n'est pas permise.", entry=name)
        reversed_already.add(about)
    attester = item["open"].get("attester", {}).get("value")
    if attester and attester == target["open"].get("contributor", {}).get("value"):
        yield t("L'attestation {entry} est faite par la personne attestée.", entry=name)


def _faults_of_tree(checkpoint: Checkpoint, hashes: list[bytes]) -> Iterator[Text]:
    if checkpoint.size != len(hashes):
        yield t(
            "Le point de contrôle compte {size} écritures, le fichier {count}.",
            size=checkpoint.size,
            count=len(hashes),
        )
    elif root(hashes) != checkpoint.root:
        yield t("L'empreinte calculée des écritures n'est pas celle du point de contrôle.")


def _faults_of_seal(content: dict[str, Any], origin: str) -> Iterator[Text]:
    unsealed = encode({name: value for name, value in content.items() if name != "seal"})
    if split_note(content["seal"])[0] != seal_body(origin, unsealed):
        yield t("Le fichier n'est pas celui qui a été exporté : son sceau ne correspond pas.")


def _faults_of_signature(
    content: dict[str, Any],
    key: VerifierKey | None,
    kept: Checkpoint | None,
    earlier: str | None,
) -> Iterator[Text]:
    if key is None:
        return
    for part, what in (("checkpoint", t("le point de contrôle")), ("seal", t("le sceau"))):
        if not is_signed_by(content[part], key):
            yield t("La clé {key} n'a pas signé {what}.", key=key.name, what=what)
    if kept is not None and earlier is not None and not is_signed_by(earlier, key):
        yield t("La clé {key} n'a pas signé le point de contrôle gardé.", key=key.name)


def _faults_of_history(
    checkpoint: Checkpoint, hashes: list[bytes], kept: Checkpoint | None
) -> Iterator[Text]:
    if kept is None:
        return
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
