"""Exact shares as text: a fraction while one can read it, then the first decimals."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.exact_text import BITS_MAX, DIGITS, exact_text


@given(st.fractions())
def test_a_fraction_is_written_whole(value: Fraction) -> None:
    assert Fraction(exact_text(value)) == value


@given(numerator=st.integers(-(10**20), 10**20), more=st.integers(1, 2**20000))
def test_a_huge_one_is_cut_off_towards_zero(numerator: int, more: int) -> None:
    denominator = (1 << BITS_MAX) + 2 * more + 1
    value = Fraction(numerator * (1 << BITS_MAX) + 1, denominator)
    if value.denominator.bit_length() <= BITS_MAX:
        return
    text = exact_text(value)
    assert text.endswith("…")
    written = Fraction(text.removesuffix("…"))
    assert abs(written) <= abs(value) < abs(written) + Fraction(1, DIGITS)
    assert text.startswith("-") == (value < 0)
