"""The only place that reads the time; everything else receives it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251 -- the one reader of the clock
