"""The journal for plain-text accounting: Beancount, and hledger which Ledger reads too.

Both files hold the same accounts, the same transactions, and at the end what each account
must then hold, which the programs check.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from commons.ledger.books.amounts import Balances, spelled
from commons.ledger.books.entry import BookEntry, Heading, Line
from commons.ledger.books.places import Chart, Place, commodity
from commons.ledger.books.texts import one_line, quoted, tag_value, uncommented
from commons.ledger.books.wording import is_pending, kind_of, sentence_of
from commons.ledger.model import Kind

OPENED = "1900-01-01"
TAGS = (
    "ecriture",
    "empreinte",
    "rang",
    "consignee",
    "depuis",
    "genre",
    "etat",
    "attestations",
    "annule",
    "annulee-par",
    "sur",
    "calcul",
    "compte",
    "nom",
    "unite",
)


def told(entry: BookEntry) -> Iterator[tuple[str, str]]:
    """What traces the transaction to the proof, and what other entries say of it."""
    yield "ecriture", entry.entry_id
    yield "empreinte", entry.leaf_hash
    yield "rang", str(entry.index)
    yield "consignee", entry.recorded_at
    if entry.since != entry.until:
        yield "depuis", entry.since.isoformat()
    yield "genre", kind_of(entry)
    yield "etat", str(entry.standing.state)
    if entry.is_given and entry.kind is Kind.CONTRIBUTION:
        yield "attestations", str(entry.standing.attestations)
    if entry.about:
        yield ("annule" if entry.kind is Kind.REVERSAL else "sur"), entry.about
    if entry.standing.reversed_by:
        yield "annulee-par", entry.standing.reversed_by
    if "round" in entry.details:
        yield "calcul", tag_value(one_line(entry.details["round"]))


class _PlainText(ABC):
    """What both books share: accounts and units told when first met, balances counted."""

    def __init__(self, heading: Heading) -> None:
        self.heading = heading
        self.chart, self.balances = Chart(), Balances()
        self.opened: set[str] = set()
        self.units: set[str] = set()
        self.last = date.min

    def begin(self) -> str:
        body = self.heading.checkpoint.body().splitlines()
        head = [
            f"Journal de {one_line(self.heading.name)}, scellé à {body[1]} écritures.",
            "Les soldes de fin sont contrôlés par le programme qui lit ce fichier.",
            *(one_line(line) for line in body),
        ]
        return "".join(f"; {line}\n" for line in head) + self._preamble() + "\n"

    def add(self, entry: BookEntry) -> str:
        lines = [(self.chart.name(line.place), line) for line in entry.lines()]
        if not lines:
            return ""
        self.last = max(self.last, entry.until)
        told_first = "".join(self._declared(name, line) for name, line in lines)
        for name, line in lines:
            self.balances.add(name, line.unit, line.amount)
        return f"{told_first}{self._transaction(entry, lines)}\n"

    def end(self) -> str:
        held = sorted(self.balances.held.items())
        return self._assertions(held) if held else ""

    def _declared(self, name: str, line: Line) -> str:
        new = ""
        if line.unit not in self.units:
            self.units.add(line.unit)
            new += self._unit(line.unit)
        if name not in self.opened:
            self.opened.add(name)
            new += self._account(name, line.place)
        return new

    @abstractmethod
    def _preamble(self) -> str: ...

    @abstractmethod
    def _unit(self, unit: str) -> str: ...

    @abstractmethod
    def _account(self, name: str, place: Place) -> str: ...

    @abstractmethod
    def _transaction(self, entry: BookEntry, lines: list[tuple[str, Line]]) -> str: ...

    @abstractmethod
    def _assertions(self, held: list[tuple[tuple[str, str], Decimal]]) -> str: ...


class BeancountBook(_PlainText):
    """What `bean-check` accepts, from Beancount 2 on."""

    def _preamble(self) -> str:
        title = quoted(f"Journal de {one_line(self.heading.name)}")
        return f'option "title" {title}\noption "operating_currency" "EUR"\n'

    def _unit(self, unit: str) -> str:
        return f'{OPENED} commodity {commodity(unit)}\n  unite: "{unit}"\n'

    def _account(self, name: str, place: Place) -> str:
        told_of = {"compte": place.account, "nom": one_line(place.owner)}
        tags = "".join(f"  {tag}: {quoted(text)}\n" for tag, text in told_of.items() if text)
        return f"{OPENED} open {name}\n{tags}"

    def _transaction(self, entry: BookEntry, lines: list[tuple[str, Line]]) -> str:
        flag = "!" if is_pending(entry) else "*"
        head = f"{entry.until.isoformat()} {flag} {quoted(sentence_of(entry))}\n"
        tags = "".join(f"  {name}: {quoted(text)}\n" for name, text in told(entry))
        posted = "".join(
            f"  {name}  {spelled(line.amount, line.unit)} {commodity(line.unit)}\n"
            for name, line in lines
        )
        return head + tags + posted

    def _assertions(self, held: list[tuple[tuple[str, str], Decimal]]) -> str:
        day = (self.last + timedelta(days=1)).isoformat()
        return "".join(
            f"{day} balance {name}  {spelled(amount, unit)} {commodity(unit)}\n"
            for (name, unit), amount in held
        )


class HledgerBook(_PlainText):
    """What `hledger check --strict` and `ledger --pedantic` accept."""

    def _preamble(self) -> str:
        return "".join(f"tag {tag}\n" for tag in TAGS)

    def _unit(self, unit: str) -> str:
        return f"commodity {_symbol(unit)}\n    ; unite: {unit}\n"

    def _account(self, name: str, place: Place) -> str:
        told_of = {"compte": place.account.replace(":", " "), "nom": one_line(place.owner)}
        tags = "".join(
            f"    ; {tag}: {tag_value(text)}\n" for tag, text in told_of.items() if text
        )
        return f"account {name}\n{tags}\n"

    def _transaction(self, entry: BookEntry, lines: list[tuple[str, Line]]) -> str:
        flag = "!" if is_pending(entry) else "*"
        said = uncommented(sentence_of(entry))
        head = f"{entry.until.isoformat()} {flag} ({entry.entry_id[:8]}) {said}\n"
        tags = "".join(f"    ; {name}: {text}\n" for name, text in told(entry))
        posted = "".join(
            f"    {name}  {spelled(line.amount, line.unit)} {_symbol(line.unit)}\n"
            for name, line in lines
        )
        return head + tags + posted

    def _assertions(self, held: list[tuple[tuple[str, str], Decimal]]) -> str:
        lines = "".join(
            f"    {name}  0 {_symbol(unit)} = {spelled(amount, unit)} {_symbol(unit)}\n"
            for (name, unit), amount in held
        )
        return f"{self.last.isoformat()} * Soldes de fin, contrôlés\n{lines}"


def _symbol(unit: str) -> str:
    name = commodity(unit)
    return name if name.isalpha() else f'"{name}"'
