"""Amounts as the command line writes them, for people and for programs."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import click

from commons.kernel.money import NARROW, money
from commons.kernel.text import Text, Value


def signed_money(amount: int) -> str:
    """`+1,00 €`, `−1,00 €` or `=` for nothing."""
    if not amount:
        return "="
    return f"{'+' if amount > 0 else '−'}{money(abs(amount))}"


def french(number: str) -> str:
    """`1 250,5` from `1250.5`, with narrow no-break spaces."""
    whole, _, part = number.partition(".")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    return f"{grouped},{part}" if part else grouped


def exact_decimal(value: Fraction) -> str:
    """A fraction that came from a decimal number, as the shortest such number."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    digits = f"{int(value * 10**scale):0{scale + 1}d}"
    return f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits


def thousandths(value: Fraction) -> str:
    """A number between 0 and 1 to the nearest thousandth, `0.329`."""
    return f"0.{round(value * 1000):03d}" if value < Fraction(1999, 2000) else "1.000"


def show_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned: the first and the last to the left, those between to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    last = len(widths) - 1
    for row in rows:
        cells = (
            f"{cell:<{width}}" if place in (0, last) else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.echo(f"  {'  '.join(cells)}".rstrip())


def sentence(text: Text) -> str:
    """A French sentence with its numbers written the French way."""
    return str(Text(text.message, {name: _said(value) for name, value in text.values.items()}))


def _said(value: Value) -> str:
    match value:
        case Text():
            return sentence(value)
        case int() | Decimal():
            return french(str(value))
        case _:
            return str(value)
