"""What `commons allocate` says of an election to a program: amounts as exact text."""

from collections.abc import Iterable

from commons.allocation.completion import Outcome
from commons.allocation.counting import (
    CountAudit,
    Counted,
    audited,
    changed,
    paid_in,
    with_one_more,
)
from commons.allocation.counting_reasons import whys
from commons.allocation.election import Election
from commons.allocation.election_reasons import (
    Bought,
    ByVotes,
    Dripped,
    Reason,
    Unfunded,
)
from commons.allocation.exact_text import exact_text
from commons.allocation.reason_sentences import Teller
from commons.commands.amounts import exact_decimal, sentence


def ids(election: Election, places: Iterable[int]) -> list[str]:
    """The identifiers of proposals, in the same order."""
    return [election.proposals[place].proposal_id for place in places]


def explanation(result: Counted) -> dict[str, object]:
    """How it was counted, the reason of each proposal, and what one more unit would change."""
    election = result.election
    change = with_one_more(result)
    teller = Teller(election, lambda place: election.proposals[place].proposal_id)
    answer: dict[str, object] = {"rule": _rule(result)}
    if result.outcome is not None:
        answer["endowment"] = exact_text(result.outcome.endowment)
        answer["added"] = result.outcome.added
    notes = [*teller.notes(result), *teller.changes(change)]
    return answer | {
        "why": [_reason(teller, reason) for reason in whys(result, paid_in(result))],
        "with_one_more": {
            "gained": ids(election, change.gained),
            "lost": ids(election, change.lost),
        },
        "sentences": [sentence(text) for text in notes],
    }


def _rule(result: Counted) -> dict[str, object]:
    count, conversion = result.count, result.count.conversion
    said: dict[str, object] = {
        "name": count.rule,
        "conversion": None if conversion is None else conversion.value,
    }
    if result.outcome is not None:
        done = result.outcome.completion
        said |= {
            "utility": done.utility,
            "completion": done.method,
            "exhaustive": done.exhaustive,
            "integral": done.integral,
            "comparison": _comparison(result.outcome),
        }
    if count.rule == "greedy":
        said |= {"no_skip": not count.skipping, "threshold": count.threshold}
    return said


def _comparison(outcome: Outcome) -> dict[str, object] | None:
    if outcome.comparison is None:
        return None
    return {
        "prefer_equal_shares": outcome.comparison.prefer_equal_shares,
        "prefer_greedy": outcome.comparison.prefer_greedy,
        "kept": outcome.comparison.kept,
    }


def _reason(teller: Teller, reason: Reason) -> dict[str, object]:
    election = teller.election
    said: dict[str, object] = {
        "id": election.proposals[reason.place].proposal_id,
        "funded": not isinstance(reason, Unfunded),
        "votes": reason.votes,
        "cost": exact_decimal(reason.cost),
        "sentence": sentence(teller.text(reason)),
    }
    match reason:
        case Bought():
            paid = [
                {"voters": voters, "amount": exact_text(each)} for each, voters in reason.paid
            ]
            said |= {"by": "shares", "payment": exact_text(reason.payment), "paid": paid}
        case ByVotes():
            said |= {"by": "votes", "left": exact_text(reason.left)}
        case Dripped():
            said |= {"by": "drips", "given": exact_text(reason.given)}
        case Unfunded():
            said |= {
                "cause": reason.cause.value,
                "held": None if reason.held is None else exact_text(reason.held),
                "overtaken_by": ids(election, reason.overtaken_by),
                "left": None if reason.left is None else exact_text(reason.left),
                "fitted": ids(election, reason.fitted),
                "ends": ids(election, reason.ends),
            }
    return said


def audit_object(audit: CountAudit, election: Election) -> dict[str, object]:
    """What was checked of the result."""
    fare = audit.fare
    found: dict[str, object] = {
        "voters": election.voters,
        "left_out": fare.left_out,
        "supported": {str(number): voters for number, voters in fare.supported.items()},
        "mean_number": exact_text(fare.mean_number),
        "mean_cost": exact_text(fare.mean_cost),
        "ejr_plus_up_to_any": {
            "utility": audit.utility,
            "holds": not audit.wronged,
            "grievances": [
                {
                    "id": election.proposals[group.place].proposal_id,
                    "voters": group.voters,
                    "satisfaction": exact_text(group.satisfaction),
                }
                for group in audit.wronged
            ],
        },
    }
    if audit.broken is not None:
        found["priceable"] = {
            "holds": not audit.broken,
            "broken": [sentence(text) for text in audit.broken],
        }
    return found


def compare_object(adopted: Counted, other: Counted) -> dict[str, object]:
    """What another rule funds, what it would change, and how voters would fare."""
    change = changed(adopted.places, other.places)
    audit = audited(other, paid_in(other))
    return {
        "selected": ids(other.election, other.places),
        "cost": exact_decimal(other.election.cost(other.places)),
        "gained": ids(other.election, change.gained),
        "lost": ids(other.election, change.lost),
        "left_out": audit.fare.left_out,
        "mean_number": exact_text(audit.fare.mean_number),
        "mean_cost": exact_text(audit.fare.mean_cost),
        "ejr_plus_up_to_any": {"utility": audit.utility, "holds": not audit.wronged},
    }
