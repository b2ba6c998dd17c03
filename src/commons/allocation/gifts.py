"""Gifts to projects, as matching rules read them: one amount per donor and project.

Source: V. Buterin, Z. Hitzig & E. G. Weyl 2019, where what counts is a donor's whole
contribution to a project.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commons.kernel.errors import InputError
from commons.kernel.text import t


@dataclass(frozen=True, slots=True)
class Gift:
    """What a donor gave to a project, in cents. `groups` are those the donor belongs to."""

    project: str
    donor: str
    cents: int
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GiftTable:
    """For each project, in published order, its donors and what each gave in all.

    `groups` has every donor; those who named no group have an empty set.
    """

    projects: tuple[str, ...]
    given: tuple[Mapping[str, int], ...]
    groups: Mapping[str, frozenset[str]]

    @property
    def totals(self) -> list[int]:
        """What each project received in gifts."""
        return [sum(amounts.values()) for amounts in self.given]


def tabled(gifts: Iterable[Gift]) -> GiftTable:
    """Gifts of one donor to one project added up; gifts of nothing only name their project.

    Projects stand in the order in which they first appear, which is the published order that
    settles ties. Raises `InputError` for a negative amount or no gift at all.
    """
    given: dict[str, dict[str, int]] = {}
    groups: dict[str, frozenset[str]] = {}
    for gift in gifts:
        if gift.cents < 0:
            raise InputError(
                t("Le don de « {donor} » est négatif : retirez-le.", donor=gift.donor)
            )
        amounts = given.setdefault(gift.project, {})
        if gift.cents:
            amounts[gift.donor] = amounts.get(gift.donor, 0) + gift.cents
            groups[gift.donor] = groups.get(gift.donor, frozenset()) | set(gift.groups)
    if not given:
        raise InputError(t("Il n'y a aucun don à abonder."))
    return GiftTable(tuple(given), tuple(given.values()), groups)


def too_many(size: int, limit: int) -> None:
    """Raises `InputError` if a matching would have to look at more pairs than it can."""
    if size > limit:
        raise InputError(
            t(
                "Ces dons font {size} paires à comparer, plus que les {limit} qui se calculent "
                "exactement : prenez l'abondement quadratique.",
                size=size,
                limit=limit,
            )
        )
