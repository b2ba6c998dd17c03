"""What a file holds, told by the end of its name and its first line: one answer for all doors.

Source of the forms: docs/repartir.md for CSV files, Pabulib for elections, docs/round.md.
"""

from enum import StrEnum
from pathlib import PurePath

from commons.allocation.claims_file import is_claims
from commons.allocation.contributors_file import is_contributors
from commons.allocation.csv_rows import heading_of
from commons.allocation.evaluations_file import is_evaluations
from commons.allocation.gifts_file import is_gifts
from commons.allocation.takes import is_takes
from commons.kernel.errors import InputError
from commons.kernel.text import t


class FileKind(StrEnum):
    """What can be divided or counted, or done again."""

    CLAIMS = "claims"
    GIFTS = "gifts"
    EVALUATIONS = "evaluations"
    TAKES = "takes"
    ELECTION = "election"
    ROUND = "round"
    CONTRIBUTORS = "contributors"


def kind_by_name(name: str) -> FileKind | None:
    """What the name alone tells; None for a CSV file, whose heading tells the rest.

    Raises `InputError` for a name that ends otherwise.
    """
    match PurePath(name).suffix.lower():
        case ".pb":
            return FileKind.ELECTION
        case ".json":
            return FileKind.ROUND
        case ".csv":
            return None
        case "":
            raise InputError(
                t(
                    "Ce fichier n'a pas de fin de nom : .pb pour un vote, .csv pour une "
                    "répartition, .json pour un calcul à refaire. Renommez-le."
                )
            )
        case other:
            raise InputError(
                t("Un fichier « {suffix} » ne se lit pas : .pb, .csv, .json.", suffix=other)
            )


def kind_of_csv(data: bytes) -> FileKind:
    """What a CSV file holds, by its first line. Raises `InputError` naming those there are."""
    heading = heading_of(data)
    if is_gifts(heading):
        return FileKind.GIFTS
    if is_evaluations(heading):
        return FileKind.EVALUATIONS
    if is_takes(heading):
        return FileKind.TAKES
    if is_contributors(heading):
        return FileKind.CONTRIBUTORS
    if is_claims(heading):
        return FileKind.CLAIMS
    raise InputError(
        t(
            "Ligne 1 : elle dit ce que contient le fichier. Écrivez « name;claim » (et au "
            "besoin « ;floor;cap;weight ») pour des demandes, « project;donor;amount » pour "
            "des dons, « from;to;points » pour des évaluations, « name;take;before » pour des "
            "prélèvements, « name;unit;quantity » pour des quantités attestées."
        )
    )


def kind_of(name: str, data: bytes) -> FileKind:
    """What the file of that name holds. Raises `InputError` where nothing can tell."""
    return kind_by_name(name) or kind_of_csv(data)
