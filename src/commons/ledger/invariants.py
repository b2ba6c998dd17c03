"""The promises of the journal as questions to the database: no row, the promise holds.

The questions are the files of `ledger/invariants/`: a sentence as comments, then a SELECT of
what would contradict it. What each finds is said to people by `violation_words`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.content import content_folder
from commons.kernel.text import Text
from commons.ledger.violation_words import CONTRADICTED

ROWS_MAX = 20


@dataclass(frozen=True, slots=True)
class Invariant:
    name: str
    sentence: str
    query: str


@dataclass(frozen=True, slots=True)
class Violation:
    """What contradicts a promise: which one, said in a `sentence`, and where."""

    invariant: str
    sentence: Text
    row: dict[str, str]


def invariants() -> Iterator[Invariant]:
    for file in sorted((content_folder("ledger") / "invariants").glob("*.sql")):
        query = file.read_text(encoding="utf-8")
        comments = [line[2:].strip() for line in query.splitlines() if line.startswith("--")]
        yield Invariant(file.stem, comments[0], query)


async def violations(db: AsyncConnection) -> list[Violation]:
    """What contradicts the promises, at most `ROWS_MAX` rows for each.

    A question that cannot even be asked, since something is no text of an entry any more, is
    answered by why.
    """
    found = []
    for invariant in invariants():
        sentence = CONTRADICTED[invariant.name]
        try:
            async with db.begin_nested():
                result = await db.exec_driver_sql(invariant.query)
                rows = result.mappings().fetchmany(ROWS_MAX)
        except DBAPIError as error:
            why = {"error": str(error.orig).rpartition(">: ")[2]}
            found.append(Violation(invariant.name, sentence, why))
            continue
        for row in rows:
            shown = {name: str(value) for name, value in row.items() if value is not None}
            found.append(Violation(invariant.name, sentence, shown))
    return found
