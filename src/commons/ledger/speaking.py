"""What entries of one journal may say of one another, read from their text (LED-42).

A name that is withheld cannot be compared: each commitment has a salt of its own, so that the
same person is committed to differently each time.
"""

from collections.abc import Iterator

from commons.kernel.text import Text, t
from commons.ledger.entry_text import EntryText
from commons.ledger.model import Kind

SPEAKS_OF = {
    b"attestation": frozenset({b"contribution"}),
    b"contest": frozenset({b"contribution", b"claim"}),
    b"answer": frozenset({b"contest"}),
    b"reversal": frozenset(k.encode() for k in Kind) - {b"reversal", b"erasure"},
}
"""Of what kinds these must speak; the others may speak of any."""


def faults_about(
    entry: EntryText, target: EntryText, said_once: set[tuple[bytes, ...]]
) -> Iterator[Text]:
    """What is wrong with what `entry` says of `target`, another entry of its journal.

    `said_once` remembers, from one call to the next, what may not be said again.
    """
    if target.kind not in SPEAKS_OF.get(entry.kind, {target.kind}):
        yield t("L'écriture {entry} ne peut pas parler d'une telle écriture.", entry=entry.name)
    if entry.kind == b"attestation":
        yield from _faults_of_attestation(entry, target, said_once)
    elif entry.kind == b"reversal":
        yield from _faults_of_reversal(entry, target, said_once)


def _faults_of_attestation(
    entry: EntryText, target: EntryText, said_once: set[tuple[bytes, ...]]
) -> Iterator[Text]:
    attester = entry.said.get(b"attester")
    if attester is None:
        return
    if attester == target.said.get(b"contributor"):
        yield t("L'attestation {entry} est faite par la personne attestée.", entry=entry.name)
    if (target.entry_id, attester) in said_once:
        yield t("L'attestation {entry} répète celle de la même personne.", entry=entry.name)
    said_once.add((target.entry_id, attester))


def _faults_of_reversal(
    entry: EntryText, target: EntryText, said_once: set[tuple[bytes, ...]]
) -> Iterator[Text]:
    if (target.entry_id,) in said_once:
        yield t("La contre-écriture {entry} annule ce qui l'était déjà.", entry=entry.name)
    said_once.add((target.entry_id,))
    if (entry.quantity, entry.unit) != (_opposite(target.quantity), target.unit):
        yield t("La contre-écriture {entry} n'a pas la quantité opposée.", entry=entry.name)
    moved_back = [(account, _opposite(amount), unit) for account, amount, unit in target.moves]
    if entry.moves != moved_back or not _is_of_the_same(entry, target):
        yield t("La contre-écriture {entry} n'a pas les mouvements opposés.", entry=entry.name)


def _opposite(amount: bytes | None) -> bytes | None:
    if amount is None or amount == b"0":
        return amount
    return amount[1:] if amount.startswith(b"-") else b"-" + amount


def _is_of_the_same(entry: EntryText, target: EntryText) -> bool:
    """Whether accounts of persons are of the same persons, where both are named."""
    if not entry.postings:
        return True
    here, there = entry.said, target.said
    both = here.keys() & there.keys()
    return all(here[name] == there[name] for name in both if name.startswith(b"account."))
