"""What may be done with an envelope, and when."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from commons.allocation.division import Claim, Division, divide
from commons.chamber.election_file import ElectionFile, check_bookable
from commons.chamber.model import (
    ClaimOn,
    Comparison,
    Envelope,
    EnvelopeDraft,
    Proposal,
    Settlement,
    Stage,
)
from commons.kernel.errors import ConflictError, FieldError, InputError, RuleBrokenError
from commons.kernel.quantity import EURO, check_amount
from commons.kernel.text import t
from commons.ledger.model import Entry, State
from commons.ledger.rules import KEY_IS_TAKEN

DAYS_MAX = 3 * 366


def check_draft(draft: EnvelopeDraft, today: date) -> None:
    """Raises `InputError` with every fault of a new envelope."""
    faults = []
    if not draft.title:
        faults.append(FieldError("title", t("Donnez un titre à cette enveloppe.")))
    if draft.amount <= 0:
        faults.append(FieldError("amount", t("Le montant est supérieur à zéro.")))
    else:
        try:
            check_amount(draft.amount, EURO)
        except InputError as error:
            faults.append(FieldError("amount", error.text))
    if draft.closes_on < draft.opens_on:
        faults.append(FieldError("closes_on", t("La clôture vient avant l'ouverture.")))
    elif draft.closes_on < today:
        faults.append(FieldError("closes_on", t("La clôture est déjà passée.")))
    elif draft.closes_on > today + timedelta(days=DAYS_MAX):
        faults.append(FieldError("closes_on", t("La clôture est dans plus de trois ans.")))
    if faults:
        raise InputError(t("L'enveloppe n'a pas été ouverte."), faults)


def check_same_envelope(envelope: Envelope, draft: EnvelopeDraft) -> None:
    """Raises `ConflictError` if the key under which `envelope` was opened asks for another."""
    opened = EnvelopeDraft(
        envelope.title,
        envelope.terms,
        envelope.amount,
        envelope.opens_on,
        envelope.closes_on,
    )
    if opened != draft:
        raise ConflictError(KEY_IS_TAKEN)


def check_same_decision(
    earlier: Settlement, rule: str, by: UUID, round_sha256: str | None = None
) -> None:
    """Raises `ConflictError` if the key of that decision is sent with another one."""
    same_round = round_sha256 in (None, earlier.round_sha256)
    if (earlier.rule, earlier.settled_by) != (rule, by) or not same_round:
        raise ConflictError(KEY_IS_TAKEN)


def check_undivided(stage: Stage) -> None:
    """Raises `RuleBrokenError` if a decision stands, or the envelope was withdrawn."""
    _check_not_withdrawn(stage)
    if stage is Stage.SETTLED:
        raise RuleBrokenError(t("Cette enveloppe est déjà répartie."))


def _check_not_withdrawn(stage: Stage) -> None:
    if stage is Stage.WITHDRAWN:
        raise RuleBrokenError(
            t("Cette enveloppe est annulée : son argent est revenu au commun.")
        )


def check_claim(stage: Stage, amount: Decimal, reason: str, envelope: Envelope) -> None:
    """Raises `RuleBrokenError` outside the dates, `InputError` for what cannot be asked."""
    if stage is Stage.ANNOUNCED:
        raise RuleBrokenError(t("Cette enveloppe n'est pas encore ouverte aux demandes."))
    _check_not_withdrawn(stage)
    if stage is not Stage.OPEN:
        raise RuleBrokenError(t("Cette enveloppe ne prend plus de demande : elle est close."))
    faults = []
    if not amount.is_finite() or amount <= 0:
        faults.append(FieldError("amount", t("Demandez une somme supérieure à zéro.")))
    elif amount != amount.quantize(Decimal("0.01")):
        faults.append(FieldError("amount", t("Une somme s'écrit au centime près.")))
    elif amount > envelope.amount * 1000:
        faults.append(FieldError("amount", t("Cette somme est sans rapport avec l'enveloppe.")))
    if not reason:
        faults.append(FieldError("reason", t("Dites pourquoi cette somme vous paraît juste.")))
    if faults:
        raise InputError(t("Votre demande n'a pas été consignée."), faults)


def check_settling(
    envelope: Envelope,
    stage: Stage,
    today: date,
    claims: Sequence[ClaimOn],
    proposal: Proposal | None,
    rule: str,
    person_id: UUID,
) -> None:
    """Raises `RuleBrokenError` if `person_id` may not settle the envelope by `rule` now.

    Whoever claims on the envelope may only adopt what another person proposed: nobody
    settles their own claim alone.
    """
    check_undivided(stage)
    if today < envelope.closes_on:
        raise RuleBrokenError(
            t("Les demandes sont reçues jusqu'à la clôture : on répartit à partir de ce jour.")
        )
    if not claims:
        raise RuleBrokenError(
            t("Personne n'a fait de demande : il n'y a rien à répartir. Prolongez ou refermez.")
        )
    is_claimant = person_id in {claim.person_id for claim in claims}
    by_another = (
        proposal is not None and proposal.rule == rule and proposal.proposed_by != person_id
    )
    if is_claimant and not by_another:
        raise RuleBrokenError(
            t(
                "Vous avez une demande sur cette enveloppe : on ne règle pas seul·e sa propre "
                "demande. Proposez une règle ; une autre personne garante l'adoptera."
            )
        )


def check_answered(entries: Mapping[UUID, Entry]) -> None:
    """Raises `RuleBrokenError` if one of the entries awaits an answer to a contest."""
    if any(entry.state is State.CONTESTED for entry in entries.values()):
        raise RuleBrokenError(
            t(
                "Une contribution ou une demande est contestée et attend sa réponse : on ne "
                "paie qu'après l'avoir consignée."
            )
        )


def check_election(stage: Stage, claims: Sequence[ClaimOn], counted: ElectionFile) -> None:
    """Raises `RuleBrokenError` if an election cannot divide the envelope now.

    Raises `InputError` for a file in another currency, or a cost finer than a cent.
    """
    check_undivided(stage)
    if stage is Stage.ANNOUNCED:
        raise RuleBrokenError(t("Cette enveloppe n'est pas encore ouverte."))
    if claims:
        raise RuleBrokenError(
            t("Des demandes ont été faites sur cette enveloppe : elle leur est destinée.")
        )
    check_bookable(counted)


def check_paying(payer: UUID, payee: UUID) -> None:
    if payer == payee:
        raise RuleBrokenError(
            t("On ne se paie pas soi-même : demandez à une autre personne garante.")
        )


def claims_of(claims: Sequence[ClaimOn]) -> list[Claim]:
    return [Claim(str(claim.person_id), claim.cents) for claim in claims]


def settle(envelope: Envelope, claims: Sequence[ClaimOn], rule: str) -> Division:
    """The division by `rule`; claims stand in the order they were first made."""
    return divide(envelope.cents, claims_of(claims), rule)


def compare(envelope: Envelope, claims: Sequence[ClaimOn], names: Sequence[str]) -> Comparison:
    """The rules of `names` on the same claims."""
    divisions = [settle(envelope, claims, name) for name in names] if claims else []
    return Comparison(tuple(claims), tuple(divisions))
