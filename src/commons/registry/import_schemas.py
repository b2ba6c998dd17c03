"""Shapes of the API that imports: files as texts, a verdict per line."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from commons.ledger.git_import import COMMAND
from commons.registry.importing import Report
from commons.registry.schemas import Sent, writable
from commons.web.i18n import translate

CHARACTERS_MAX = 9_000_000


class ImportIn(Sent):
    """A CSV file: its first line names the columns (date, contributeur, durée, description).

    With `all_or_nothing`, one refused line and nothing is written. With `make_people`,
    unknown names become members without an address.
    """

    csv: Annotated[str, Field(max_length=CHARACTERS_MAX), AfterValidator(writable)]
    all_or_nothing: bool = False
    make_people: bool = False


class HistoryIn(Sent):
    """A git history: commits as claims, one for each author and co-author.

    With `make_people`, authors whose address nobody has become members; without, they are
    refused. Of e-mail addresses only a keyed hash is kept.
    """

    history: Annotated[
        str,
        Field(
            max_length=CHARACTERS_MAX,
            description=f"What this command, run in the repository, writes: `{COMMAND}`",
        ),
        AfterValidator(writable),
    ]
    all_or_nothing: bool = False
    make_people: bool = False


class VerdictOut(BaseModel):
    """`outcome` is `written`, `already` or `refused`; `detail` says why."""

    line: int
    outcome: str
    detail: str


class ImportOut(BaseModel):
    written: int
    already: int
    refused: int
    verdicts: list[VerdictOut]

    @classmethod
    def of(cls, report: Report, locale: str) -> "ImportOut":
        return cls(
            written=report.count("written"),
            already=report.count("already"),
            refused=report.count("refused"),
            verdicts=[
                VerdictOut(
                    line=item.line, outcome=item.outcome, detail=translate(item.text, locale)
                )
                for item in report.verdicts
            ],
        )
