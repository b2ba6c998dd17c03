"""An election on costed proposals, with identical ballots merged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from commons.allocation.ballots import Ballot
from commons.kernel.errors import InputError
from commons.kernel.text import t

RANKED = "ordinal"
"""The vote type whose ballots are rankings."""
WITH_POINTS = frozenset({"cumulative", "scoring"})
"""The vote types whose ballots give points."""


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
    too. In an approval ballot every supported proposal has one point. `meta` is what else
    the file says.
    """

    budget: Fraction
    proposals: tuple[Proposal, ...]
    ballots: Mapping[Ballot, int]
    voters: int
    vote_type: str
    meta: Mapping[str, str] = field(default_factory=dict)

    def refuse_rankings(self) -> None:
        """Raise `InputError` for rankings: how much a rank is worth changes who wins."""
        if self.vote_type == RANKED:
            raise InputError(
                t(
                    "Ces bulletins sont des classements : dites d'abord combien vaut chaque "
                    "rang, avec --convert borda, limit, approval ou first."
                )
            )

    def share(self) -> Fraction:
        """What each voter holds when the budget is shared equally; nothing without voters."""
        return Fraction(self.budget, self.voters) if self.voters else Fraction(0)

    def votes(self) -> list[int]:
        """The votes of each proposal: its approvals, or the points it was given."""
        self.refuse_rankings()
        found = [0] * len(self.proposals)
        for ballot, count in self.ballots.items():
            for place, points in ballot:
                found[place] += count * points
        return found

    def cost(self, places: Iterable[int]) -> Fraction:
        """What these proposals cost together."""
        return sum((self.proposals[place].cost for place in places), Fraction(0))

    def ranks(self) -> list[int]:
        """For each place, where its identifier comes by code point: lower wins ties."""
        order = sorted(
            range(len(self.proposals)), key=lambda place: self.proposals[place].proposal_id
        )
        found = [0] * len(order)
        for rank, place in enumerate(order):
            found[place] = rank
        return found
