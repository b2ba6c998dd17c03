"""An exact share as text, as results and round files write it.

Source of the form: docs/round.md.
"""

from fractions import Fraction
from math import floor

DIGITS = 10**12
BITS_MAX = 4096
"""Fractions with a larger denominator are written as decimals: nobody reads 1,200 digits."""


def exact_text(value: Fraction) -> str:
    """`100/3`, `12`; or `0.449489742783…`, twelve decimals, where a fraction is huge.

    Decimals are cut off, not rounded: what stands before « … » are the first digits.
    """
    if value.denominator.bit_length() <= BITS_MAX:
        return str(value)
    sign = "-" if value < 0 else ""
    return sign + decimals(floor(abs(value) * DIGITS))


def decimals(digits: int) -> str:
    """`0.449489742783…` from the whole number of 10⁻¹² that a number holds."""
    whole, rest = divmod(digits, DIGITS)
    return f"{whole}.{rest:012d}…"
