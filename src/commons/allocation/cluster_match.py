"""Connection-oriented cluster match: people who belong together count as less than many.

Donors belong to groups. A project's match is 2·Σ over pairs of groups g, h of
√(A(g,h)·A(h,g)), where A(g,h) = Σ over donors i of g of K(i,h) / (number of groups of i), and
K(i,h) is the gift of i, or its square root if i is in h or shares a group with someone in h.
The square root of an amount depends on the unit: amounts count in euros here.

Where the gifts name no group, donors who gave to the same projects form one: they are the
clusters of the donation profile, and the match is then that of their joint gifts.

Source: J. Miller, E. G. Weyl & L. Erichsen, « Beyond collusion resistance: leveraging social
information for plural funding and voting », 2022.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import isqrt

from commons.allocation.gifts import GiftTable, too_many
from commons.allocation.reals import Bounds, Real, rational, root_bounds

PAIRS_MAX = 300_000
Side = tuple[Fraction, tuple[tuple[Fraction, int], ...]]
"""Half a pair, in cents: what counts in full, then Σ factor·√(gift in cents)."""


def cluster_match(gifts: GiftTable, _bound: int) -> list[Real]:
    """2·Σ √(A(g,h)·A(h,g)) over pairs of groups, for each project, in cents.

    Raises `InputError` beyond `PAIRS_MAX` pairs of groups. Source: Miller, Weyl & Erichsen
    2022.
    """
    groups = _groups(gifts)
    linked = _links(groups)
    matches, looked_at = [], 0
    for amounts in gifts.given:
        members: dict[str, list[str]] = {}
        for donor in amounts:
            for group in groups[donor]:
                members.setdefault(group, []).append(donor)
        looked_at += len(members) * (len(members) - 1) // 2
        too_many(looked_at, PAIRS_MAX)
        sides = [
            (
                _side(members[g], h, amounts, groups, linked),
                _side(members[h], g, amounts, groups, linked),
            )
            for g, h in combinations(sorted(members), 2)
        ]
        matches.append(_match(sides))
    return matches


def _groups(gifts: GiftTable) -> dict[str, frozenset[str]]:
    if not any(gifts.groups.values()):
        profiles: dict[str, set[str]] = {donor: set() for donor in gifts.groups}
        for project, amounts in zip(gifts.projects, gifts.given, strict=True):
            for donor in amounts:
                profiles[donor].add(project)
        return {d: frozenset({repr(sorted(profile))}) for d, profile in profiles.items()}
    # Whoever named no group stands alone; no group can be spelled with a leading space.
    return {donor: names or frozenset({f" {donor}"}) for donor, names in gifts.groups.items()}


def _links(groups: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    """For each group, those it shares a member with, itself included."""
    linked: dict[str, set[str]] = {}
    for names in groups.values():
        for name in names:
            linked.setdefault(name, set()).update(names)
    return linked


def _side(
    donors: Sequence[str],
    other: str,
    amounts: Mapping[str, int],
    groups: Mapping[str, frozenset[str]],
    linked: Mapping[str, set[str]],
) -> Side:
    full, roots = Fraction(0), []
    for donor in donors:
        part = Fraction(1, len(groups[donor]))
        if any(other in linked[group] for group in groups[donor]):
            # √ of euros, in cents: 100·√(cents / 100) = 10·√cents.
            roots.append((10 * part, amounts[donor]))
        else:
            full += part * amounts[donor]
    return full, tuple(sorted(roots))


@dataclass(frozen=True, slots=True)
class _Match:
    sides: Sequence[tuple[Side, Side]]

    def bounds(self, bits: int) -> Bounds:
        low = high = 0
        for one, other in self.sides:
            (low_1, high_1), (low_2, high_2) = _bounds(one, bits), _bounds(other, bits)
            low += 2 * isqrt(low_1 * low_2)
            high += 2 * (isqrt(high_1 * high_2) + 1)
        return low, high

    def form(self) -> Hashable:
        return frozenset(
            Counter(frozenset(Counter(pair).items()) for pair in self.sides).items()
        )

    def exact(self) -> Fraction | None:
        total = Fraction(0)
        for (full_1, roots_1), (full_2, roots_2) in self.sides:
            square = full_1 * full_2
            root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
            if roots_1 or roots_2 or root * root != square:
                return None
            total += 2 * root
        return total


def _bounds(side: Side, bits: int) -> Bounds:
    full, roots = side
    low, high = (full * (1 << bits)).__floor__(), (full * (1 << bits)).__ceil__()
    for factor, cents in roots:
        root_low, root_high = root_bounds(cents, bits)
        low += (factor * root_low).__floor__()
        high += (factor * root_high).__ceil__()
    return low, high


def _match(sides: Sequence[tuple[Side, Side]]) -> Real:
    match = _Match(sides)
    exact = match.exact()
    return rational(exact) if exact is not None else Real(match.bounds, match.form)
