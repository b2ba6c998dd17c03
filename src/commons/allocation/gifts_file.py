"""Gifts from a CSV file: `project;donor;amount[;groups]`.

Source of the format: RFC 4180; the columns are those of docs/repartir.md.
"""

from commons.allocation.csv_rows import cents, heading_of, read_rows
from commons.allocation.gifts import Gift
from commons.kernel.errors import InputError
from commons.kernel.text import t

COLUMNS = ("project", "donor", "amount")


def is_gifts(heading: tuple[str, ...]) -> bool:
    """Whether a heading is that of a file of gifts."""
    return set(COLUMNS) <= set(heading)


def read_gifts(data: bytes) -> list[Gift]:
    """Gifts in the order of the file, amounts in cents; `groups` are parted by `|`.

    Raises `InputError` naming the line.
    """
    heading = heading_of(data)
    if not is_gifts(heading) or not set(heading) <= {*COLUMNS, "groups"}:
        raise InputError(
            t("La première ligne doit être « project;donor;amount », et au besoin « ;groups ».")
        )
    return [
        Gift(
            row.text("project"),
            row.text("donor"),
            cents(row.cells["amount"], row.line),
            tuple(
                name.strip() for name in row.cells.get("groups", "").split("|") if name.strip()
            ),
        )
        for row in read_rows(data)
    ]
