"""Claims from a CSV file: `name;claim[;floor][;cap][;weight]`.

Source of the format: RFC 4180; the columns are those of docs/repartir.md.
"""

from fractions import Fraction

from commons.allocation.csv_rows import Row, cents, heading_of, number, read_rows
from commons.allocation.division import Claim
from commons.kernel.errors import InputError
from commons.kernel.text import t

COLUMNS = ("name", "claim", "floor", "cap", "weight")
USUAL_WEIGHT = Fraction(1)


def read_claims(data: bytes) -> list[Claim]:
    """Claims in the order of the file, amounts in cents.

    UTF-8 with or without byte-order mark, `;` (or `,` where the heading has no `;`),
    decimal comma or point. Raises `InputError` naming the line.
    """
    heading = heading_of(data)
    if not {"name", "claim"} <= set(heading) <= set(COLUMNS):
        raise InputError(
            t("La première ligne doit être « name;claim », et au besoin « ;floor;cap;weight ».")
        )
    claims: list[Claim] = []
    first_lines: dict[str, int] = {}
    for row in read_rows(data):
        claim = _claim(row)
        if claim.name in first_lines:
            raise InputError(
                t(
                    "Ligne {line} : « {name} » demande déjà à la ligne {first}.",
                    line=row.line,
                    name=claim.name,
                    first=first_lines[claim.name],
                )
            )
        first_lines[claim.name] = row.line
        claims.append(claim)
    return claims


def _claim(row: Row) -> Claim:
    cap, typed = row.cells.get("cap"), row.cells.get("weight")
    weight = number(typed, row.line) if typed else USUAL_WEIGHT
    floor = row.cells.get("floor")
    claim = Claim(
        name=row.text("name"),
        cents=cents(row.cells["claim"], row.line),
        floor=cents(floor, row.line) if floor else 0,
        cap=cents(cap, row.line) if cap else None,
        weight=weight,
    )
    if claim.floor > claim.top:
        raise InputError(
            t("Ligne {line} : le plancher dépasse la demande ou le plafond.", line=row.line)
        )
    if not weight:
        raise InputError(t("Ligne {line} : un poids est supérieur à zéro.", line=row.line))
    return claim
