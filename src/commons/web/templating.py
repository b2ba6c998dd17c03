"""Filters of the templates: amounts, dates and durations in the reader's language."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from jinja2 import pass_context
from jinja2.runtime import Context

from commons.kernel.text import Text
from commons.web import formatting


def _localised(write: Callable[[Any, str], str]) -> Callable[[Context, Any], str]:
    @pass_context
    def filtered(context: Context, value: Any) -> str:  # noqa: ANN401 -- as wide as its formatters
        return write(value, context.get("locale", "fr"))

    return filtered


@pass_context
def numbers(context: Context, text: Text | str) -> Text | str:
    """A sentence whose numbers are written as the reader's language does, to give to `_`."""
    return formatting.with_numbers(text, context.get("locale", "fr"))


@pass_context
def quantity(context: Context, amount: Decimal, unit: str) -> str:
    return formatting.quantity(amount, unit, context.get("locale", "fr"))


def _month(day: date, locale: str) -> str:
    return str(format_date(day, "LLL", locale=locale)).rstrip(".")[:4]


def _month_year(day: date, locale: str) -> str:
    return str(format_date(day, "LLLL y", locale=locale))


def _moment(moment: datetime, locale: str) -> str:
    return formatting.long_moment(moment, locale)


def how_many(count: int, none: str, one: str, many: str) -> str:
    """What is said of nothing, of one and of several: each written whole by `_`."""
    return many if count > 1 else one if count else none


FILTERS: dict[str, Callable[..., Any]] = {
    "grouped": _localised(formatting.grouped),
    "percent": _localised(formatting.percent),
    "gini": _localised(formatting.index),
    "signed_cents": _localised(formatting.signed_cents),
    "euros": _localised(formatting.euros),
    "cents": _localised(formatting.cents),
    "duration": _localised(formatting.duration),
    "long_date": _localised(formatting.long_date),
    "long_moment": _localised(_moment),
    "month": _localised(_month),
    "month_year": _localised(_month_year),
    "quantity": quantity,
    "numbers": numbers,
}
