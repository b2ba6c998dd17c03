"""Drawings made on the server as inline SVG, each with its reading and its table.

Numbers come in exact; only the geometry of the picture uses floats. Across, places are
percentages; down, pixels: so letters keep their size on a telephone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

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
