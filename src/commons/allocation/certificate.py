"""Who paid how much for which proposal, exactly: what anyone can check Equal Shares by.

Source: priceability, in D. Peters & P. Skowron, « Proportionality and the Limits of
Welfarism », 2020.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.ballots import Ballot
from commons.allocation.election import Election
from commons.allocation.equal_shares import Purchase
from commons.kernel.text import Text, t


@dataclass(frozen=True, slots=True)
class Payments:
    """The payment table, ballots in the order of the election.

    Each voter who cast `ballot` paid `paid[ballot][place]`, and kept `kept[ballot]` of the
    `endowment`.
    """

    endowment: Fraction
    paid: dict[Ballot, dict[int, Fraction]]
    kept: dict[Ballot, Fraction]


def payments(
    election: Election, purchases: Sequence[Purchase], endowment: Fraction, utility: str
) -> Payments:
    """The payments of all voters for these purchases, in order, each from `endowment`."""
    order = {purchase.place: rank for rank, purchase in enumerate(purchases)}
    paid: dict[Ballot, dict[int, Fraction]] = {}
    kept: dict[Ballot, Fraction] = {}
    for ballot in election.ballots:
        left = endowment
        mine: dict[int, Fraction] = {}
        backed = [mark for mark in ballot if mark[0] in order]
        for place, points in sorted(backed, key=lambda mark: order[mark[0]]):
            asked = purchases[order[place]].payment * (points if utility == "points" else 1)
            mine[place] = min(left, asked)
            left -= mine[place]
        paid[ballot], kept[ballot] = mine, left
    return Payments(endowment, paid, kept)


def payers(election: Election, table: Payments, place: int) -> list[tuple[Fraction, int]]:
    """What backers paid for one proposal, highest first: an amount, and how many paid it."""
    found: Counter[Fraction] = Counter()
    for ballot, mine in table.paid.items():
        if place in mine:
            found[mine[place]] += election.ballots[ballot]
    return sorted(found.items(), reverse=True)


def held_by_backers(election: Election, table: Payments) -> list[Fraction]:
    """For each proposal: what its backers still hold together in the end."""
    held = [Fraction(0)] * len(election.proposals)
    for ballot, count in election.ballots.items():
        if left := table.kept[ballot] * count:
            for place, _ in ballot:
                held[place] += left
    return held


def broken_conditions(
    election: Election, purchases: Sequence[Purchase], table: Payments
) -> list[Text]:
    """What keeps the table from being a price system for these purchases; empty if nothing.

    Nobody pays for what they do not support, nor more than the endowment; what is bought is
    paid exactly, what is not receives nothing; and no backers of what was not bought still
    hold its cost together.
    """
    bought = {purchase.place for purchase in purchases}
    received = [Fraction(0)] * len(election.proposals)
    found: list[Text] = []
    for ballot, count in election.ballots.items():
        mine = table.paid[ballot]
        supported = {place for place, _ in ballot}
        if not mine.keys() <= supported or any(amount < 0 for amount in mine.values()):
            found.append(t("Un bulletin paie une proposition qu'il ne soutient pas."))
        if sum(mine.values(), Fraction(0)) + table.kept[ballot] != table.endowment:
            found.append(t("Un bulletin ne dépense pas exactement sa part."))
        if table.kept[ballot] < 0:
            found.append(t("Un bulletin dépense plus que sa part."))
        for place, amount in mine.items():
            received[place] += amount * count
    held = held_by_backers(election, table)
    for place, proposal in enumerate(election.proposals):
        name = proposal.proposal_id
        if received[place] != (proposal.cost if place in bought else 0):
            found.append(t("« {name} » ne reçoit pas exactement ce qu'il faut.", name=name))
        if place not in bought and proposal.cost < held[place]:
            found.append(t("Les soutiens de « {name} » pouvaient encore la payer.", name=name))
    return found
