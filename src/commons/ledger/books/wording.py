"""What an export says in words: always in French, since it is data and not a page."""

from commons.ledger.books.entry import BookEntry
from commons.ledger.books.texts import DESCRIPTION_MAX, one_line
from commons.ledger.model import Kind, State
from commons.web import labels

PENDING = frozenset({State.AWAITING, State.CONTESTED})
"""Contributions that books mark with `!`: nobody has confirmed them, or someone doubts."""


def kind_of(entry: BookEntry) -> str:
    return str(labels.kind[entry.kind])


def state_of(entry: BookEntry) -> str:
    return str(labels.state[entry.standing.state])


def purpose_of(entry: BookEntry) -> str:
    """Why money moves; a word that is not known is given as it stands."""
    purpose = entry.details.get("purpose", "")
    return str(labels.purpose.get(purpose, purpose))


def subject_of(entry: BookEntry) -> str:
    """What was done or why, as it was typed; empty where it may not be shown."""
    words = (entry.texts.get(name, "") for name in ("description", "title", "reason"))
    return next((text for text in words if text), "")


def sentence_of(entry: BookEntry) -> str:
    """One line that says the entry: « Contribution de Camille Roux : Taille des pommiers »."""
    said = kind_of(entry)
    if entry.is_given:
        said = f"{said} de {entry.giver.name}"
    elif purpose := purpose_of(entry):
        said = f"{said}, {purpose}"
    subject = subject_of(entry)
    return one_line(f"{said} : {subject}" if subject else said, DESCRIPTION_MAX)


def is_pending(entry: BookEntry) -> bool:
    return entry.kind is Kind.CONTRIBUTION and entry.standing.state in PENDING
