"""What may be written in a journal, decided from the draft and what it speaks of."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from commons.kernel.addresses import REFUSED, has_address
from commons.kernel.composing import is_stream_safe
from commons.kernel.errors import DomainError, FieldError, InputError, RuleBrokenError
from commons.kernel.quantity import EURO, Unit, check_amount
from commons.kernel.text import Text, t
from commons.ledger.leaf import total
from commons.ledger.model import (
    Account,
    DatedRules,
    Draft,
    Entry,
    Kind,
    Posting,
    Rules,
    Standing,
    Target,
)

EARLIEST = date(1900, 1, 1)
TEXT_CHARACTERS_MAX = 10_000
POSTINGS_MAX = 10_000
NATURES = ("work", "in-kind", "material", "knowledge")
REWARDS = ("pro-bono", "open")

ABOUT_NEEDED = frozenset(
    {Kind.ATTESTATION, Kind.CONTEST, Kind.ANSWER, Kind.REVERSAL, Kind.ERASURE}
)
QUANTITY_NEEDED = frozenset({Kind.CONTRIBUTION, Kind.CLAIM})
REASON_NEEDED = frozenset({Kind.CONTEST, Kind.ANSWER})
CONTESTABLE = frozenset({Kind.CONTRIBUTION, Kind.CLAIM})
QUORUM_MAX = 100
CONTEST_DAYS_MAX = 3660
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
KEY_IS_TAKEN = t(
    "Cet identifiant d'écriture sert déjà à une autre écriture : prenez-en un nouveau."
)


def refusal_of(draft: Draft, units: Mapping[str, Unit], today: date) -> DomainError | None:
    """Why the draft, taken alone, cannot be written; nothing if it can."""
    faults = [*_faults_of_days(draft, today), *_faults_of_text(draft)]
    if draft.kind in ABOUT_NEEDED and draft.about is None:
        faults.append(FieldError("about", t("Dites de quelle écriture il s'agit.")))
    if draft.kind in QUANTITY_NEEDED or draft.quantity is not None:
        faults += _faults_of_quantity(draft, units)
    if draft.kind is Kind.CONTRIBUTION:
        faults += _faults_of_contribution(draft)
    if draft.kind in REASON_NEEDED and not draft.personal.get("reason", "").strip():
        faults.append(FieldError("reason", t("Dites pourquoi, en quelques mots.")))
    if draft.postings or draft.kind is Kind.TRANSFER:
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
    faults = []
    for name, value in draft.personal.items():
        if len(value) > TEXT_CHARACTERS_MAX:
            text = t("Ce texte dépasse {limit} caractères.", limit=TEXT_CHARACTERS_MAX)
            faults.append(FieldError(name, text))
        if _UNWRITABLE.search(value) or not is_stream_safe(value):
            text = t("Ce texte contient un caractère qui ne s'écrit pas : retirez-le.")
            faults.append(FieldError(name, text))
        if has_address(value):
            faults.append(FieldError(name, REFUSED))
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
    if draft.quantity is not None:
        try:
            check_amount(draft.quantity, unit)
        except InputError as error:
            return [FieldError("quantity", error.text)]
    if draft.quantity is None or (draft.quantity <= 0 and draft.kind is not Kind.REVERSAL):
        return [FieldError("quantity", t("Indiquez une quantité supérieure à zéro."))]
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


def rules_at(known: Sequence[DatedRules], moment: datetime) -> Rules:
    """The rules in force at `moment`; `known` stands in the order of their dates."""
    standing = [item.rules for item in known if item.decided_at <= moment]
    return standing[-1] if standing else Rules()


def refusal_of_rules(rules: Rules) -> InputError | None:
    """Why a commons cannot rule so; nothing if it can."""
    faults = []
    if not 1 <= rules.quorum <= QUORUM_MAX:
        text = t("Il faut de 1 à {limit} attestations.", limit=QUORUM_MAX)
        faults.append(FieldError("quorum", text))
    if rules.contest_days is not None and not 1 <= rules.contest_days <= CONTEST_DAYS_MAX:
        text = t("Le délai va de 1 à {limit} jours.", limit=CONTEST_DAYS_MAX)
        faults.append(FieldError("contest_days", text))
    if rules.silence_accepts and rules.contest_days is None:
        text = t("Pour accepter sans attestation, fixez d'abord un délai de contestation.")
        faults.append(FieldError("silence_accepts", text))
    try:
        check_amount(rules.advance, EURO)
        if rules.advance < 0:
            raise InputError(t("Une avance est une somme positive, ou zéro."))
    except InputError as error:
        faults.append(FieldError("advance", error.text))
    if faults:
        return InputError(t("Ces règles ne peuvent pas être adoptées telles quelles."), faults)
    return None


def refusal_about(
    draft: Draft, target: Target | None, rules: Rules, standing: Standing, now: datetime
) -> DomainError | None:
    """Why the draft cannot be written about `target` (LED-4, LED-15, LED-31 to LED-33)."""
    if target is None:
        return RuleBrokenError(t("L'écriture dont il est question n'est pas dans ce journal."))
    text: Text | None = None
    match draft.kind:
        case Kind.REVERSAL:
            text = _against_reversing(target)
        case Kind.ATTESTATION:
            text = _against_attesting(draft, target, rules, standing)
        case Kind.CONTEST:
            text = _against_contesting(draft, target, rules, now)
        case Kind.ANSWER:
            text = _against_answering(draft, target)
        case Kind.TRANSFER:
            text = _against_paying(target)
    return RuleBrokenError(text) if text else None


def _against_reversing(target: Target) -> Text | None:
    if target.kind is Kind.REVERSAL:
        return t("Une contre-écriture ne s'annule pas : consignez une nouvelle écriture.")
    if target.kind is Kind.ERASURE:
        return t("Un effacement ne s'annule pas : ce qui est effacé ne revient pas.")
    if target.is_reversed:
        return t("Cette écriture a déjà sa contre-écriture.")
    return None


def _against_attesting(
    draft: Draft, target: Target, rules: Rules, standing: Standing
) -> Text | None:
    attester = draft.personal.get("attester", "")
    if target.kind is not Kind.CONTRIBUTION:
        return t("Seule une contribution s'atteste.")
    if target.is_reversed:
        return t("Cette contribution a été annulée : il n'y a plus rien à attester.")
    if attester in target.attesters:
        return t("Vous avez déjà attesté cette contribution.")
    return _against_attester(attester, target, rules, standing)


def _against_attester(
    attester: str, target: Target, rules: Rules, standing: Standing
) -> Text | None:
    if attester == target.subject:
        return t("On n'atteste pas sa propre contribution : demandez à une autre personne.")
    if target.organisation in standing.signs_for:
        return t(
            "Vous signez pour l'organisation qui a contribué : demandez à une autre personne."
        )
    if rules.attesters and not rules.attesters & standing.roles:
        return t(
            "Dans ce commun, votre rôle ne permet pas d'attester : demandez à une personne "
            "garante."
        )
    return None


def _against_contesting(
    draft: Draft, target: Target, rules: Rules, now: datetime
) -> Text | None:
    contester = draft.personal.get("contester", "")
    if target.kind not in CONTESTABLE:
        return t("Seule une contribution ou une demande se conteste.")
    if target.is_reversed:
        return t("Cette écriture a été annulée : il n'y a plus rien à contester.")
    if contester == target.subject:
        return t("C'est votre écriture : pour la corriger, annulez-la.")
    days = rules.contest_days
    if days is not None and now >= target.recorded_at + timedelta(days=days):
        return t(
            "Le délai pour contester est passé : il était de {days} jours dans ce commun.",
            days=days,
        )
    if contester in target.contesters:
        return t("Vous avez déjà contesté cette écriture : attendez la réponse.")
    return None


def _against_answering(draft: Draft, target: Target) -> Text | None:
    if target.kind is not Kind.CONTEST:
        return t("On ne répond qu'à une contestation.")
    if target.is_reversed:
        return t("Cette contestation a été retirée : elle n'attend plus de réponse.")
    if target.is_answered:
        return t("Cette contestation a déjà sa réponse.")
    if draft.personal.get("answerer", "") == target.subject:
        return t("On ne répond pas à sa propre contestation.")
    return None


def _against_paying(target: Target) -> Text | None:
    if target.is_reversed:
        return t("Cette écriture a été annulée : elle ne se paie pas.")
    if target.contesters:
        return t(
            "Cette écriture est contestée : elle ne se paie pas avant qu'une réponse soit "
            "consignée."
        )
    return None


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
