"""Impartial division: nobody's opinion changes their own share by a cent, all is given.

Each member says what the others deserve relative to each other, never about themselves. For a
member j left to be judged by all but i, ρ(k, j) is the average over those who are neither of
i, j, k of what they give k for one point they give j, and ψ(j) = 1 / (1 + Σ ρ(k, j)), k ≠ j.
If i takes what the others' ψ leave, i's own words touch neither i's remainder nor, for each j,
j's share by j's own: every division with one i as the remaining one is impartial and gives
everything. The rule is the average of these over all i. It needs three people besides those
compared to have one to ask, hence n ≥ 4: with three no such rule exists. What is left is never
negative, since averages of ratios and of their inverses have a product of at least 1, and
then Σ ψ ≤ 1 (the harmonic mean of the column sums of such a matrix is at least n).

Source: G. de Clippel, H. Moulin & N. Tideman, « Impartial division of a dollar », Journal of
Economic Theory 139, 2008.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from commons.allocation.peer_cents import Parts
from commons.kernel.errors import InputError
from commons.kernel.text import t

MEMBERS_MAX = 60
JUDGES_MIN = 4
BITS_MAX = 1_000_000
"""Members × the size of all points together: some seconds of exact work. Sixty people who
give whole points up to a hundred pass."""
Points = Mapping[str, Mapping[str, Fraction]]
"""Who gave points, to whom, how many."""


def impartial(members: Sequence[str], points: Points) -> Parts:
    """The division in which i takes what is left, for each i: its part of the average.

    At least four members must have judged, each all others with more than zero points; those
    who said nothing still receive. What j receives where i takes the rest depends on neither
    i nor j. Raises `InputError` otherwise. Source: de Clippel, Moulin & Tideman 2008.
    """
    _check(members, points)
    ratios = _ratios(members, points)
    places = range(len(members))
    parts: list[dict[int, Fraction]] = []
    for i in places:
        part = {}
        for j in places:
            if j != i:
                others = [k for k in places if k != j]
                told = (_without(i, ratios[k][j], members, points, k, j) for k in others)
                part[j] = 1 / (1 + sum(told, Fraction(0))) / len(members)
        parts.append(part)
    return parts


def _ratios(members: Sequence[str], points: Points) -> list[list[tuple[Fraction, int]]]:
    """For each pair (k, j): the sum over outside judges of points to k per point to j."""
    table = []
    for k in members:
        row = []
        for j in members:
            judges = [given for name, given in points.items() if name not in (k, j)]
            total = sum((given[k] / given[j] for given in judges if k != j), Fraction(0))
            row.append((total, len(judges)))
        table.append(row)
    return table


def _without(
    i: int,
    asked: tuple[Fraction, int],
    members: Sequence[str],
    points: Points,
    k: int,
    j: int,
) -> Fraction:
    """The average ratio of k to j once i is not asked."""
    total, judges = asked
    given = points.get(members[i])
    if given is not None and i not in (k, j):
        total -= given[members[k]] / given[members[j]]
        judges -= 1
    return total / judges


def _check(members: Sequence[str], points: Points) -> None:
    if len(members) < JUDGES_MIN or len(points) < JUDGES_MIN:
        raise InputError(
            t(
                "À moins de quatre, aucune règle n'est à la fois impartiale et juste : "
                "répartissez à parts égales ou par les points reçus."
            )
        )
    if len(members) > MEMBERS_MAX:
        raise InputError(t("Cette règle prend au plus {limit} personnes.", limit=MEMBERS_MAX))
    size = sum(
        lcm(
            *(given[member].numerator for given in points.values() if given.get(member))
        ).bit_length()
        for member in members
    )
    if size * len(members) > BITS_MAX:
        raise InputError(
            t("Ces points sont trop fins : donnez des points entiers, cent au plus.")
        )
    for judge, given in points.items():
        for member in members:
            if member != judge and not given.get(member):
                raise InputError(
                    t(
                        "« {judge} » ne donne aucun point à « {member} » : cette règle compare "
                        "les personnes entre elles, donnez au moins un point à chacune.",
                        judge=judge,
                        member=member,
                    )
                )
