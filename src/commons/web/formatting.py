"""Amounts, dates and durations as people read them, in French and English."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from commons.kernel.quantity import EURO, MINUTE

BRITISH = {"en": "en_GB"}
"""English dates stand as in French, the day first."""

NARROW, WIDE = "\u202f", "\u00a0"


def euros(amount: Decimal, locale: str) -> str:
    """`1 250,00 €`, with its non-breaking spaces."""
    return str(format_currency(amount, "EUR", locale=locale))


def cents(amount: int, locale: str) -> str:
    return euros(Decimal(amount).scaleb(-2), locale)


def duration(minutes: Decimal, locale: str) -> str:
    """`2 h 30`, `45 min`, `−1 h`; thousands of hours keep their spaces."""
    sign = "−" if minutes < 0 else ""
    hours, rest = divmod(abs(int(minutes)), 60)
    if not hours:
        return f"{sign}{rest}{WIDE}min"
    whole = format_decimal(hours, locale=locale)
    return f"{sign}{whole}{WIDE}h" + (f"{WIDE}{rest:02d}" if rest else "")


def quantity(amount: Decimal, unit: str, locale: str) -> str:
    """An amount in its unit: money, time, or a number, exact, and the code of its unit."""
    if unit == EURO.code:
        return euros(amount, locale)
    if unit == MINUTE.code:
        return duration(amount, locale)
    return f"{number(amount, locale)}{WIDE}{unit}"


def number(amount: Decimal, locale: str) -> str:
    """Every decimal it has, and no needless zero: `1 250,125`."""
    exact = amount.normalize() + Decimal(0)
    return str(format_decimal(exact, locale=locale, decimal_quantization=False))


def long_date(day: date, locale: str) -> str:
    """`23 novembre 2026`."""
    return str(format_date(day, format="long", locale=BRITISH.get(locale, locale)))


def long_moment(moment: datetime, locale: str) -> str:
    """`24 novembre 2026 à 18 h 05 (UTC)`: in UTC, as the journal keeps it."""
    pattern = "d MMMM y 'à' HH 'h' mm '(UTC)'" if locale == "fr" else "d MMMM y, HH:mm '(UTC)'"
    return str(format_datetime(moment, pattern, locale=locale))
