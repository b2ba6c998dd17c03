"""Amounts, dates and durations as people read them, in French and English."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from commons.kernel.quantity import EURO, MINUTE
from commons.kernel.text import Text, Value

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


def grouped(value: int | Decimal, locale: str) -> str:
    """`1 250`; a decimal number keeps two places."""
    pattern = "#,##0" if isinstance(value, int) else "#,##0.00"
    return str(format_decimal(value, pattern, locale=locale))


def percent(part: Fraction, locale: str) -> str:
    """`46,7 %` from a part of 1, to the nearest tenth."""
    tenths = Decimal(round(part * 1000)).scaleb(-3)
    pattern = "#,##0.#%" if locale == "en" else "#,##0.#\u202f%"
    return str(format_percent(tenths, pattern, locale=locale))


def index(value: Fraction, locale: str) -> str:
    """A number between 0 and 1 to the nearest thousandth: `0,329`."""
    return str(format_decimal(Decimal(round(value * 1000)).scaleb(-3), "0.000", locale=locale))


def with_numbers(text: Text | str, locale: str) -> Text | str:
    """A sentence whose numbers are written as the reader's language does."""
    if isinstance(text, str):
        return text
    return Text(
        text.message, {name: _said(value, locale) for name, value in text.values.items()}
    )


def _said(value: Value, locale: str) -> Value:
    match value:
        case Text():
            return with_numbers(value, locale)
        case int() | Decimal():
            return grouped(value, locale)
        case _:
            return value


def signed_cents(amount: int, locale: str) -> str:
    """`+1,00 €`, `−1,00 €`, or `=` for nothing."""
    if not amount:
        return "="
    return f"{'+' if amount > 0 else '−'}{cents(abs(amount), locale)}"


def long_date(day: date, locale: str) -> str:
    """`23 novembre 2026`."""
    return str(format_date(day, format="long", locale=BRITISH.get(locale, locale)))


def long_moment(moment: datetime, locale: str) -> str:
    """`24 novembre 2026 à 18 h 05 (UTC)`: in UTC, as the journal keeps it."""
    pattern = "d MMMM y 'à' HH 'h' mm '(UTC)'" if locale == "fr" else "d MMMM y, HH:mm '(UTC)'"
    return str(format_datetime(moment, pattern, locale=locale))
