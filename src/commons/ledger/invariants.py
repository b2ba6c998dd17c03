"""The promises of the journal as questions to the database: no row, the promise holds.

The questions are the files of `ledger/invariants/`: a sentence as comments, then a SELECT of
what would contradict it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.content import content_folder

ROWS_MAX = 20


@dataclass(frozen=True, slots=True)
class Invariant:
    name: str
    sentence: str
    query: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that contradicts the `sentence` of an invariant."""

    invariant: str
    sentence: str
    row: dict[str, str]


def invariants() -> Iterator[Invariant]:
    for file in sorted((content_folder("ledger") / "invariants").glob("*.sql")):
        query = file.read_text(encoding="utf-8")
        comments = [line[2:].strip() for line in query.splitlines() if line.startswith("--")]
        yield Invariant(file.stem, comments[0], query)


async def violations(db: AsyncConnection) -> list[Violation]:
    """What contradicts the promises, at most `ROWS_MAX` rows for each."""
    found = []
    for invariant in invariants():
        result = await db.exec_driver_sql(invariant.query)
        rows = result.mappings().fetchmany(ROWS_MAX)
        for row in rows:
            shown = {name: str(value) for name, value in row.items()}
            found.append(Violation(invariant.name, invariant.sentence, shown))
    return found
