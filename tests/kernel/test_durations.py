import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.kernel.duration import parse_minutes
from commons.kernel.errors import InputError


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("2h30", 150),
        ("2 h 30", 150),
        ("2\u202fh\u202f30", 150),
        ("2:30", 150),
        ("2,5", 150),
        ("2.5 h", 150),
        ("150 min", 150),
        ("2 heures", 120),
        ("2h", 120),
        ("0,25", 15),
        ("1H05", 65),
    ],
)
def test_a_duration_is_read_as_people_type_it(typed: str, minutes: int) -> None:
    assert parse_minutes(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["", "0", "0h00", "deux heures", "-1", "2h75", "1,333", "99999 h", "2h30h", "½"]
)
def test_what_is_not_a_duration_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InputError):
        parse_minutes(typed)


@given(st.text(max_size=12))
def test_nothing_typed_can_break_the_reader(typed: str) -> None:
    with contextlib.suppress(InputError):
        assert parse_minutes(typed) > 0
