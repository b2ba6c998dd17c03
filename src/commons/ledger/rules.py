"""What may be written in a journal, decided from the draft and what it speaks of."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from commons.kernel.errors import DomainError, FieldError, InputError, RuleBrokenError
from commons.kernel.quantity import EURO, Unit, check_amount
from commons.kernel.text import Text, t
from commons.ledger.leaf import total
from commons.ledger.model import Account, Draft, Entry, Kind, Posting

EARLIEST = date(1900, 1, 1)
TEXT_CHARACTERS_MAX = 10_000
POSTINGS_MAX = 10_000
NATURES = ("work", "in-kind", "material", "knowledge")
REWARDS = ("pro-bono", "open")

ABOUT_NEEDED = frozenset(
    {Kind.ATTESTATION, Kind.CONTEST, Kind.ANSWER, Kind.REVERSAL, Kind.ERASURE}
)
QUANTITY_NEEDED = frozenset({Kind.CONTRIBUTION, Kind.CLAIM})


def refusal_of(draft: Draft, units: Mapping[str, Unit], today: date) -> DomainError | None:
    """Why the draft, taken alone, cannot be written; nothing if it can."""
    faults = [*_faults_of_days(draft, today), *_faults_of_text(draft)]
    if draft.kind in ABOUT_NEEDED and draft.about is None:
        faults.append(FieldError("about", t("Dites de quelle écriture il s'agit.")))
    if draft.kind in QUANTITY_NEEDED or draft.quantity is not None:
        faults += _faults_of_quantity(draft, units)
    if draft.kind is Kind.CONTRIBUTION:
        faults += _faults_of_contribution(draft)
    faults += _faults_of_postings(draft)
    if faults:
        return InputError(t("Cette écriture ne peut pas être consignée telle quelle."), faults)
    return None


def _faults_of_days(draft: Draft, today: date) -> list[FieldError]:
    if draft.occurred_from > draft.occurred_to:
        text = t("La période finit avant de commencer.")
    elif draft.occurred_to > today + timedelta(days=1):
        text = t("Cette date est dans le futur : on consigne ce qui a eu lieu.")
    elif draft.occurred_from < EARLIEST:
        text = t("Cette date est antérieure à 1900.")
    else:
        return []
    return [FieldError("occurred_on", text)]


def _faults_of_text(draft: Draft) -> list[FieldError]:
    too_long = t("Ce texte dépasse {limit} caractères.", limit=TEXT_CHARACTERS_MAX)
    unwritable = t("Ce texte contient un caractère qui ne s'écrit pas : retirez-le.")
    faults = []
    for name, value in draft.personal.items():
        if len(value) > TEXT_CHARACTERS_MAX:
            faults.append(FieldError(name, too_long))
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
            faults.append(FieldError(name, unwritable))
    return faults


def _faults_of_quantity(draft: Draft, units: Mapping[str, Unit]) -> list[FieldError]:
    unit = units.get(draft.unit or "")
    if unit is None:
        known = ", ".join(sorted(units))
        text = t(
            "L'unité « {unit} » n'est pas déclarée dans ce commun. Unités possibles : {known}.",
            unit=draft.unit or "",
            known=known,
        )
        return [FieldError("unit", text)]
    needed = t("Indiquez une quantité supérieure à zéro.")
    if draft.quantity is None:
        return [FieldError("quantity", needed)]
    try:
        check_amount(draft.quantity, unit)
    except InputError as error:
        return [FieldError("quantity", error.text)]
    if draft.quantity <= 0 and draft.kind is not Kind.REVERSAL:
        return [FieldError("quantity", needed)]
    return []


def _faults_of_contribution(draft: Draft) -> list[FieldError]:
    faults = []
    if draft.details.get("nature") not in NATURES:
        faults.append(FieldError("nature", t("Choisissez la nature de la contribution.")))
    if draft.details.get("reward") not in REWARDS:
        faults.append(FieldError("reward", t("Dites : bénévole, ou ouvert à rétribution.")))
    if not draft.personal.get("contributor"):
        faults.append(FieldError("contributor", t("Dites qui a contribué.")))
    if not draft.personal.get("description", "").strip():
        faults.append(FieldError("description", t("Dites en quelques mots ce qui a été fait.")))
    return faults


def _faults_of_postings(draft: Draft) -> list[FieldError]:
    if draft.kind is Kind.TRANSFER and len(draft.postings) < 2:
        return [FieldError("postings", t("De l'argent va d'un compte à un autre."))]
    if len(draft.postings) > POSTINGS_MAX:
        return [FieldError("postings", t("Trop de mouvements dans une seule écriture."))]
    for posting in draft.postings:
        if posting.unit != EURO.code:
            return [FieldError("postings", t("Seuls des euros vont d'un compte à un autre."))]
        try:
            check_amount(posting.amount, EURO)
        except InputError as error:
            return [FieldError("postings", error.text)]
    if any(total(draft.postings, unit) for unit in {item.unit for item in draft.postings}):
        return [FieldError("postings", t("Ce qui sort d'un compte doit entrer dans un autre."))]
    return []


def refusal_about(draft: Draft, target: Entry | None) -> DomainError | None:
    """Why the draft cannot be written about `target` (LED-4, LED-15); nothing if it can."""
    if target is None:
        return RuleBrokenError(t("L'écriture dont il est question n'est pas dans ce journal."))
    text: Text | None = None
    if draft.kind is Kind.REVERSAL:
        if target.kind is Kind.REVERSAL:
            text = t("Une contre-écriture ne s'annule pas : consignez une nouvelle écriture.")
        elif target.reversed_by is not None:
            text = t("Cette écriture a déjà sa contre-écriture.")
    elif draft.kind is Kind.ATTESTATION:
        attester = draft.personal.get("attester")
        if target.kind is not Kind.CONTRIBUTION:
            text = t("Seule une contribution s'atteste.")
        elif target.reversed_by is not None:
            text = t("Cette contribution a été annulée : il n'y a plus rien à attester.")
        elif attester == target.personal.get("contributor"):
            text = t("On n'atteste pas sa propre contribution : demandez à une autre personne.")
    return RuleBrokenError(text) if text else None


def reversal_of(
    target: Entry,
    postings: tuple[Posting, ...],
    *,
    entry_id: UUID,
    on: date,
    personal: Mapping[str, str],
) -> Draft:
    """The draft that takes back `target`: same units and accounts, opposite amounts.

    `personal` names who reverses and why; the contributor concerned is carried over.
    """
    concerned = {
        name: target.personal[name] for name in ("contributor",) if name in target.personal
    }
    return Draft(
        entry_id=entry_id,
        kind=Kind.REVERSAL,
        occurred_from=on,
        occurred_to=on,
        quantity=-target.quantity if target.quantity is not None else None,
        unit=target.unit,
        about=target.entry_id,
        personal={**concerned, **personal},
        postings=tuple(Posting(item.account, -item.amount, item.unit) for item in postings),
    )


def transfer(source: Account, target: Account, amount: Decimal) -> tuple[Posting, Posting]:
    """Two postings that move `amount` euros from one account to another."""
    return Posting(source, -amount), Posting(target, amount)
