"""Whole cents written out: for programs, and for people who read French."""

from decimal import Decimal
from fractions import Fraction

NARROW = "\u202f"
NO_BREAK = "\u00a0"


def euros(cents: int) -> str:
    """`12.34` from 1234 cents, `-12.34` from their opposite."""
    units, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{units}.{rest:02d}"


def french_number(cents: int) -> str:
    """`1 250,00` from 125000 cents, with narrow spaces that do not break, and a true minus."""
    units, rest = divmod(abs(cents), 100)
    grouped = f"{units:,}".replace(",", NARROW)
    return f"{'−' if cents < 0 else ''}{grouped},{rest:02d}"


def money(cents: int) -> str:
    """`1 250,00 €` from 125000 cents."""
    return f"{french_number(cents)}{NO_BREAK}€"


def to_the_cent(value: Fraction) -> Decimal:
    """Rounded down, for a person to read; the exact fraction is what counts."""
    return Decimal(euros(value.numerator * 100 // value.denominator))
