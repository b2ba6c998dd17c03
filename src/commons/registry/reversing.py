"""Taking an entry back: who may, what must be taken back before it, and the reversal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.identity.model import Person
from commons.identity.rules import Operation, may, require
from commons.kernel.errors import FieldError, InputError, RuleBrokenError
from commons.kernel.identifiers import clean_text
from commons.kernel.text import Text, t
from commons.ledger.accounts import NotHeldError
from commons.ledger.appending import append_all, was_written
from commons.ledger.model import (
    AccountKind,
    AlreadyWritten,
    Entry,
    Kind,
    Outcome,
    Posting,
)
from commons.ledger.rules import reversal_of
from commons.ledger.store import JournalStore
from commons.registry.rules import TEXT_CHARACTERS_MAX

FUNDING, ENVELOPE, AWARD, PAYMENT = "funding", "envelope", "award", "payment"
OF_MONEY = {
    FUNDING: Operation.RECEIVE_MONEY,
    ENVELOPE: Operation.OPEN_ENVELOPE,
    AWARD: Operation.SETTLE,
    PAYMENT: Operation.PAY,
}
"""Whoever may book a movement may take it back."""

AUTHORS = {
    Kind.CONTRIBUTION: "contributor",
    Kind.ATTESTATION: "attester",
    Kind.CONTEST: "contester",
    Kind.DOCUMENT: "recorder",
}
"""Whose an entry is, for those that their author may take back."""

BY_A_STEWARD = frozenset({Kind.CONTRIBUTION, Kind.DOCUMENT})
"""What a steward may take back for its author; what someone attests or contests is theirs."""

ELSEWHERE: dict[Kind, Text] = {
    Kind.CLAIM: t("Une demande se change sur la page de son enveloppe, jusqu'à la clôture."),
    Kind.ANSWER: t("Une réponse ne s'annule pas : si elle ne convient pas, contestez encore."),
    Kind.REVERSAL: t("Une contre-écriture ne s'annule pas : consignez une nouvelle écriture."),
    Kind.ERASURE: t("Un effacement ne s'annule pas : ce qui est effacé ne revient pas."),
}
RULES_STAND = t("Des règles ne s'annulent pas : adoptez-en d'autres, elles les remplacent.")
ALONE = {
    PAYMENT: t(
        "Vous avez reçu ce paiement : on ne l'annule pas seul·e. Demandez à une autre personne "
        "garante ou trésorière."
    ),
    AWARD: t(
        "Vous avez une demande sur cette enveloppe : on n'annule pas seul·e sa répartition. "
        "Demandez à une autre personne garante ou trésorière."
    ),
}
NOT_HELD = {
    FUNDING: t(
        "Cet argent n'est plus libre : il est dans une enveloppe, ou déjà versé. Annulez "
        "d'abord l'ouverture de l'enveloppe, puis recommencez."
    ),
    ENVELOPE: t(
        "Cette enveloppe est répartie. Annulez d'abord sa répartition, puis recommencez."
    ),
    AWARD: t(
        "Une somme de cette répartition a déjà été payée. Annulez d'abord ce paiement, puis "
        "recommencez."
    ),
}
REST_NOT_HELD = t(
    "Ce qui était revenu au commun n'est plus libre : il est dans une autre enveloppe, ou déjà "
    "versé. Annulez d'abord l'ouverture de cette enveloppe, puis recommencez."
)
GONE = t(
    "Une personne concernée a effacé ses données : ce mouvement ne s'annule plus. Consignez "
    "l'argent comme il est aujourd'hui."
)


def is_author(person: Person | None, entry: Entry) -> bool:
    """Whether the entry is what that person gave, attested, contested or recorded."""
    author = AUTHORS.get(entry.kind)
    return bool(person and author and entry.person(author) == person.person_id)


def may_reverse(me: Person | None, entry: Entry) -> bool:
    """Whether `me` may try to: what else stands against it is said when they do."""
    if me is None or entry.reversed_by is not None or _against_its_kind(entry):
        return False
    if entry.kind is Kind.TRANSFER:
        return may(me, OF_MONEY[entry.details["purpose"]], entry.commons_id)
    own = is_author(me, entry) and may(me, Operation.LOG, entry.commons_id)
    is_stewards = entry.kind in BY_A_STEWARD
    return own or (is_stewards and may(me, Operation.REVERSE, entry.commons_id))


async def require_reverser(
    store: JournalStore, me: Person | None, commons_id: UUID, entry_id: UUID
) -> tuple[Person, Entry]:
    """Who takes back, and what. Raises as `require` does, before it says if there is an entry.

    Raises `RuleBrokenError` for what is corrected by another door, or not at all.
    """
    person = require(me, Operation.LOG, commons_id)
    target = await store.entry(commons_id, entry_id)
    if refused := _against_its_kind(target):
        raise RuleBrokenError(refused)
    if target.kind is Kind.TRANSFER:
        return require(me, OF_MONEY[target.details["purpose"]], commons_id), target
    if not is_author(person, target):
        if target.kind not in BY_A_STEWARD:
            raise RuleBrokenError(
                t("Seule la personne qui a écrit cela peut le retirer ; on peut y répondre.")
                if target.kind is Kind.CONTEST
                else t("Seule la personne qui a attesté peut retirer son attestation.")
            )
        require(me, Operation.REVERSE, commons_id)
    return person, target


def _against_its_kind(entry: Entry) -> Text | None:
    if entry.details.get("document") == "rules":
        return RULES_STAND
    if entry.kind is Kind.TRANSFER and entry.details.get("purpose") not in OF_MONEY:
        return t("Ce mouvement ne s'annule pas ici.")
    return ELSEWHERE.get(entry.kind)


async def take_back(
    db: AsyncConnection,
    target: Entry,
    by: Person,
    reason: str,
    *,
    entry_id: UUID,
    now: datetime,
) -> Outcome:
    """Write the reversal of `target`, within the caller's transaction.

    `by` may do it, as `require_reverser` says. Raises `InputError` beside the field `reason`
    without one, `RuleBrokenError` for money that is not held any more, saying what to take
    back first, and for who would decide alone on money of their own.
    """
    text = clean_text(reason, TEXT_CHARACTERS_MAX, lines=True)
    if not text:
        fault = t("Dites pourquoi cette écriture est annulée.")
        raise InputError(fault, [FieldError("reason", fault)])
    store = JournalStore(db)
    moved = await store.postings_of(target.commons_id, target.entry_id)
    personal = {"reverser": str(by.person_id), "reason": text}
    draft = reversal_of(target, moved, entry_id=entry_id, on=now.date(), personal=personal)
    if await was_written(db, target.commons_id, draft):
        return AlreadyWritten(entry_id)
    await _check_concerned(store, target, moved, by.person_id)
    try:
        [outcome] = await append_all(db, target.commons_id, [draft], now)
    except NotHeldError as error:
        raise RuleBrokenError(_to_take_back_first(target, error)) from error
    return outcome


async def _check_concerned(
    store: JournalStore, target: Entry, moved: tuple[Posting, ...], by: UUID
) -> None:
    """Raises `RuleBrokenError` for someone's own money, and if anyone concerned is erased."""
    concerned = {
        target.person(f"account.{line}")
        for line, posting in enumerate(moved, start=1)
        if posting.account.kind is AccountKind.PERSON
    }
    purpose = target.details.get("purpose")
    if purpose == AWARD:
        [divided] = [p.account for p in moved if p.account.kind is AccountKind.ENVELOPE]
        concerned |= await store.claimants(target, divided)
    if None in concerned:
        raise RuleBrokenError(GONE)
    if by in concerned and purpose is not None:
        raise RuleBrokenError(ALONE[purpose])


def _to_take_back_first(target: Entry, error: NotHeldError) -> Text:
    purpose = target.details.get("purpose", "")
    if purpose == AWARD and error.account.kind is AccountKind.COMMONS:
        return REST_NOT_HELD
    return NOT_HELD.get(purpose, error.text)
