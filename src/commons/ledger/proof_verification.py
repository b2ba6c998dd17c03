"""Checking the proof of one entry, and two checkpoints with the proof that joins them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from commons.kernel.text import Text, t
from commons.ledger.canonical import NotCanonicalError, decode
from commons.ledger.checkpoint import Checkpoint, NoteError, parse_checkpoint, split_note
from commons.ledger.entry_text import EntryText, entry_at, faults_of, says_form
from commons.ledger.export import FORM as JOURNAL_FORM
from commons.ledger.merkle import leaf_hash
from commons.ledger.proof_file import FORM, SEAL_FORM
from commons.ledger.proofs import Consistency, Inclusion
from commons.ledger.verdict import (
    Findings,
    Means,
    UnreadableError,
    Verdict,
    counted,
    faults_of_kept,
    faults_of_signature,
    faults_of_witnesses,
    refused,
    signed_with,
    size_of,
    witnessed_by,
)
from commons.ledger.verification import (
    body_of_seal,
    check_journal,
    explained,
    is_text_list,
    is_text_map,
    text_fault,
)

REQUIRED = {"form", "commons", "entry", "people", "proof", "seal"}
OPTIONAL = {"keys", "head"}
_BEGINNING, _END = b',"entry":', b',"form":"%b"' % FORM.encode()
SIGNED = t("le point de contrôle")


def verify_file(data: bytes, means: Means) -> Verdict:
    """Check whatever was given: a journal, the proof of an entry, checkpoints.

    Raises `UnreadableError` if it is none of these, `NoteError` if what it is to be checked
    against is malformed.
    """
    if means.kept is not None:
        parse_checkpoint(means.kept)
    if says_form(data, JOURNAL_FORM):
        return check_journal(data, means)
    if says_form(data, FORM):
        return verify_proof(data, means)
    try:
        text = data.decode()
        if text.startswith("old "):
            return verify_consistency(text, means)
        if "\n\n" in text and not text.startswith("{"):
            return verify_checkpoint(text, means)
    except (UnicodeDecodeError, NoteError) as error:
        why = (
            error.text if isinstance(error, NoteError) else t("ce n'est pas un texte en UTF-8")
        )
        raise UnreadableError(
            t("Ce fichier ne se lit pas comme un point de contrôle : {why}.", why=why)
        ) from error
    raise UnreadableError(
        t("Ce fichier n'est ni un journal exporté, ni une preuve, ni un point de contrôle.")
    )


@dataclass(frozen=True, slots=True)
class _ProofFile:
    envelope: dict[str, Any]
    entry: EntryText


def verify_proof(data: bytes, means: Means) -> Verdict:
    """Check that an entry stands in its journal, from its proof file."""
    read = _read(data)
    if isinstance(read, Text):
        return refused("proof", read)
    try:
        return _judge(data, read, means)
    except NoteError as error:
        reason = t("La preuve, une clé ou le sceau est mal formé : {why}.", why=error.text)
        return refused("proof", reason)


def _judge(data: bytes, file: _ProofFile, means: Means) -> Verdict:
    envelope, entry = file.envelope, file.entry
    inclusion = Inclusion.parse(envelope["proof"])
    head = Inclusion.parse(envelope["head"]) if "head" in envelope else None
    checkpoint, seal = inclusion.checkpoint, envelope["seal"]
    trust = means.trust(envelope.get("keys", ()))
    witnessed = witnessed_by(means, inclusion.note)
    if not witnessed and head is not None:
        witnessed = witnessed_by(means, head.note)
    found = Findings()
    found.add(faults_of(entry))
    if entry.commons_id.decode() != envelope["commons"]["commons_id"]:
        found.add([t("L'écriture {entry} est d'un autre commun.", entry=entry.name)])
    if not inclusion.proves(entry.leaf_hash):
        found.add([t("La preuve ne mène pas de l'écriture au point de contrôle.")])
    found.add(faults_of_signature(trust, inclusion.note, SIGNED))
    found.add(faults_of_signature(trust, seal, t("le sceau")))
    if head is not None:
        found.add(_faults_of_head(head, inclusion))
        found.add(faults_of_signature(trust, head.note, t("le point de contrôle général")))
    if split_note(seal)[0] != body_of_seal(SEAL_FORM, data, seal, checkpoint.origin):
        found.add(
            [t("Le fichier n'est pas celui qui a été donné : son sceau ne correspond pas.")]
        )
    found.add(faults_of_kept(means, trust))
    found.add(_faults_of_same(_comparable(checkpoint, head, means.kept), means.kept))
    found.add(faults_of_witnesses(means, witnessed))
    return Verdict(
        entries=1,
        checkpoint=checkpoint,
        note=inclusion.note,
        signer=means.key.name if means.key else None,
        compared_with=parse_checkpoint(means.kept).size if means.kept else None,
        faults=tuple(found.faults),
        what="proof",
        witnessed=witnessed,
        leaf=entry.leaf,
        signed_with=signed_with(trust, seal),
    )


def _faults_of_head(head: Inclusion, inclusion: Inclusion) -> Iterator[Text]:
    body = split_note(inclusion.note)[0]
    if not head.proves(leaf_hash(body.encode())):
        yield t("Le point de contrôle du journal ne mène pas au point de contrôle général.")


def _comparable(checkpoint: Checkpoint, head: Inclusion | None, kept: str | None) -> Checkpoint:
    """The checkpoint of the proof that a kept one speaks of: the journal's or that of heads."""
    if head is not None and kept and parse_checkpoint(kept).origin == head.checkpoint.origin:
        return head.checkpoint
    return checkpoint


