"""Amounts as books write them, and balances counted line by line."""

from dataclasses import dataclass, field
from decimal import Context, Decimal

from commons.kernel.quantity import EURO, plain

EXACT = Context(prec=60)
"""Any sum of amounts of a journal is exact at this precision."""


def spelled(amount: Decimal, unit: str) -> str:
    """Euros with their cents; anything else without needless zeros."""
    if unit == EURO.code and amount == amount.quantize(Decimal("0.01")):
        return f"{amount:.2f}"
    return plain(amount)


@dataclass(slots=True)
class Balances:
    """What each account holds of each unit, after the lines counted so far."""

    held: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def add(self, account: str, unit: str, amount: Decimal) -> Decimal:
        """Count a line; returns the balance after it."""
        key = (account, unit)
        after = EXACT.add(self.held.get(key, Decimal(0)), amount)
        self.held[key] = after
        return after
