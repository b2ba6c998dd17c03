"""Pairwise-bounded matching: two donors who always give together count less and less.

In quadratic funding each pair of donors brings 2·√(their two gifts) to a project. Here what a
pair brings is multiplied by bound / (bound + Σ over all projects of √(their two gifts)), so
that a pair brings at most twice the bound in all, however much the two give.
Source: V. Buterin, « Pairwise coordination subsidies: a new quadratic funding design », 2019.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations_with_replacement
from math import isqrt

from commons.allocation.gifts import GiftTable, too_many
from commons.allocation.reals import Bounds, Real, rational, root_bounds

PAIRS_MAX = 1_000_000
BITS_MAX = 2048
"""Fractions whose denominators grow beyond this are known by their bounds instead."""
Vector = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two donors, or `count` pairs who gave alike: gift × gift for each shared project."""

    count: int
    squares: dict[int, int]


@dataclass(slots=True)
class _Pairs:
    """All pairs with a project in common; what they bring is worked out for all projects."""

    pairs: list[_Pair]
    bound: int
    count: int
    _kept: dict[int, list[Bounds]] = field(default_factory=dict)

    def bounds(self, bits: int) -> list[Bounds]:
        if bits not in self._kept:
            lows, highs = [0] * self.count, [0] * self.count
            full = self.bound << bits
            for pair in self.pairs:
                roots = {p: root_bounds(square, bits) for p, square in pair.squares.items()}
                least = sum(low for low, _ in roots.values())
                most = sum(high for _, high in roots.values())
                for p, (low, high) in roots.items():
                    lows[p] += 2 * pair.count * (low * full // (full + most))
                    highs[p] += 2 * pair.count * -(-high * full // (full + least))
            self._kept[bits] = list(zip(lows, highs, strict=True))
        return self._kept[bits]

    def exact(self) -> list[Fraction | None]:
        """For each project, its match if all square roots it depends on are whole."""
        matches: list[Fraction | None] = [Fraction(0)] * self.count
        for pair in self.pairs:
            roots = {p: isqrt(square) for p, square in pair.squares.items()}
            is_whole = all(roots[p] ** 2 == square for p, square in pair.squares.items())
            share = Fraction(2 * pair.count * self.bound, self.bound + sum(roots.values()))
            for p, root in roots.items():
                match = matches[p]
                if match is not None:
                    match += share * root
                    is_short = match.denominator.bit_length() <= BITS_MAX
                    matches[p] = match if is_whole and is_short else None
        return matches

    def form(self, project: int) -> Hashable:
        """Which pairs a match is made of: (its own square, those everywhere) and how many."""
        made: Counter[Hashable] = Counter()
        for pair in self.pairs:
            if project in pair.squares:
                everywhere = tuple(sorted(pair.squares.values()))
                made[pair.squares[project], everywhere] += pair.count
        return frozenset(made.items())


def pairwise(gifts: GiftTable, bound: int) -> list[Real]:
    """Σ over pairs of donors of 2·√(gifts) × bound / (bound + all the pair's √), in cents.

    Raises `InputError` beyond `PAIRS_MAX` different pairs. Source: Buterin 2019.
    """
    pairs = _Pairs(_pairs(gifts), bound, len(gifts.projects))
    return [_match(pairs, p, exact) for p, exact in enumerate(pairs.exact())]


def _match(pairs: _Pairs, project: int, exact: Fraction | None) -> Real:
    if exact is not None:
        return rational(exact)
    return Real(lambda bits: pairs.bounds(bits)[project], lambda: pairs.form(project))


def _pairs(gifts: GiftTable) -> list[_Pair]:
    vectors: dict[str, dict[int, int]] = {donor: {} for donor in gifts.groups}
    for project, amounts in enumerate(gifts.given):
        for donor, cents in amounts.items():
            vectors[donor][project] = cents
    alike: Counter[Vector] = Counter(tuple(vector.items()) for vector in vectors.values())
    too_many(len(alike) * (len(alike) + 1) // 2, PAIRS_MAX)
    pairs = []
    for one, other in combinations_with_replacement(alike, 2):
        theirs = dict(other)
        squares = {p: cents * theirs[p] for p, cents in one if p in theirs}
        count = (
            alike[one] * (alike[one] - 1) // 2 if one == other else alike[one] * alike[other]
        )
        if squares and count:
            pairs.append(_Pair(count, squares))
    return pairs