def _faults_of_same(checkpoint: Checkpoint, kept_note: str | None) -> Iterator[Text]:
    """A kept checkpoint must be the one of the proof: between two, a proof is needed."""
    if kept_note is None:
        return
    kept = parse_checkpoint(kept_note)
    if kept.origin != checkpoint.origin:
        yield t("Le point de contrôle gardé est celui d'un autre journal.")
    elif kept.size == checkpoint.size and kept.root != checkpoint.root:
        yield t(
            "L'histoire a été réécrite : à {kept}, ce n'est pas le point de contrôle gardé.",
            kept=size_of(kept),
        )
    elif kept.size != checkpoint.size:
        yield t(
            "Le point de contrôle gardé est à {other}, celui-ci à {size} : il faut la preuve "
            "de cohérence de l'un à l'autre.",
            other=size_of(kept),
            size=size_of(checkpoint),
        )


def _read(data: bytes) -> _ProofFile | Text:
    start, end = data.find(_BEGINNING) + len(_BEGINNING), data.rfind(_END)
    reason = text_fault(data)
    malformed = t("La preuve est incomplète ou mal formée.")
    if reason is not None or not len(_BEGINNING) <= start <= end:
        return reason or explained(data, malformed)
    found = entry_at(data, start)
    if found is None or found[1] != end:
        return explained(data, malformed)
    try:
        envelope = decode(data[:start] + b"{}" + data[end:])
    except NotCanonicalError:
        return explained(data, malformed)
    return _ProofFile(envelope, found[0]) if _has_shape(envelope) else malformed


def _has_shape(content: Any) -> bool:  # noqa: ANN401 -- it is what is being found out
    return (
        isinstance(content, dict)
        and REQUIRED <= content.keys() <= REQUIRED | OPTIONAL
        and content["form"] == FORM
        and all(isinstance(content.get(key, ""), str) for key in ("proof", "head", "seal"))
        and is_text_map(content["commons"])
        and set(content["commons"]) == {"commons_id", "slug", "name"}
        and is_text_map(content["people"])
        and content["entry"] == {}
        and is_text_list(content.get("keys", [""]))
    )


def verify_consistency(text: str, means: Means) -> Verdict:
    """Check that a kept checkpoint is the beginning of another one.

    Raises `NoteError` if one of them is malformed. Without a kept checkpoint there is nothing
    to compare, which is a fault.
    """
    proof = Consistency.parse(text)
    checkpoint, trust = proof.checkpoint, means.trust()
    found = Findings()
    found.add(faults_of_signature(trust, proof.note, SIGNED))
    found.add(faults_of_kept(means, trust))
    if means.kept is None:
        found.add([t("Donnez le point de contrôle que vous avez gardé (--checkpoint).")])
    else:
        kept = parse_checkpoint(means.kept)
        if kept.origin != checkpoint.origin:
            found.add([t("Le point de contrôle gardé est celui d'un autre journal.")])
        elif kept.size != proof.old_size:
            found.add(
                [
                    t(
                        "La preuve part de {other}, pas de {kept}.",
                        other=counted(proof.old_size, checkpoint.origin),
                        kept=size_of(kept),
                    )
                ]
            )
        elif not proof.proves(kept.root):
            found.add([t("L'histoire a été réécrite depuis le point de contrôle gardé.")])
    return _verdict("consistency", proof.note, means, found)


def verify_checkpoint(note: str, means: Means) -> Verdict:
    """Check the signatures of a checkpoint, and that it is the kept one if there is one."""
    checkpoint, trust = parse_checkpoint(note), means.trust()
    found = Findings()
    found.add(faults_of_signature(trust, note, SIGNED))
    found.add(faults_of_kept(means, trust))
    found.add(_faults_of_same(checkpoint, means.kept))
    return _verdict("checkpoint", note, means, found)


def _verdict(what: str, note: str, means: Means, found: Findings) -> Verdict:
    checkpoint, witnessed = parse_checkpoint(note), witnessed_by(means, note)
    found.add(faults_of_witnesses(means, witnessed))
    return Verdict(
        entries=checkpoint.size,
        checkpoint=checkpoint,
        note=note,
        signer=means.key.name if means.key else None,
        compared_with=parse_checkpoint(means.kept).size if means.kept else None,
        faults=tuple(found.faults),
        what=what,
        witnessed=witnessed,
        signed_with=signed_with(means.trust(), note),
    )
