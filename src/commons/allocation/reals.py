"""Real numbers that are compared exactly: square roots, and sums and quotients of them.

A number is known by bounds as tight as one asks, from integer square roots with guard bits.
A comparison doubles the bits until the bounds decide. What bounds can never decide is
equality, so equality is proved in another way: numbers of the same form are equal; rational
numbers are compared as fractions; sums of square roots are written over different squarefree
radicands, where they are zero only if every coefficient is (Source: A. S. Besicovitch, « On
the linear independence of fractional powers of integers », 1940). Numbers for which none of
these can speak count as equal once they are proved closer than 2 ** -BITS_MAX, which is a
stated rule and not luck: every machine finds the same bounds.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, isqrt

BITS = 96
BITS_EQUALITY = 768
"""Where comparing stops doubling to ask whether the two are equal."""
BITS_MAX = 3072
TERMS_MAX = 500_000
"""Products of square roots that are written out to prove an equality."""

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Real:
    """A number that is not negative. `bounds(bits)` encloses it times 2 ** bits.

    `form` gives the same value only for equal numbers. `exact` is there if it is rational;
    `radicals`, if it can be written Σ coefficient·√radicand over squarefree radicands: how
    many products that takes, and the coefficients.
    """

    bounds: Callable[[int], Bounds]
    form: Callable[[], Hashable]
    exact: Fraction | None = None
    products: int | None = None
    radicals: Callable[[], Mapping[int, int]] = field(default=dict)


def rational(value: Fraction) -> Real:
    """A rational number among the reals."""

    def bounds(bits: int) -> Bounds:
        scaled = value * (1 << bits)
        return scaled.__floor__(), scaled.__ceil__()

    return Real(bounds, lambda: value, value)


@dataclass(slots=True)
class Numbers:
    """Some reals and their sum, for asking the sign of combinations of them.

    Bounds are kept for each number of bits, since the same few are asked for many times.
    """

    reals: Sequence[Real]
    _kept: dict[int, tuple[list[Bounds], Bounds]] = field(default_factory=dict)
    _sum: Fraction | None = None

    def bounds(self, bits: int) -> tuple[list[Bounds], Bounds]:
        """The bounds of each number and of their sum."""
        if bits not in self._kept:
            each = [real.bounds(bits) for real in self.reals]
            both = (sum(low for low, _ in each), sum(high for _, high in each))
            self._kept[bits] = each, both
        return self._kept[bits]

    def exact_sum(self) -> Fraction | None:
        """The sum if every number is rational."""
        if self._sum is None:
            total = Fraction(0)
            for real in self.reals:
                if real.exact is None:
                    return None
                total += real.exact
            self._sum = total
        return self._sum

    def sign(self, factors: Mapping[int, int], of_sum: int = 0, constant: int = 0) -> int:
        """-1, 0 or 1: the sign of Σ factor·number + of_sum·(sum of all) + constant.

        Source: interval arithmetic with exact zero tests, as the module explains.
        """
        bits, is_known_different = BITS, False
        while True:
            each, both = self.bounds(bits)
            low = high = constant << bits
            for factor, bound in [(f, each[i]) for i, f in factors.items()] + [(of_sum, both)]:
                low += factor * bound[factor < 0]
                high += factor * bound[factor >= 0]
            if low > 0 or high < 0 or low == high == 0:
                return (low > 0) - (high < 0)
            if bits >= BITS_EQUALITY and not is_known_different:
                verdict = self._is_zero(factors, of_sum, constant)
                if verdict or (verdict is None and bits >= BITS_MAX):
                    return 0
                is_known_different = verdict is False
            bits *= 2

    def _is_zero(self, factors: Mapping[int, int], of_sum: int, constant: int) -> bool | None:
        """Whether the combination is zero; None if that cannot be proved either way."""
        rest = Fraction(constant)
        by_form: dict[Hashable, tuple[int, Real]] = {}
        for i, real in enumerate(self.reals):
            factor = factors.get(i, 0) + of_sum
            if real.exact is not None:
                rest += factor * real.exact
            elif factor:
                form = real.form()
                by_form[form] = by_form.get(form, (0, real))[0] + factor, real
        left = [(factor, real) for factor, real in by_form.values() if factor]
        if not left:
            return rest == 0
        products = 0
        for _, real in left:
            if real.products is None:
                return None
            products += real.products
        if products > TERMS_MAX:
            return None
        total: dict[int, Fraction] = {1: rest}
        for factor, real in left:
            for radicand, coefficient in real.radicals().items():
                total[radicand] = total.get(radicand, Fraction(0)) + factor * coefficient
        return not any(total.values())


def root_bounds(square: int, bits: int) -> Bounds:
    """√square × 2 ** bits from below and above, equal where the square is perfect.

    Source: the integer square root of square × 4 ** bits.
    """
    low = isqrt(square << (2 * bits))
    return low, low + (low * low != square << (2 * bits))


def squarefree(number: int) -> tuple[int, int]:
    """(a, b) with number = a²·b and no square dividing b.

    Divisors are tried up to the cube root of what is left: then at most two primes are in it,
    and it is either a square or squarefree. Source: trial division.
    """
    outside, inside, divisor = 1, 1, 2
    while divisor**3 <= number:
        while number % (divisor * divisor) == 0:
            number //= divisor * divisor
            outside *= divisor
        if number % divisor == 0:
            number //= divisor
            inside *= divisor
        divisor += 1
    root = isqrt(number)
    if root * root == number:
        return outside * root, inside
    return outside, inside * number


def squared(roots: Mapping[int, int]) -> dict[int, int]:
    """(Σ coefficient·√radicand)² over squarefree radicands.

    Source: √a·√b = g·√(ab / g²) with g their greatest common divisor.
    """
    result: dict[int, int] = {}
    for a, m in roots.items():
        for b, n in roots.items():
            shared = gcd(a, b)
            radicand = (a // shared) * (b // shared)
            result[radicand] = result.get(radicand, 0) + m * n * shared
    return result
