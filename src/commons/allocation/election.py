"""An election on costed proposals, with identical ballots merged."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from commons.kernel.errors import InputError
from commons.kernel.text import t

RANKED = "ordinal"
"""The vote type whose ballots are rankings."""

Ballot = tuple[tuple[int, int], ...]
"""Which proposals (by place) a ballot supports, and with how many points; sorted.

A ranking has ranks instead of points, from 1 for the first choice, and is in that order.
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that costs. `proposal_id` is compared by code point wherever ties are."""

    proposal_id: str
    cost: Fraction
    name: str = ""


@dataclass(frozen=True, slots=True)
class Election:
    """A budget, proposals in the order of the file, and how many cast each ballot.

    Costs and budget are exact, in the currency's own unit. `voters` counts empty ballots
    too. In an approval ballot every supported proposal has one point.
    """

    budget: Fraction
    proposals: tuple[Proposal, ...]
    ballots: Mapping[Ballot, int]
    voters: int
    vote_type: str

    def supporters(self) -> list[list[tuple[Ballot, int, int]]]:
        """For each proposal: the ballots that support it, how many, and their points.

        Raises `InputError` for rankings: how much a rank is worth changes who wins, so it
        is never decided in silence.
        """
        if self.vote_type == RANKED:
            raise InputError(
                t(
                    "Ces bulletins sont des classements : dites d'abord combien vaut chaque "
                    "rang, en donnant un fichier à points (cumulative)."
                )
            )
        found: list[list[tuple[Ballot, int, int]]] = [[] for _ in self.proposals]
        for ballot, count in self.ballots.items():
            for place, points in ballot:
                found[place].append((ballot, count, points))
        return found
