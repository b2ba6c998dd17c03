"""What waits is sealed commons by commons, in transactions of a bounded size."""

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from commons.ledger.sealer import TOGETHER_MAX, _groups
from commons.ledger.sealing import AT_ONCE

WAITING = st.lists(st.integers(1, 3 * AT_ONCE), max_size=120)


@given(counts=WAITING)
def test_every_journal_is_visited_until_nothing_of_it_waits(counts: list[int]) -> None:
    waiting = [(UUID(int=place), count) for place, count in enumerate(counts)]
    visits = Counter(commons_id for group in _groups(waiting) for commons_id in group)
    assert visits == {commons_id: -(-count // AT_ONCE) for commons_id, count in waiting}


@given(counts=WAITING)
def test_no_transaction_seals_more_than_its_share(counts: list[int]) -> None:
    left = {UUID(int=place): count for place, count in enumerate(counts)}
    for group in _groups(list(left.items())):
        assert len(group) <= TOGETHER_MAX
        assert len(set(group)) == len(group)
        sealed = {commons_id: min(AT_ONCE, left[commons_id]) for commons_id in group}
        assert sum(sealed.values()) <= AT_ONCE
        for commons_id, count in sealed.items():
            left[commons_id] -= count
