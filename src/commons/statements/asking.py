"""What someone asks to be valued, read from a form or from an address."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.identifiers import clean_text
from commons.kernel.text import Text, t
from commons.registry.contributing import read_euros
from commons.statements.model import Choice, Valued
from commons.statements.rules import (
    BASES,
    METHOD_CHARACTERS_MAX,
    check_rate,
    refusal_of_value,
)

PREFIX = "value."


def field_of(nature: str, unit: str) -> str:
    """The name of the field that gives one unit of that nature its value."""
    return f"{PREFIX}{nature}.{unit}"


def fields_of(rows: Iterable[Valued]) -> list[tuple[str, Valued]]:
    return [(field_of(row.nature, row.unit), row) for row in rows]


def read_choice(typed: Mapping[str, str]) -> Choice:
    """Read `hourly_rate`, `basis`, `method` and each `value.NATURE.UNIT` that is not empty.

    Raises `InputError` with every fault beside its field.
    """
    faults: list[FieldError] = []
    rate = _rate("hourly_rate", typed.get("hourly_rate", ""), faults)
    basis = typed.get("basis", "")
    if basis not in BASES:
        faults.append(FieldError("basis", t("Dites sur quoi ce taux se fonde.")))
    method = ""
    try:
        method = clean_text(typed.get("method", ""), METHOD_CHARACTERS_MAX, lines=True)
        if not method:
            text = t("Dites d'où vient ce taux et de quand il date : le document le montre.")
            raise InputError(text)
    except InputError as error:
        faults.append(FieldError("method", error.text))
    values = {}
    for name, value in typed.items():
        nature, _, unit = name.removeprefix(PREFIX).partition(".")
        if name.startswith(PREFIX) and value.strip():
            values[nature, unit] = _rate(name, value, faults)
    if faults:
        summary: Text = t("Rien n'a été calculé : reprenez ce qui est signalé.")
        raise InputError(summary, faults)
    return Choice(rate, basis, method, values)


def check_values(choice: Choice, units: Collection[str]) -> None:
    """Refuse, beside its field, what would be given a value that no row could have."""
    faults = [
        FieldError(field_of(nature, unit)[:200], text)
        for nature, unit in choice.values
        if (text := refusal_of_value(nature[:40], unit[:40], units)) is not None
    ]
    if faults:
        raise InputError(t("Rien n'a été calculé : reprenez ce qui est signalé."), faults)


def _euros(typed: str) -> Decimal:
    try:
        return read_euros(typed)
    except InputError as error:
        text = t("« {typed} » n'est pas une valeur comme 12,50.", typed=typed.strip()[:40])
        raise InputError(text) from error


def _rate(name: str, typed: str, faults: list[FieldError]) -> Decimal:
    try:
        if not typed.strip():
            raise InputError(t("Indiquez le taux que l'association a choisi, comme 12,50."))
        return check_rate(_euros(typed))
    except DomainError as error:
        faults.append(FieldError(name, error.text))
        return Decimal(1)
