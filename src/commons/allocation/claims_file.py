"""Claims from a CSV file: `name;claim[;floor][;cap][;weight]`.

Source of the format: RFC 4180; the columns are those of docs/repartir.md.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from commons.allocation.csv_rows import Row, cells_of, cents, heading_of, number, read_rows
from commons.allocation.division import Claim
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t

COLUMNS = ("name", "claim", "floor", "cap", "weight")
USUAL_WEIGHT = Fraction(1)


def is_claims(heading: tuple[str, ...]) -> bool:
    """Whether a heading is that of a file of claims."""
    return {"name", "claim"} <= set(heading) <= set(COLUMNS)


def read_claims(data: bytes) -> list[Claim]:
    """Claims in the order of the file, amounts in cents.

    UTF-8 with or without byte-order mark, `;` (or `,` where the heading has no `;`),
    decimal comma or point. Raises `InputError` naming the line.
    """
    if not is_claims(heading_of(data)):
        raise InputError(
            t("La première ligne doit être « name;claim », et au besoin « ;floor;cap;weight ».")
        )
    return list(_read(read_rows(data), {}))


def typed_claims(typed: str) -> list[Claim]:
    """Claims as people type them, `name;claim[;floor][;cap][;weight]`, one a line.

    A heading is not needed; a whole CSV file pasted with its own is read as one. Raises
    `InputError` with one fault on `claims` per wrong line, saying what to type.
    """
    lines = typed.splitlines()
    if lines and is_claims(tuple(cell.strip().lower() for cell in lines[0].split(";"))):
        return read_claims(typed.encode())
    claims: list[Claim] = []
    faults: list[FieldError] = []
    first_lines: dict[str, int] = {}
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            claims += _read([_typed_row(place, line)], first_lines)
        except InputError as error:
            faults.append(FieldError("claims", error.text))
    if not claims and not faults:
        text = t("Écrivez au moins une demande : « nom ; montant ».")
        faults.append(FieldError("claims", text))
    if faults:
        raise InputError(_refusal(faults), faults)
    return claims


def _refusal(faults: list[FieldError]) -> Text:
    if len(faults) == 1:
        return faults[0].text
    return t("{count} lignes sont à corriger.", count=len(faults))


def _typed_row(line: int, typed: str) -> Row:
    cells = cells_of(typed, line)
    if not 2 <= len(cells) <= len(COLUMNS) or not cells[0]:
        raise InputError(
            t(
                "Ligne {line} : écrivez « nom ; montant », et au besoin « ; plancher ; plafond "
                "; poids ».",
                line=line,
            )
        )
    return Row(line, dict(zip(COLUMNS, cells, strict=False)))


def _read(rows: Iterable[Row], first_lines: dict[str, int]) -> Iterator[Claim]:
    """The claims of these rows; `first_lines` holds the line of each name so far."""
    for row in rows:
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
        yield claim


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
