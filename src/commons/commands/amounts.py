"""Amounts as a person reads them in a French terminal."""

from decimal import Decimal
from fractions import Fraction

from commons.kernel.text import Text

NARROW, WIDE = "\u202f", "\u00a0"


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


def to_the_cent(value: Fraction) -> Decimal:
    """Rounded down, for a person to read; the exact fraction is what counts."""
    cents = value * 100
    return Decimal(cents.numerator // cents.denominator).scaleb(-2)


def sentence(text: Text) -> str:
    """A French sentence with its numbers written the French way."""
    values = {
        name: french(str(value)) if isinstance(value, int | Decimal) else value
        for name, value in text.values.items()
    }
    return str(Text(text.message, values))
