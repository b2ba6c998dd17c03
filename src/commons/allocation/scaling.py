"""Whole cents in proportion to real numbers, decided exactly.

A share is left·x / Σx, or x itself where the pool suffices, with x a real number. Its whole
cents are the largest f with left·x − f·Σx ≥ 0; two remainders compare as the sign of
left·(x − y) − (f − g)·Σx. Each is a sign that `reals` decides, so no cent depends on how
closely a root was approached.
"""

from bisect import bisect_left
from enum import StrEnum
from fractions import Fraction
from functools import cmp_to_key

from commons.allocation.exact_text import DIGITS, decimals, exact_text
from commons.allocation.reals import BITS, Numbers


class ScaleBound(StrEnum):
    """What decided an amount, apart from the rule."""

    WHOLE = "whole"
    SCALED = "scaled"
    CAP = "cap"
    CENT = "cent"
    TIE = "tie"


class Scaling:
    """Shares min(cap, λ·number) of a pool, as numbers that are compared exactly.

    λ is at most 1, so that nobody gets more than their number, unless `stretches`: then the
    numbers are only weights and the whole pool is given. Source: DESIGN §6, matching of gifts.
    """

    def __init__(
        self, numbers: Numbers, pool: int, cap: int | None = None, *, stretches: bool = False
    ) -> None:
        self.all, self.stretches = numbers, stretches
        self.left, self.cap = pool, cap
        self.capped: set[int] = set()
        self.open = list(range(len(numbers.reals)))
        self.numbers = numbers
        self.is_saturated = False
        self._stop_at_caps()

    def _is_short(self) -> bool:
        if self.stretches:
            return self.numbers.sign({}, 1) > 0
        return self.numbers.sign({}, -1, self.left) < 0

    def _stop_at_caps(self) -> None:
        while True:
            self.numbers = Numbers([self.all.reals[i] for i in self.open])
            self.is_saturated = self._is_short()
            over = {
                i
                for place, i in enumerate(self.open)
                if self.cap is not None and self._compared(place, self.cap) > 0
            }
            if not over:
                return
            self.capped |= over
            self.open = [i for i in self.open if i not in over]
            self.left -= len(over) * (self.cap or 0)

    def _compared(self, place: int, cents: int, scale: int = 1) -> int:
        """The sign of share × scale − cents: shares are left·m / Σm, or m itself."""
        if self.is_saturated:
            return self.numbers.sign({place: self.left * scale}, -cents)
        return self.numbers.sign({place: scale}, 0, -cents)

    def _floor(self, place: int, scale: int = 1) -> int:
        each, (_, high) = self.numbers.bounds(BITS)
        if self.is_saturated:
            guess = each[place][0] * self.left * scale // high
        else:
            guess = each[place][0] * scale >> BITS
        while self._compared(place, guess + 1, scale) >= 0:
            guess += 1
        return guess

    def rounded(self) -> tuple[list[int], list[set[ScaleBound]]]:
        """Whole cents by largest remainder, and what decided each."""
        count = len(self.all.reals)
        cents, reasons = [0] * count, [set[ScaleBound]() for _ in range(count)]
        for i in self.capped:
            cents[i] = self.cap or 0
            reasons[i].add(ScaleBound.CAP)
        floors = [self._floor(place) for place in range(len(self.open))]
        spare = self._whole() - sum(floors)

        def compare(one: int, other: int) -> int:
            if one == other:
                return 0
            difference = floors[one] - floors[other]
            if self.is_saturated:
                factors = {one: self.left, other: -self.left}
                return -self.numbers.sign(factors, -difference)
            return -self.numbers.sign({one: 1, other: -1}, 0, -difference)

        order = sorted(range(len(floors)), key=cmp_to_key(compare))
        last = order[spare - 1] if 0 < spare < len(order) else None
        is_tied = last is not None and compare(last, order[spare]) == 0
        for rank, place in enumerate(order):
            i = self.open[place]
            cents[i] = floors[place] + (rank < spare)
            reasons[i].add(ScaleBound.SCALED if self.is_saturated else ScaleBound.WHOLE)
            if last is not None and is_tied and compare(place, last) == 0:
                reasons[i].add(ScaleBound.TIE)
            elif rank < spare:
                reasons[i].add(ScaleBound.CENT)
        return cents, reasons

    def _whole(self) -> int:
        """What all open shares make together, in whole cents."""
        if self.is_saturated:
            return self.left
        whole = self.numbers.bounds(BITS)[1][0] >> BITS
        while self.numbers.sign({}, 1, -whole - 1) >= 0:
            whole += 1
        return whole

    def exact(self, i: int) -> str:
        """The share in euros: a fraction, or as many decimals as `DIGITS` has and « … »."""
        if i in self.capped:
            return str(Fraction(self.cap or 0, 100))
        place = bisect_left(self.open, i)
        own, whole_sum = self.numbers.reals[place].exact, self.numbers.exact_sum()
        if own is not None and not self.is_saturated:
            return exact_text(own / 100)
        if own is not None and whole_sum is not None:
            return exact_text(own * self.left / whole_sum / 100)
        digits = self._floor(place, DIGITS // 100)
        if self._compared(place, digits, DIGITS // 100) == 0:
            return str(Fraction(digits, DIGITS))
        return decimals(digits)
