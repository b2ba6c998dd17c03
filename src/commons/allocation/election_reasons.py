"""Why each proposal is funded or not: as data, and as a sentence made from them.

Amounts in sentences are rounded down to the cent; the data keep them exact. Source:
DESIGN §6, explanations; the payments are those of `certificate`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.certificate import Payments, held_by_backers, payers
from commons.allocation.completion import Outcome
from commons.allocation.election import WITH_POINTS, Election
from commons.kernel.money import to_the_cent
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
    """Funded by number of votes: with money that was left, or with all of it."""

    place: int
    votes: int
    cost: Fraction
    with_what_was_left: bool


@dataclass(frozen=True, slots=True)
class Unfunded:
    """Not funded: what its backers still held in the end, and who won with fewer votes.

    `have_paid` is whether one of them paid for something else. Where only votes counted,
    nobody held anything: `held` is None.
    """

    place: int
    votes: int
    cost: Fraction
    held: Fraction | None
    have_paid: bool
    overtaken_by: Sequence[int]


Reason = Bought | ByVotes | Unfunded


def reasons(election: Election, outcome: Outcome, table: Payments) -> list[Reason]:
    """Funded proposals in order, then those that are not, most votes first.

    Where the comparison preferred greedy, everything funded is so by number of votes.
    """
    votes = election.votes()
    purchases = {purchase.place: purchase for purchase in outcome.purchases}
    kept = outcome.is_kept
    found: list[Reason] = []
    for place in outcome.selected:
        cost = election.proposals[place].cost
        if kept and place in purchases:
            paid = payers(election, table, place)
            short = _short(election, table, place, purchases[place].payment, outcome)
            payment = purchases[place].payment
            by_points = outcome.completion.utility == "points"
            found.append(Bought(place, votes[place], cost, payment, paid, short, by_points))
        else:
            found.append(ByVotes(place, votes[place], cost, with_what_was_left=kept))
    held, paying = held_by_backers(election, table), _backers_who_paid(election, table)
    funded = set(outcome.selected)
    ranks = election.ranks()
    for place in sorted(range(len(votes)), key=lambda at: (-votes[at], ranks[at])):
        if place not in funded:
            ahead = [won for won in outcome.selected if votes[won] < votes[place]]
            cost = election.proposals[place].cost
            rest = held[place] if kept else None
            found.append(
                Unfunded(place, votes[place], cost, rest, kept and place in paying, ahead)
            )
    return found


def _backers_who_paid(election: Election, table: Payments) -> set[int]:
    """The proposals that someone supports who paid for one."""
    return {
        place
        for ballot in election.ballots
        if any(table.paid[ballot].values())
        for place, _ in ballot
    }


def _short(
    election: Election, table: Payments, place: int, payment: Fraction, outcome: Outcome
) -> int:
    by_points = outcome.completion.utility == "points"
    return sum(
        election.ballots[ballot]
        for ballot, mine in table.paid.items()
        if place in mine and mine[place] < payment * (dict(ballot)[place] if by_points else 1)
    )


def explained(election: Election, reason: Reason) -> Text:
    """One reason as a sentence, amounts in the currency of the file if it names one."""
    name = election.proposals[reason.place].proposal_id
    votes, cost = support(election, reason.votes), amount(election, reason.cost)
    match reason:
        case Bought():
            return _bought(election, reason)
        case ByVotes() if reason.with_what_was_left:
            return t(
                "« {name} » : {votes}. Financée par le nombre de voix, pour {cost}, avec "
                "l'argent qui restait.",
                name=name,
                votes=votes,
                cost=cost,
            )
        case ByVotes():
            return t(
                "« {name} » : {votes}. Financée par le nombre de voix, pour {cost}.",
                name=name,
                votes=votes,
                cost=cost,
            )
        case Unfunded():
            return _unfunded(election, reason)


def support(election: Election, votes: int) -> Text:
    """« 12 voix », or « 12 points » where people gave points."""
    if election.vote_type in WITH_POINTS:
        return t("{count} points", count=votes)
    return t("{count} voix", count=votes)


def amount(election: Election, value: Fraction) -> Text:
    """An amount rounded down to the cent, with the currency that the file names."""
    if not (unit := currency(election)):
        return Text("{amount}", {"amount": to_the_cent(value)})
    return Text("{amount}\u00a0{unit}", {"amount": to_the_cent(value), "unit": unit})


def currency(election: Election) -> str:
    """`€`, or the code that the file gives; nothing where it says nothing."""
    code = election.meta.get("currency", "").strip()[:12]
    return "€" if code == "EUR" else code


def _unfunded(election: Election, reason: Unfunded) -> Text:
    name = election.proposals[reason.place].proposal_id
    votes, cost = support(election, reason.votes), amount(election, reason.cost)
    if not reason.votes:
        return t("« {name} » : personne ne l'a choisie.", name=name)
    if reason.held is None:
        return t(
            "« {name} » : {votes}. Non financée : à son tour, il ne restait pas {cost}.",
            name=name,
            votes=votes,
            cost=cost,
        )
    held, ahead = amount(election, reason.held), len(reason.overtaken_by)
    if ahead and reason.have_paid:
        return t(
            "« {name} » : {votes}, et pourtant non financée. Ses soutiens ont déjà "
            "payé d'autres propositions : il leur restait ensemble {held} sur {cost}. "
            "Propositions moins choisies, mais que leurs soutiens pouvaient encore payer : "
            "{count}.",
            name=name,
            votes=votes,
            held=held,
            cost=cost,
            count=ahead,
        )
    if ahead:
        return t(
            "« {name} » : {votes}, et pourtant non financée. Ses soutiens n'ont ensemble que "
            "{held} sur {cost}. Propositions moins choisies, mais que leurs soutiens pouvaient "
            "payer : {count}.",
            name=name,
            votes=votes,
            held=held,
            cost=cost,
            count=ahead,
        )
    if reason.have_paid:
        return t(
            "« {name} » : {votes}. Non financée : ses soutiens n'avaient ensemble plus que "
            "{held} sur {cost}.",
            name=name,
            votes=votes,
            held=held,
            cost=cost,
        )
    return t(
        "« {name} » : {votes}. Non financée : ses soutiens n'ont ensemble que {held} sur "
        "{cost}.",
        name=name,
        votes=votes,
        held=held,
        cost=cost,
    )


def _bought(election: Election, reason: Bought) -> Text:
    name = election.proposals[reason.place].proposal_id
    votes, cost = support(election, reason.votes), amount(election, reason.cost)
    payment, short = amount(election, reason.payment), reason.all_they_had
    if not reason.cost:
        return t(
            "« {name} » : {votes}. Elle ne coûte rien, il suffit qu'on la choisisse.",
            name=name,
            votes=votes,
        )
    if reason.by_points:
        return t(
            "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} par "
            "point, ou tout ce qui leur reste s'ils n'ont plus assez (nombre de personnes : "
            "{short}).",
            name=name,
            votes=votes,
            cost=cost,
            payment=payment,
            short=short,
        )
    if not short:
        return t(
            "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} chacun.",
            name=name,
            votes=votes,
            cost=cost,
            payment=payment,
        )
    return t(
        "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} chacun, ou "
        "tout ce qui leur reste s'ils n'ont plus assez (nombre de personnes : {short}).",
        name=name,
        votes=votes,
        cost=cost,
        payment=payment,
        short=short,
    )
