"""Why each proposal is funded or not: as data, and as a sentence made from them.

Amounts in sentences are rounded down to the cent; the data keep them exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commons.allocation.certificate import Payments, held_by_backers, payers
from commons.allocation.completion import Outcome
from commons.allocation.election import Election
from commons.kernel.text import Text, t


@dataclass(frozen=True, slots=True)
class Bought:
    """Funded by Equal Shares: what backers were asked for, and what they paid, highest first.

    `payment` is per voter, or per point where the utility is points. `all_they_had` voters
    could not pay their part and gave what they still held.
    """

    place: int
    votes: int
    cost: Fraction
    payment: Fraction
    paid: Sequence[tuple[Fraction, int]]
    all_they_had: int
    by_points: bool


@dataclass(frozen=True, slots=True)
class ByVotes:
    """Funded by number of votes, with money that was left."""

    place: int
    votes: int
    cost: Fraction


@dataclass(frozen=True, slots=True)
class Unfunded:
    """Not funded: what its backers still held in the end, and who won with fewer votes."""

    place: int
    votes: int
    cost: Fraction
    held: Fraction
    overtaken_by: Sequence[int]


Reason = Bought | ByVotes | Unfunded


def reasons(election: Election, outcome: Outcome, table: Payments) -> list[Reason]:
    """Funded proposals in order, then those that are not, most votes first.

    Where the comparison preferred greedy, everything funded is so by number of votes.
    """
    votes = election.votes()
    purchases = {purchase.place: purchase for purchase in outcome.purchases}
    kept = outcome.comparison is None or outcome.comparison.kept
    found: list[Reason] = []
    for place in outcome.selected:
        cost = election.proposals[place].cost
        if kept and place in purchases:
            paid = payers(election, table, place)
            short = _short(election, table, place, purchases[place].payment, outcome)
            payment = purchases[place].payment
            by_points = outcome.recipe.utility == "points"
            found.append(Bought(place, votes[place], cost, payment, paid, short, by_points))
        else:
            found.append(ByVotes(place, votes[place], cost))
    held = held_by_backers(election, table)
    funded = set(outcome.selected)
    ranks = election.ranks()
    for place in sorted(range(len(votes)), key=lambda at: (-votes[at], ranks[at])):
        if place not in funded:
            ahead = [won for won in outcome.selected if votes[won] < votes[place]]
            cost = election.proposals[place].cost
            found.append(Unfunded(place, votes[place], cost, held[place], ahead))
    return found


def _short(
    election: Election, table: Payments, place: int, payment: Fraction, outcome: Outcome
) -> int:
    by_points = outcome.recipe.utility == "points"
    return sum(
        election.ballots[ballot]
        for ballot, mine in table.paid.items()
        if place in mine and mine[place] < payment * (dict(ballot)[place] if by_points else 1)
    )


def explained(election: Election, reason: Reason) -> Text:
    """One reason as a sentence."""
    name = election.proposals[reason.place].proposal_id
    votes, cost = reason.votes, _cents(reason.cost)
    match reason:
        case Bought():
            return _bought(name, reason, by_points=reason.by_points)
        case ByVotes():
            return t(
                "« {name} » : {votes} voix. Financée par le nombre de voix, pour {cost}, avec "
                "l'argent qui restait.",
                name=name,
                votes=votes,
                cost=cost,
            )
        case Unfunded() if not votes:
            return t("« {name} » : personne ne l'a choisie.", name=name)
        case Unfunded() if reason.overtaken_by:
            return t(
                "« {name} » : {votes} voix, et pourtant non financée. Ses soutiens ont déjà "
                "payé d'autres propositions : il leur restait ensemble {held} sur {cost}. "
                "Propositions moins choisies, mais que leurs soutiens pouvaient encore payer : "
                "{count}.",
                name=name,
                votes=votes,
                held=_cents(reason.held),
                cost=cost,
                count=len(reason.overtaken_by),
            )
        case Unfunded():
            return t(
                "« {name} » : {votes} voix. Non financée : ses soutiens n'avaient ensemble "
                "plus que {held} sur {cost}.",
                name=name,
                votes=votes,
                held=_cents(reason.held),
                cost=cost,
            )


def _bought(name: str, reason: Bought, *, by_points: bool) -> Text:
    votes, cost, payment = reason.votes, _cents(reason.cost), _cents(reason.payment)
    if not reason.cost:
        return t(
            "« {name} » : {votes} voix. Elle ne coûte rien, il suffit qu'on la choisisse.",
            name=name,
            votes=votes,
        )
    if by_points:
        return t(
            "« {name} » : {votes} points. Ses soutiens se partagent {cost} : {payment} par "
            "point, ou tout ce qui leur reste s'ils n'ont plus assez (nombre de personnes : "
            "{short}).",
            name=name,
            votes=votes,
            cost=cost,
            payment=payment,
            short=reason.all_they_had,
        )
    if not reason.all_they_had:
        return t(
            "« {name} » : {votes} voix. Ses soutiens se partagent {cost} : {payment} chacun.",
            name=name,
            votes=votes,
            cost=cost,
            payment=payment,
        )
    return t(
        "« {name} » : {votes} voix. Ses soutiens se partagent {cost} : {payment} chacun, ou "
        "tout ce qui leur reste s'ils n'ont plus assez (nombre de personnes : {short}).",
        name=name,
        votes=votes,
        cost=cost,
        payment=payment,
        short=reason.all_they_had,
    )


def _cents(amount: Fraction) -> Decimal:
    cents = amount * 100
    return Decimal(cents.numerator // cents.denominator).scaleb(-2)
