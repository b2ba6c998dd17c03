"""Drawings keep their proportions, whatever is drawn."""

import itertools
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from commons.web.charts import GAP_PX, LABEL_PX, activity_chart, flow_chart, moves

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
