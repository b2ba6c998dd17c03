"""Attested quantities from a CSV file `name;unit;quantity`, and members from one of `name`.

Source of the format: RFC 4180; the columns are those of docs/repartir.md.
"""

from fractions import Fraction

from commons.allocation.contributions import Contributor
from commons.allocation.csv_rows import Row, heading_of, number, read_rows
from commons.allocation.units import unit_of
from commons.kernel.duration import parse_minutes
from commons.kernel.errors import InputError
from commons.kernel.text import t

COLUMNS = ("name", "unit", "quantity")
HOUR_MINUTES = 60


def is_contributors(heading: tuple[str, ...]) -> bool:
    """Whether a heading is that of a file of attested quantities."""
    return set(heading) == set(COLUMNS)


def read_contributors(data: bytes) -> list[Contributor]:
    """Contributors in the order of the file, one line for each unit; time in minutes.

    A quantity of hours may be written `2,5` or `2h30`. Raises `InputError` naming the line,
    also for a person and a unit that stand twice.
    """
    if not is_contributors(heading_of(data)):
        raise InputError(t("La première ligne doit être « name;unit;quantity »."))
    found: dict[str, dict[str, Fraction]] = {}
    seen: dict[tuple[str, str], int] = {}
    for row in read_rows(data):
        name = row.text("name")
        unit, quantity = _quantity(row)
        if (name, unit) in seen:
            raise InputError(
                t(
                    "Ligne {line} : « {name} » a déjà une quantité de « {unit} » à la ligne "
                    "{first} : additionnez-les.",
                    line=row.line,
                    name=name,
                    unit=unit,
                    first=seen[name, unit],
                )
            )
        seen[name, unit] = row.line
        found.setdefault(name, {})[unit] = quantity
    return [Contributor(name, quantities) for name, quantities in found.items()]


def _quantity(row: Row) -> tuple[str, Fraction]:
    typed = row.cells["quantity"]
    try:
        unit, times = unit_of(row.cells["unit"])
        if times == HOUR_MINUTES and not typed.replace(",", "").replace(".", "").isdigit():
            return unit, Fraction(parse_minutes(typed))
    except InputError as error:
        raise InputError(
            t("Ligne {line} : {fault}", line=row.line, fault=error.text)
        ) from error
    return unit, number(typed, row.line) * times


def read_members(data: bytes) -> list[str]:
    """The names of members from a CSV file whose one column is `name`.

    Raises `InputError` naming the line, also for a name that stands twice.
    """
    if heading_of(data) != ("name",):
        raise InputError(
            t("La première ligne doit être « name », et chaque ligne le nom d'un membre.")
        )
    found: dict[str, int] = {}
    for row in read_rows(data):
        name = row.text("name")
        if name in found:
            raise InputError(
                t(
                    "Ligne {line} : « {name} » est déjà à la ligne {first}.",
                    line=row.line,
                    name=name,
                    first=found[name],
                )
            )
        found[name] = row.line
    return list(found)
