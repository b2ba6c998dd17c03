"""Why each proposal is funded or not, whatever the ballot rule, most telling first.

Source: `election_reasons` for Equal Shares; for the others, what their definitions say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from commons.allocation.certificate import Payments
from commons.allocation.counting import Counted
from commons.allocation.election_reasons import (
    Bought,
    ByVotes,
    Unfunded,
    amount,
    explained,
    reasons,
    support,
)
from commons.kernel.text import Text, t


@dataclass(frozen=True, slots=True)
class Why:
    """One proposal: its votes, its fate and the sentence that explains it.

    `paid` is the certificate, where payments made the result: what backers paid, and how
    many paid it, highest first.
    """

    place: int
    is_funded: bool
    votes: int
    cost: Fraction
    text: Text
    paid: Sequence[tuple[Fraction, int]] = ()


def whys(result: Counted, table: Payments | None) -> list[Why]:
    """Funded proposals in order, then the others, most votes first.

    `table` is `paid_in(result)`. Sentences name a proposal by its name, else its identifier.
    Source: as the module says.
    """
    if result.outcome is not None and table is not None:
        found = [
            Why(
                reason.place,
                not isinstance(reason, Unfunded),
                reason.votes,
                reason.cost,
                explained(result.election, reason),
                reason.paid if isinstance(reason, Bought) else (),
            )
            for reason in reasons(result.election, result.outcome, table)
        ]
    else:
        found = _by_definition(result)
    return [_named(result, why) for why in found]


def _named(result: Counted, why: Why) -> Why:
    proposal = result.election.proposals[why.place]
    values = {**why.text.values, "name": proposal.name or proposal.proposal_id}
    text = Text(why.text.message, values)
    return Why(why.place, why.is_funded, why.votes, why.cost, text, why.paid)


def _by_definition(result: Counted) -> list[Why]:
    election = result.election
    votes, ranks = election.votes(), election.ranks()
    order = sorted(range(len(votes)), key=lambda place: (-votes[place], ranks[place]))
    others = [place for place in order if place not in set(result.places)]
    moments = dict(zip(result.places, result.given, strict=False))
    found = []
    for place in (*result.places, *others):
        is_funded = place in moments or place in result.places
        text = _funded(result, place, votes[place], moments.get(place))
        if not is_funded:
            text = _unfunded(result, place, votes[place])
        cost = election.proposals[place].cost
        found.append(Why(place, is_funded, votes[place], cost, text))
    return found


def _funded(result: Counted, place: int, votes: int, given: Fraction | None) -> Text:
    election = result.election
    if given is None:
        cost = election.proposals[place].cost
        return explained(election, ByVotes(place, votes, cost, with_what_was_left=False))
    return t(
        "« {name} » : {votes}. Achetée par ses soutiens quand chaque personne avait reçu "
        "{given}.",
        name="",
        votes=support(election, votes),
        given=amount(election, given),
    )


def _unfunded(result: Counted, place: int, votes: int) -> Text:
    election, count = result.election, result.count
    cost = election.proposals[place].cost
    if not votes or (count.rule == "greedy" and count.skipping and votes >= count.threshold):
        return explained(
            election, Unfunded(place, votes, cost, held=None, have_paid=False, overtaken_by=())
        )
    said: dict[str, Text | str] = {
        "name": "",
        "votes": support(election, votes),
        "cost": amount(election, cost),
    }
    if cost > election.budget:
        return t("« {name} » : {votes}. Non financée : elle coûte plus que le budget.", **said)
    if count.rule == "phragmen":
        return t(
            "« {name} » : {votes}. Non financée : le calcul s'est arrêté avant que ses "
            "soutiens n'aient {cost}, ou faute de budget à son tour.",
            **said,
        )
    if votes < count.threshold:
        return t(
            "« {name} » : {votes}. Non financée : il en fallait au moins {threshold}.",
            **said,
            threshold=count.threshold,
        )
    return t(
        "« {name} » : {votes}. Non financée : le décompte s'est arrêté à la première qui ne "
        "tenait plus.",
        **said,
    )
