"""Drawings keep their proportions, whatever is drawn."""

import itertools
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.inequality import gini, lorenz
from commons.kernel.text import Text, t
from commons.web.charts import (
    GAP_PX,
    LABEL_PX,
    LORENZ_ROWS,
    activity_chart,
    bars,
    flow_chart,
    lorenz_chart,
    moves,
)
from commons.web.formatting import index, percent, signed_cents, with_numbers

amounts = st.integers(min_value=0, max_value=10**12)
lines = st.lists(st.tuples(st.just("Nour"), amounts, amounts), max_size=20)


@given(lines=lines)
def test_every_place_on_a_line_is_between_its_two_ends(
    lines: list[tuple[str, int, int]],
) -> None:
    for move, (_, asked, received) in zip(moves(lines), lines, strict=True):
        assert 0 <= move.asked_at <= 100
        assert 0 <= move.given_at <= 100
        assert (move.asked_at > move.given_at) <= (asked > received)


@given(targets=st.lists(st.tuples(st.just("Sasha"), amounts), max_size=20))
def test_a_flow_draws_what_is_more_than_nothing_and_no_two_labels_meet(
    targets: list[tuple[str, int]],
) -> None:
    chart = flow_chart("Enveloppe", targets)
    kept = [cents for _, cents in targets if cents > 0]
    assert [ribbon.cents for ribbon in chart.ribbons] == kept
    assert chart.cents == (sum(kept) or 1)
    middles = [ribbon.y + ribbon.thickness / 2 for ribbon in chart.ribbons]
    for above, below in itertools.pairwise(middles):
        assert below - above >= LABEL_PX + GAP_PX - 0.01
    if chart.ribbons:
        assert chart.ribbons[-1].y + chart.ribbons[-1].thickness <= chart.height


def test_a_year_of_activity_ends_with_this_month() -> None:
    months = [(date(2026, 11, 1), "minute", Decimal(90)), (date(2026, 3, 1), "EUR", Decimal(5))]
    chart = activity_chart(months, date(2026, 11, 24))
    assert chart is not None
    assert chart.bars[0].month == date(2025, 12, 1)
    assert [bar.minutes for bar in chart.bars] == [0] * 11 + [90]
    assert activity_chart(months[1:], date(2026, 11, 24)) is None


@given(lines=lines)
def test_a_bar_goes_on_from_what_comes_before_it(lines: list[tuple[str, int, int]]) -> None:
    for bar, (_, before, cents) in zip(bars(lines), lines, strict=True):
        assert 0 <= bar.before_at <= bar.at <= 100
        assert (bar.before, bar.cents) == (before, cents)


@given(received=st.lists(amounts, min_size=1, max_size=60))
def test_a_lorenz_curve_stays_below_equality_and_its_half_holds_at_most_half(
    received: list[int],
) -> None:
    chart = lorenz_chart(lorenz(received), gini(received))
    assert 0 <= chart.poorer_half <= Fraction(1, 2)
    assert len(chart.points) == min(LORENZ_ROWS, len(received) + 1)
    assert chart.points[0] == (Fraction(0), Fraction(0))
    assert chart.points[-1] == (Fraction(1), Fraction(1))
    assert all(part <= people for people, part in chart.points)
    assert (chart.poorer_half == Fraction(1, 2)) == (chart.gini == 0)
    total = sum(received)
    if len(received) % 2 == 0 and total:
        half = sum(sorted(received)[: len(received) // 2])
        assert chart.poorer_half == Fraction(half, total)


def test_numbers_in_a_sentence_are_written_as_the_language_does() -> None:
    inner = t("{count} voix", count=1250)
    text = Text(
        "« {name} » : {votes}, {cost}",
        {"name": "12", "votes": inner, "cost": Decimal("1250.50")},
    )
    assert str(with_numbers(text, "fr")) == "« 12 » : 1\u202f250 voix, 1\u202f250,50"
    assert str(with_numbers(text, "en")) == "« 12 » : 1,250 voix, 1,250.50"
    assert percent(Fraction(1, 3), "fr") == "33,3\u202f%"
    assert percent(Fraction(1), "en") == "100%"
    assert index(Fraction(329, 1000), "fr") == "0,329"
    assert signed_cents(-123, "fr").startswith("−1,23")
    assert signed_cents(0, "fr") == "="
