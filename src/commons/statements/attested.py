"""What is confirmed of each contributor over a period, from the entries of a journal.

A contribution counts wholly on its last day, as in a statement (decision 0018): what was
taken back counts nowhere, what is contested or awaits attestation is not confirmed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commons.ledger.books.entry import ERASED, UNNAMED, BookEntry, Party
from commons.ledger.books.texts import one_line
from commons.ledger.model import Kind
from commons.statements.rules import PRO_BONO, Counted, counted

MARK = 8
NAMELESS = frozenset({ERASED.label, UNNAMED.label})
Quantities = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Attested:
    """Confirmed quantities by name and unit, and by unit what does not count and why.

    `nameless` is confirmed of people whom the journal does not name any more: nobody could be
    paid. `freely` is the part that was declared volunteer; it is in `people` unless it was
    left out.
    """

    people: dict[str, Quantities]
    unconfirmed: Quantities
    nameless: Quantities
    freely: Quantities


def attested_in(
    entries: Iterable[BookEntry], first: date, last: date, *, only_open: bool = False
) -> Attested:
    """What stands confirmed of each person from `first` to `last`, both included.

    People in order of their names; those of the same name are told apart by the beginning of
    their identifier. With `only_open`, contributions declared volunteer are left out.
    """
    people: dict[Party, Quantities] = {}
    found = Attested({}, {}, {}, {})
    for entry in entries:
        if entry.kind is not Kind.CONTRIBUTION or not first <= entry.until <= last:
            continue
        of_entry = counted(entry.quantity, entry.standing.state)
        _add(found.unconfirmed, entry.unit, _open(of_entry))
        if not of_entry.confirmed:
            continue
        if entry.giver.label in NAMELESS:
            _add(found.nameless, entry.unit, of_entry.confirmed)
            continue
        if entry.details.get("reward") == PRO_BONO:
            _add(found.freely, entry.unit, of_entry.confirmed)
            if only_open:
                continue
        _add(people.setdefault(entry.giver, {}), entry.unit, of_entry.confirmed)
    named = {party: one_line(party.name) for party in people}
    bearers = Counter(named.values())
    for party in sorted(people, key=lambda each: (named[each], each.key)):
        name = named[party]
        if bearers[name] > 1:
            name = f"{name} ({party.key[:MARK]})"
        found.people[name] = dict(sorted(people[party].items()))
    return found


def _open(of_entry: Counted) -> Decimal:
    return of_entry.awaiting + of_entry.contested


def _add(sums: Quantities, unit: str, quantity: Decimal) -> None:
    if quantity:
        sums[unit] = sums.get(unit, Decimal(0)) + quantity
