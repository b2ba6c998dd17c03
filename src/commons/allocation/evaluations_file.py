"""Evaluations from a CSV file: `from;to;points`.

Source of the format: RFC 4180; the columns are those of docs/repartir.md.
"""

from commons.allocation.csv_rows import heading_of, number, read_rows
from commons.allocation.peers import Evaluation
from commons.kernel.errors import InputError
from commons.kernel.text import t

COLUMNS = ("from", "to", "points")


def is_evaluations(heading: tuple[str, ...]) -> bool:
    """Whether a heading is that of a file of evaluations."""
    return set(heading) == set(COLUMNS)


def read_evaluations(data: bytes) -> list[Evaluation]:
    """Evaluations in the order of the file. Raises `InputError` naming the line."""
    if not is_evaluations(heading_of(data)):
        raise InputError(t("La première ligne doit être « from;to;points »."))
    found: list[Evaluation] = []
    seen: dict[tuple[str, str], int] = {}
    for row in read_rows(data):
        judge, member = row.text("from"), row.text("to")
        if judge == member:
            raise InputError(
                t("Ligne {line} : « {name} » se note soi-même.", line=row.line, name=judge)
            )
        if (judge, member) in seen:
            raise InputError(
                t(
                    "Ligne {line} : « {judge} » note déjà « {member} » à la ligne {first}.",
                    line=row.line,
                    judge=judge,
                    member=member,
                    first=seen[judge, member],
                )
            )
        seen[judge, member] = row.line
        found.append(Evaluation(judge, member, number(row.cells["points"], row.line)))
    return found
