"""Amounts as the command line writes them, for people and for programs."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import click

from commons.allocation.inequality import gini, lorenz
from commons.kernel.money import NARROW, NO_BREAK, money, to_the_cent
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


def lorenz_points(amounts: Sequence[int]) -> list[list[str]]:
    """The points of the Lorenz curve as exact fractions: part of the people, of the money."""
    return [[str(people), str(part)] for people, part in lorenz(amounts)]


def show_inequality(total: int, amounts: Sequence[int]) -> None:
    """For a person: the total, how unequal it is, and what the poorest half holds."""
    index = thousandths(gini(amounts)).replace(".", ",")
    click.echo(f"\nTotal : {money(total)}. Indice de Gini : {index}")
    if amounts:
        half = len(amounts) // 2
        part = Fraction(sum(sorted(amounts)[:half]), sum(amounts)) if sum(amounts) else None
        if half and part is not None:
            people, said = 100 * half / Fraction(len(amounts)), part * 100
            click.echo(
                f"Courbe de Lorenz : les {_percent(people)} qui reçoivent le moins ont "
                f"{_percent(said)} de ce qui est réparti."
            )


def _percent(value: Fraction) -> str:
    return f"{french(str(to_the_cent(value)))}{NO_BREAK}%"


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
