"""How a commons confirms, said in sentences and read from a form; its own units likewise."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from commons.identity.model import Role
from commons.kernel.errors import ConflictError, DomainError, FieldError, InputError
from commons.kernel.identifiers import clean_text
from commons.kernel.money import money
from commons.kernel.quantity import SCALE_MAX, Unit
from commons.kernel.text import Text, t
from commons.ledger.model import DatedRules, Rules
from commons.ledger.rules import refusal_of_rules
from commons.registry.contributing import read_euros
from commons.web import labels

ATTESTERS = (Role.CONTRIBUTOR, Role.STEWARD, Role.TREASURER)
"""Roles whose holders a commons may ask to attest; others do not attest at all."""
ATTESTING: Mapping[str, Text] = {
    "contributor": t("les contributeurs et contributrices"),
    "steward": t("les personnes garantes"),
    "treasurer": t("les trésorières et trésoriers"),
}
LABEL_CHARACTERS_MAX = 60


def described(rules: Rules) -> tuple[Text, ...]:
    """The rules as sentences, always in the same order, so that two can be compared."""
    return (
        _quorum(rules.quorum),
        _attesters(rules.attesters),
        _contest(rules.contest_days),
        t("Passé ce délai, ce que personne n'a contesté est accepté, même sans attestation.")
        if rules.silence_accepts
        else t("Le silence n'accepte rien : sans attestation, une contribution attend."),
        t(
            "Le commun peut avancer jusqu'à {amount} avant de les avoir reçus.",
            amount=money(int(rules.advance * 100)),
        )
        if rules.advance
        else t("Le commun ne donne que l'argent qu'il a reçu."),
    )


def changes(before: Rules, after: Rules) -> list[tuple[Text, Text]]:
    """What each sentence was and becomes, for those that change."""
    pairs = zip(described(before), described(after), strict=True)
    return [(was, becomes) for was, becomes in pairs if was != becomes]


def _quorum(count: int) -> Text:
    if count == 1:
        return t("Une contribution est attestée dès qu'une autre personne l'atteste.")
    return t(
        "Une contribution est attestée quand {count} autres personnes l'attestent.",
        count=count,
    )


def _attesters(roles: frozenset[str]) -> Text:
    if not roles:
        return t("Tout membre peut attester, sauf ce qui vient de lui.")
    named = [ATTESTING.get(role, labels.role[role]) for role in sorted(roles)]
    return t("Peuvent attester : {roles}.", roles=_listed(named))


def _listed(named: Sequence[Text]) -> Text:
    *others, last = named
    if not others:
        return last
    return t("{first} et {last}", first=_listed(others), last=last)


def _contest(days: int | None) -> Text:
    if days is None:
        return t("On peut contester à tout moment.")
    if days == 1:
        return t("On peut contester pendant un jour après l'écriture.")
    return t("On peut contester pendant {days} jours après l'écriture.", days=days)


def read_rules(typed: Mapping[str, str], attesters: Sequence[str]) -> Rules:
    """Read the form of the rules. Raises `InputError` with every fault beside its field."""
    faults: list[FieldError] = []
    quorum = _whole(faults, "quorum", typed.get("quorum", ""))
    days = typed.get("contest_days", "")
    contest_days = _whole(faults, "contest_days", days) if days else None
    advance = Decimal(0)
    try:
        advance = read_euros(typed.get("advance") or "0")
    except InputError as error:
        faults.append(FieldError("advance", error.text))
    if not set(attesters) <= set(ATTESTERS):
        faults.append(FieldError("attesters", t("Choisissez parmi les rôles proposés.")))
    rules = Rules(
        1 if quorum is None else quorum,
        frozenset(attesters),
        contest_days,
        typed.get("silence_accepts") == "accepts",
        advance,
    )
    refused = refusal_of_rules(rules)
    known = {fault.field for fault in faults}
    faults += [
        fault for fault in (refused.errors if refused else ()) if fault.field not in known
    ]
    if faults:
        raise InputError(t("Ces règles ne peuvent pas être adoptées telles quelles."), faults)
    return rules


def _whole(faults: list[FieldError], name: str, typed: str) -> int | None:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6:
        faults.append(FieldError(name, t("Écrivez un nombre entier, comme 2.")))
        return None
    return int(typed)


def check_still_known(known: Sequence[DatedRules], read: str) -> None:
    """Raises `ConflictError` if rules were adopted since someone read them.

    `read` is the entry of the rules they read, or nothing if there were none.
    """
    latest: UUID | None = known[-1].entry_id if known else None
    if read != str(latest or ""):
        raise ConflictError(
            t("Les règles ont changé entre-temps : relisez-les, puis recommencez si besoin.")
        )


def read_unit(code: str, scale: str, label: str) -> Unit:
    """A unit of a commons' own. Raises `InputError` with every fault beside its field."""
    faults: list[FieldError] = []
    digits = _whole(faults, "scale", scale)
    if digits is not None and digits > SCALE_MAX:
        faults.append(FieldError("scale", t("Une unité a de 0 à 6 décimales.")))
    name = ""
    try:
        name = clean_text(label, LABEL_CHARACTERS_MAX)
        if not name:
            raise InputError(t("Dites ce que l'on compte, au pluriel : « paniers »."))
    except DomainError as error:
        faults.append(FieldError("label", error.text))
    try:
        unit = Unit(code, min(digits or 0, SCALE_MAX), name)
    except InputError:
        text = t(
            "Un code a de 1 à 32 lettres sans accent, chiffres ou tirets, comme « panier »."
        )
        faults.append(FieldError("code", text))
    if faults:
        raise InputError(t("Cette unité n'a pas été déclarée."), faults)
    return unit
