"""Drawings made on the server as inline SVG, each with its reading and its table.

Numbers come in exact; only the geometry of the picture uses floats. Across, places are
percentages; down, pixels: so letters keep their size on a telephone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from commons.kernel.quantity import MINUTE
from commons.kernel.text import Text, t

MONTHS = 12
TALL = 120
LABEL_PX = 40
GAP_PX = 10


@dataclass(frozen=True, slots=True)
class Move:
    """One person under one rule: from what was asked to what is given, both in cents."""

    label: Text | str
    asked: int
    given: int
    asked_at: float
    given_at: float


def moves(lines: Sequence[tuple[Text | str, int, int]]) -> tuple[Move, ...]:
    """Asked to given, per line, all to one scale that begins at zero."""
    top = max((max(asked, given) for _, asked, given in lines), default=0) or 1
    return tuple(
        Move(label, asked, given, 100 * asked / top, 100 * given / top)
        for label, asked, given in lines
    )


@dataclass(frozen=True, slots=True)
class MonthBar:
    month: date
    minutes: int
    left: float
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
    bars = tuple(
        MonthBar(month, value, place * 100 / MONTHS, TALL * max(value, 0) / top)
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
    """A flow from the source to where it goes: a curved band and its label."""

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
    source_y: float
    source_height: float
    height: int


def flow_chart(source: Text | str, targets: Sequence[tuple[Text | str, int]]) -> FlowChart:
    """Money flowing from one source to those it goes to; widths are in proportion.

    Each label has room for two lines, however thin its band. The picture is 100 wide.
    """
    kept = [(label, cents) for label, cents in targets if cents > 0]
    total = sum(cents for _, cents in kept) or 1
    body = max(130.0, 34.0 * len(kept))
    thick = [max(body * cents / total, 2.0) for _, cents in kept]
    slots = [max(LABEL_PX, band) for band in thick]
    height = sum(slots) + GAP_PX * max(len(kept) - 1, 0)
    source_y = left = (height - sum(thick)) / 2
    right = 0.0
    ribbons = []
    for (label, cents), band, slot in zip(kept, thick, slots, strict=True):
        at = right + (slot - band) / 2
        path = (
            f"M4,{left:.1f} C52,{left:.1f} 48,{at:.1f} 96,{at:.1f} L96,{at + band:.1f} "
            f"C48,{at + band:.1f} 52,{left + band:.1f} 4,{left + band:.1f} Z"
        )
        ribbons.append(Ribbon(label, cents, path, at, band))
        left += band
        right += slot + GAP_PX
    return FlowChart(source, total, tuple(ribbons), source_y, sum(thick), int(height + 1))


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart of bars, in cents: an amount, and another that goes before it.

    The bar begins with `before`, from zero to `before_at`, and goes on to `at`.
    """

    label: Text | str
    cents: int
    before: int
    before_at: float
    at: float


def bars(lines: Sequence[tuple[Text | str, int, int]]) -> tuple[Bar, ...]:
    """Label, what comes before, amount: both end to end, all lines to one scale from zero."""
    top = max((before + cents for _, before, cents in lines), default=0) or 1
    return tuple(
        Bar(label, cents, before, 100 * before / top, 100 * (before + cents) / top)
        for label, before, cents in lines
    )


@dataclass(frozen=True, slots=True)
class LorenzChart:
    """The curve in a square of 100: `path` is the line, `area` what is between it and equality.

    `points` are parts of the people and of the money, at most `LORENZ_ROWS` of them.
    """

    path: str
    area: str
    points: tuple[tuple[Fraction, Fraction], ...]
    gini: Fraction
    poorer_half: Fraction


LORENZ_ROWS = 11


def lorenz_chart(points: Sequence[tuple[Fraction, Fraction]], gini: Fraction) -> LorenzChart:
    """The Lorenz curve from its points, the first at (0, 0) and the last at (1, 1)."""
    places = [
        f"{100 * float(people):.2f},{100 - 100 * float(part):.2f}" for people, part in points
    ]
    line = " L".join(places)
    last = len(points) - 1
    rows = min(LORENZ_ROWS, len(points))
    shown = {last * row // max(rows - 1, 1) for row in range(rows)}
    return LorenzChart(
        f"M{line}",
        f"M{line} Z",
        tuple(points[place] for place in sorted(shown)),
        gini,
        _at_half(points),
    )


def _at_half(points: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The part held by the half that holds least, straight between two points."""
    half = Fraction(1, 2)
    for (left, low), (right, high) in pairwise(points):
        if left <= half <= right:
            return low + (high - low) * (half - left) / (right - left)
    return half
