"""The rule most cities use: by number of votes, as long as money lasts.

Source: « BasicAV » in M. Los, Z. Christoff & D. Grossi, « Proportional Budget Allocations:
Towards a Systematization », 2022.
"""

from collections.abc import Collection
from fractions import Fraction

from commons.allocation.election import Election


def by_votes(election: Election) -> list[int]:
    """Places of the proposals someone voted for, most votes first.

    A vote is an approval, or the points given where ballots carry points. Ties go to the
    lower identifier, by code point.
    """
    votes, ranks = election.votes(), election.ranks()
    return sorted(
        (place for place, found in enumerate(votes) if found),
        key=lambda place: (-votes[place], ranks[place]),
    )


def greedy(
    election: Election,
    *,
    skipping: bool = True,
    threshold: int = 0,
    already: Collection[int] = (),
) -> list[int]:
    """Places of the proposals funded, in order: most votes first, as long as money lasts.

    Cities differ: one that does not fit is skipped, or ends the count (`skipping=False`);
    proposals with fewer votes than `threshold` are left out. Proposals `already` funded keep
    their money and are not named again.
    """
    votes = election.votes()
    chosen, left = [], Fraction(election.budget) - election.cost(already)
    for place in by_votes(election):
        if place in already or votes[place] < threshold:
            continue
        if election.proposals[place].cost <= left:
            chosen.append(place)
            left -= election.proposals[place].cost
        elif not skipping:
            break
    return chosen
