"""From what a person typed to a contribution in a journal."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from commons.kernel.duration import parse_minutes
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.identifiers import clean_text, safe_link
from commons.kernel.quantity import MINUTE, parse_plain
from commons.kernel.text import t
from commons.ledger.model import Draft, Kind
from commons.ledger.rules import NATURES, REWARDS
from commons.registry.rules import TEXT_CHARACTERS_MAX

LINKS_MAX = 20


def read_day(typed: str) -> date:
    """`2026-11-20`, as a date field sends it, or `20/11/2026`. Raises `InputError`."""
    text = typed.strip()
    try:
        if "/" in text:
            day, month, year = text.split("/")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(t("Écrivez une date comme 20/11/2026.")) from error


def read_euros(typed: str) -> Decimal:
    """`1 250,50`, `1250.5`. Raises `InputError` for anything else."""
    cleaned = typed.strip().removesuffix("€").strip()
    for space in (" ", "\u00a0", "\u202f"):
        cleaned = cleaned.replace(space, "")
    return parse_plain(cleaned.replace(",", "."))


def contribution_draft(
    typed: Mapping[str, str], *, entry_id: UUID, contributor: UUID, recorder: UUID
) -> Draft:
    """Read the form « Consigner ». Raises `InputError` with every fault beside its field."""
    faults: list[FieldError] = []
    day, minutes, description, links = date.min, 1, "", ""
    unit, quantity = MINUTE.code, Decimal(0)
    try:
        day = read_day(typed.get("day", ""))
    except InputError as error:
        faults.append(FieldError("day", error.text))
    try:
        minutes = parse_minutes(typed.get("duration", ""))
        quantity = Decimal(minutes)
    except InputError as error:
        faults.append(FieldError("duration", error.text))
    try:
        description = clean_text(typed.get("description", ""), TEXT_CHARACTERS_MAX, lines=True)
        if not description:
            raise InputError(t("Dites en quelques mots ce que vous avez fait."))
    except InputError as error:
        faults.append(FieldError("description", error.text))
    try:
        parts = typed.get("links", "").split()
        links = "\n".join(safe_link(part) for part in parts[:LINKS_MAX])
    except DomainError as error:
        faults.append(FieldError("links", error.text))
    nature, reward = typed.get("nature", "work"), typed.get("reward", "pro-bono")
    if nature not in NATURES:
        faults.append(FieldError("nature", t("Choisissez la nature de la contribution.")))
    if reward not in REWARDS:
        faults.append(FieldError("reward", t("Dites : bénévole, ou ouvert à rétribution.")))
    if faults:
        raise InputError(t("Votre contribution n'a pas été consignée."), faults)
    personal = {
        "contributor": str(contributor),
        "recorder": str(recorder),
        "description": description,
    }
    return Draft(
        entry_id=entry_id,
        kind=Kind.CONTRIBUTION,
        occurred_from=day,
        occurred_to=day,
        quantity=quantity,
        unit=unit,
        details={"nature": nature, "reward": reward},
        personal={**personal, "links": links} if links else personal,
    )
