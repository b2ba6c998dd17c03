"""The journal as a table for spreadsheets: one row per movement, its balance beside it."""

import csv
import io

from commons.kernel.duration import spell_minutes
from commons.kernel.quantity import MINUTE
from commons.kernel.spreadsheet import plain_cell
from commons.ledger.books.amounts import Balances, spelled
from commons.ledger.books.entry import BookEntry, Heading, Line
from commons.ledger.books.places import Chart
from commons.ledger.books.texts import one_line
from commons.ledger.books.wording import kind_of, purpose_of, state_of, subject_of
from commons.web import labels

COLUMNS = (
    "ecriture",
    "ligne",
    "genre",
    "etat",
    "date",
    "debut",
    "consignee_le",
    "compte",
    "personne",
    "quantite",
    "unite",
    "duree",
    "solde",
    "attestations",
    "annule",
    "annulee_par",
    "nature",
    "retribution",
    "motif",
    "description",
    "liens",
    "rang",
    "empreinte",
)
BYTE_ORDER_MARK = "\ufeff"


class CsvBook:
    """UTF-8 with a byte-order mark, `;`, decimal commas, no formula in a cell."""

    def __init__(self, _: Heading) -> None:
        self.chart, self.balances = Chart(), Balances()
        self.text = io.StringIO()
        self.writer = csv.writer(self.text, delimiter=";", lineterminator="\r\n")

    def begin(self) -> str:
        self.writer.writerow(COLUMNS)
        return BYTE_ORDER_MARK + self._written()

    def add(self, entry: BookEntry) -> str:
        """One row for a contribution, or its reversal; one for each account money moves."""
        lines = list(entry.lines())
        rows = lines[:1] + lines[2:] if entry.is_given else lines
        for number, line in enumerate(rows, start=1):
            self.writer.writerow(self._row(entry, number, line))
        return self._written()

    def end(self) -> str:
        return ""

    def _row(self, entry: BookEntry, number: int, line: Line) -> list[str]:
        account = self.chart.name(line.place)
        balance = self.balances.add(account, line.unit, line.amount)
        is_time = line.unit == MINUTE.code and line.amount == int(line.amount)
        who = entry.giver.name if line.place.kind == "received" else line.place.owner
        nature, reward = entry.details.get("nature", ""), entry.details.get("reward", "")
        typed = [who, *self._words(entry, nature, reward)]
        who, nature, reward, purpose, subject, links = (plain_cell(one_line(x)) for x in typed)
        return [
            entry.entry_id,
            str(number),
            kind_of(entry),
            state_of(entry),
            entry.until.isoformat(),
            entry.since.isoformat(),
            entry.recorded_at,
            account,
            who,
            _comma(spelled(line.amount, line.unit)),
            line.unit,
            spell_minutes(int(line.amount)) if is_time else "",
            _comma(spelled(balance, line.unit)),
            str(entry.standing.attestations),
            entry.about or "",
            entry.standing.reversed_by or "",
            nature,
            reward,
            purpose,
            subject,
            links,
            str(entry.index),
            entry.leaf_hash,
        ]

    def _words(self, entry: BookEntry, nature: str, reward: str) -> list[str]:
        return [
            str(labels.nature.get(nature, nature)),
            str(labels.reward.get(reward, reward)),
            purpose_of(entry),
            subject_of(entry),
            entry.texts.get("links", ""),
        ]

    def _written(self) -> str:
        written = self.text.getvalue()
        self.text.seek(0)
        self.text.truncate()
        return written


def _comma(amount: str) -> str:
    return amount.replace(".", ",")
