"""The rule most cities use: by number of votes, as long as money lasts."""

from fractions import Fraction

from commons.allocation.election import Election


def greedy(election: Election) -> list[int]:
    """Places of the proposals funded, in order: most votes first, skipping what does not fit.

    A vote is an approval, or the points given where ballots carry points. Ties go to the
    lower identifier, by code point.
    """
    votes = [
        sum(count * points for _, count, points in backers) for backers in election.supporters()
    ]
    proposals = election.proposals
    order = sorted(
        (place for place in range(len(proposals)) if votes[place]),
        key=lambda place: (-votes[place], proposals[place].proposal_id),
    )
    chosen, left = [], Fraction(election.budget)
    for place in order:
        if proposals[place].cost <= left:
            chosen.append(place)
            left -= proposals[place].cost
    return chosen
