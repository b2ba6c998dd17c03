"""Drawings made on the server as inline SVG, each with its reading and its table.

Numbers come in exact; only the geometry of the picture uses floats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commons.kernel.quantity import MINUTE
from commons.kernel.text import Text, t

WIDTH = 640
ROW = 34
LABEL = 150
MONTHS = 12


@dataclass(frozen=True, slots=True)
class BarRow:
    """One line of a chart: what was asked, what is given, both in cents."""

    label: Text | str
    asked: int
    given: int
    x_asked: float
    x_given: float
    y: int


@dataclass(frozen=True, slots=True)
class BarsChart:
    rows: tuple[BarRow, ...]
    height: int
    reading: Text


def bars_chart(lines: Sequence[tuple[Text | str, int, int]], reading: Text) -> BarsChart:
    """Asked beside given, per line, all to one scale that begins at zero."""
    top = max((max(asked, given) for _, asked, given in lines), default=0) or 1
    scale = (WIDTH - LABEL - 110) / top
    rows = tuple(
        BarRow(label, asked, given, asked * scale, given * scale, place * ROW)
        for place, (label, asked, given) in enumerate(lines)
    )
    return BarsChart(rows, len(rows) * ROW + 6, reading)


@dataclass(frozen=True, slots=True)
class MonthBar:
    month: date
    minutes: int
    x: float
    height: float


@dataclass(frozen=True, slots=True)
class ActivityChart:
    bars: tuple[MonthBar, ...]
    reading: Text


def activity_chart(
    months: Sequence[tuple[date, str, Decimal]], today: date
) -> ActivityChart | None:
    """Time given per month over twelve months; nothing if none was."""
    minutes = {month: int(amount) for month, unit, amount in months if unit == MINUTE.code}
    if not any(minutes.values()):
        return None
    first = today.year * 12 + today.month - MONTHS
    shown = [date(number // 12, number % 12 + 1, 1) for number in range(first, first + MONTHS)]
    top = max(minutes.values()) or 1
    step = WIDTH / MONTHS
    bars = tuple(
        MonthBar(month, value, place * step + 6, 120 * max(value, 0) / top)
        for place, month in enumerate(shown)
        for value in (minutes.get(month, 0),)
    )
    hours = sum(bar.minutes for bar in bars) // 60
    active = sum(1 for bar in bars if bar.minutes)
    reading = t(
        "{hours} heures consignées en douze mois, sur {active} mois d'activité.",
        hours=hours,
        active=active,
    )
    return ActivityChart(bars, reading)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow from the envelope to a person: a curved band and its label."""

    label: Text | str
    cents: int
    path: str
    y: float
    thickness: float


@dataclass(frozen=True, slots=True)
class FlowChart:
    source: Text | str
    cents: int
    ribbons: tuple[Ribbon, ...]
    height: int
    reading: Text


def flow_chart(
    source: Text | str, targets: Sequence[tuple[Text | str, int]], reading: Text
) -> FlowChart:
    """Money flowing from one source to those it goes to; widths are in proportion."""
    kept = [(label, cents) for label, cents in targets if cents > 0]
    total = sum(cents for _, cents in kept) or 1
    gap, body = 14, max(150, 26 * len(kept))
    left_x, right_x = 26, WIDTH - 230
    ribbons = []
    left = (gap * max(len(kept) - 1, 0)) / 2
    right = 0.0
    for label, cents in kept:
        thick = max(body * cents / total, 1.5)
        bend = (right_x - left_x) / 2
        top, low = left, left + thick
        near, far = left_x + bend, right_x - bend
        path = (
            f"M{left_x},{top:.1f} C{near},{top:.1f} {far},{right:.1f} "
            f"{right_x},{right:.1f} L{right_x},{right + thick:.1f} "
            f"C{far},{right + thick:.1f} {near},{low:.1f} {left_x},{low:.1f} Z"
        )
        ribbons.append(Ribbon(label, cents, path, right, thick))
        left += thick
        right += thick + gap
    return FlowChart(source, total, tuple(ribbons), int(right + 10), reading)
