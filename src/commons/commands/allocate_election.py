"""`commons allocate` for an election: count it, say why, and check the result."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import click

from commons.allocation.certificate import broken_conditions, payments
from commons.allocation.completion import Completion, Outcome, complete
from commons.allocation.conversion import MEANINGS, Conversion, convert
from commons.allocation.election import Election
from commons.allocation.election_audit import (
    Grievance,
    Satisfaction,
    grievances,
    satisfaction,
    with_one_more,
)
from commons.allocation.election_reasons import (
    Bought,
    Reason,
    Unfunded,
    amount,
    currency,
    explained,
    reasons,
)
from commons.allocation.greedy import greedy
from commons.allocation.pabulib import number, read_election
from commons.allocation.phragmen import phragmen
from commons.commands.amounts import exact_decimal, french, sentence
from commons.kernel.money import to_the_cent
from commons.kernel.text import Text, t

BALLOT_RULES = ("equal-shares", "greedy", "phragmen")


@dataclass(frozen=True, slots=True)
class Count:
    """What the command line asks for, besides the file."""

    rule: str
    completion: Completion
    budget: str | None
    convert: str | None
    no_skip: bool
    threshold: int
    explain: bool
    audit: bool

    def refuse_useless(self) -> None:
        """Refuse options that the rule would pass over in silence."""
        if self.rule not in BALLOT_RULES:
            known = ", ".join(BALLOT_RULES)
            raise click.UsageError(
                f"La règle « {self.rule} » ne compte pas des votes : {known}."
            )
        completed = self.completion != Completion(self.completion.utility)
        if self.rule != "equal-shares" and (completed or self.explain):
            raise click.UsageError(
                "--completion, --exhaustive, --integral, --comparison et --explain ne valent "
                "que pour --rule equal-shares."
            )
        read = {"cost", "cardinality"} if self.audit else {"cost"}
        if self.rule != "equal-shares" and self.completion.utility not in read:
            raise click.UsageError(
                f"--utility {self.completion.utility} ne change rien à --rule {self.rule}."
            )
        if self.rule != "greedy" and (self.no_skip or self.threshold):
            raise click.UsageError("--no-skip et --threshold ne valent que pour --rule greedy.")


def elect(file: Path, count: Count, *, as_json: bool) -> None:
    """Count the election in `file` and say what is funded."""
    count.refuse_useless()
    given = number(count.budget, t("--budget")) if count.budget is not None else None
    with file.open("rb") as stream:
        election = read_election(stream, given)
    if count.convert is not None:
        election = convert(election, Conversion(count.convert))
    outcome = complete(election, count.completion) if count.rule == "equal-shares" else None
    if outcome is not None:
        places = outcome.selected
    elif count.rule == "greedy":
        places = greedy(election, skipping=not count.no_skip, threshold=count.threshold)
    else:
        places = [drip.place for drip in phragmen(election)]
    if as_json:
        answer = _answer(election, count, places, outcome)
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    if count.convert is not None:
        click.echo(MEANINGS[Conversion(count.convert)])
    _show(election, places)
    if count.explain and outcome is not None:
        _show_reasons(election, count, outcome)
    if count.audit:
        _show_audit(_audited(election, count, places, outcome), election)


def _answer(
    election: Election, count: Count, places: list[int], outcome: Outcome | None
) -> dict[str, object]:
    answer: dict[str, object] = {
        "selected": [election.proposals[place].proposal_id for place in places],
        "cost": exact_decimal(election.cost(places)),
    }
    if count.explain and outcome is not None:
        answer |= _explanation(election, count, outcome)
    if count.audit:
        answer["audit"] = _as_object(_audited(election, count, places, outcome), election)
    return answer


def _show(election: Election, places: list[int]) -> None:
    spent, budget = (
        french(exact_decimal(value)) for value in (election.cost(places), election.budget)
    )
    click.echo(f"{len(places)} propositions retenues, {spent} sur {budget}.")
    if unit := currency(election):
        click.echo(f"Les montants sont en {unit}.")
    chosen = [election.proposals[place] for place in places]
    amounts = [french(exact_decimal(proposal.cost)) for proposal in chosen]
    width = max((len(cost) for cost in amounts), default=0)
    for rank, (proposal, cost) in enumerate(zip(chosen, amounts, strict=True), start=1):
        line = f"{rank:>4}  {cost:>{width}}  {proposal.proposal_id}  {proposal.name}"
        click.echo(line.rstrip())


def _reasons(election: Election, outcome: Outcome) -> list[Reason]:
    utility = outcome.completion.utility
    table = payments(election, outcome.purchases, outcome.endowment, utility)
    return reasons(election, outcome, table)


def _explanation(election: Election, count: Count, outcome: Outcome) -> dict[str, object]:
    """The reasons for a program: amounts as exact fractions."""
    change = with_one_more(election, outcome, count.completion)
    return {
        "rule": {
            "utility": outcome.completion.utility,
            "completion": outcome.completion.method,
            "exhaustive": outcome.completion.exhaustive,
            "integral": outcome.completion.integral,
            "comparison": _comparison(outcome),
            "conversion": count.convert,
        },
        "endowment": str(outcome.endowment),
        "added": outcome.added,
        "why": [_reason(election, reason) for reason in _reasons(election, outcome)],
        "with_one_more": {
            "gained": _ids(election, change.gained),
            "lost": _ids(election, change.lost),
        },
    }


def _comparison(outcome: Outcome) -> dict[str, object] | None:
    if outcome.comparison is None:
        return None
    return {
        "prefer_equal_shares": outcome.comparison.prefer_equal_shares,
        "prefer_greedy": outcome.comparison.prefer_greedy,
        "kept": outcome.comparison.kept,
    }


def _reason(election: Election, reason: Reason) -> dict[str, object]:
    said: dict[str, object] = {
        "id": election.proposals[reason.place].proposal_id,
        "funded": not isinstance(reason, Unfunded),
        "votes": reason.votes,
        "cost": exact_decimal(reason.cost),
        "sentence": sentence(explained(election, reason)),
    }
    match reason:
        case Bought():
            paid = [{"voters": voters, "amount": str(paid)} for paid, voters in reason.paid]
            said |= {"payment": str(reason.payment), "paid": paid}
        case Unfunded():
            held = None if reason.held is None else str(reason.held)
            said |= {"held": held, "overtaken_by": _ids(election, reason.overtaken_by)}
    return said


def _ids(election: Election, places: Iterable[int]) -> list[str]:
    return [election.proposals[place].proposal_id for place in places]


def _show_reasons(election: Election, count: Count, outcome: Outcome) -> None:
    share = sentence(amount(election, outcome.endowment))
    click.echo(f"\nPourquoi ? Chaque personne dispose de {share}.")
    if outcome.added:
        added = sentence(amount(election, Fraction(outcome.added)))
        click.echo(f"C'est {added} de plus que sa part, ajoutés un à un (add1).")
    if (vote := outcome.comparison) is not None:
        verdict = "le résultat est gardé" if vote.kept else "on revient au nombre de voix"
        click.echo(
            f"{vote.prefer_equal_shares} personnes soutiennent plus de propositions ainsi, "
            f"{vote.prefer_greedy} au seul nombre de voix : {verdict}."
        )
    for reason in _reasons(election, outcome):
        click.echo(f"  {sentence(explained(election, reason))}")
    change = with_one_more(election, outcome, count.completion)
    gained, lost = _ids(election, change.gained), _ids(election, change.lost)
    more = f"1 {currency(election)} de plus" if currency(election) else "une unité de plus"
    if gained:
        click.echo(f"Avec {more} s'ajouteraient : {', '.join(gained)}.")
    if lost:
        click.echo(f"Avec {more} seraient perdues : {', '.join(lost)}.")
    if not gained and not lost:
        click.echo(f"Avec {more}, rien ne changerait.")


@dataclass(frozen=True, slots=True)
class _Audited:
    """What can be checked of a result; `broken` is None where no payments made it."""

    fare: Satisfaction
    utility: str
    wronged: list[Grievance]
    broken: list[Text] | None
    by_votes: bool


def _audited(
    election: Election, count: Count, places: list[int], outcome: Outcome | None
) -> _Audited:
    utility = "cardinality" if count.completion.utility == "cardinality" else "cost"
    broken = None
    if outcome is not None and outcome.is_kept:
        paid = outcome.completion.utility
        table = payments(election, outcome.purchases, outcome.endowment, paid)
        broken = broken_conditions(election, outcome.purchases, table)
    return _Audited(
        satisfaction(election, places),
        utility,
        grievances(election, places, utility),
        broken,
        by_votes=outcome is not None and bool(outcome.by_votes),
    )


def _as_object(audited: _Audited, election: Election) -> dict[str, object]:
    fare = audited.fare
    found: dict[str, object] = {
        "voters": election.voters,
        "left_out": fare.left_out,
        "supported": {str(number): voters for number, voters in fare.supported.items()},
        "mean_number": str(fare.mean_number),
        "mean_cost": str(fare.mean_cost),
        "ejr_plus_up_to_any": {
            "utility": audited.utility,
            "holds": not audited.wronged,
            "grievances": [
                {
                    "id": election.proposals[group.place].proposal_id,
                    "voters": group.voters,
                    "satisfaction": str(group.satisfaction),
                }
                for group in audited.wronged
            ],
        },
    }
    if audited.broken is not None:
        found["priceable"] = {
            "holds": not audited.broken,
            "broken": [sentence(text) for text in audited.broken],
        }
    return found


def _show_audit(audited: _Audited, election: Election) -> None:
    voters = french(str(election.voters))
    out = french(str(audited.fare.left_out))
    mean = french(str(to_the_cent(audited.fare.mean_number)))
    click.echo(f"\nVérification. {out} personnes sur {voters} ne soutiennent rien de financé ;")
    click.echo(f"en moyenne, chacune soutient {mean} propositions financées.")
    if not audited.wronged:
        click.echo("Aucun groupe uni n'est privé de sa part (EJR+ à une proposition près).")
    for group in audited.wronged:
        name = election.proposals[group.place].proposal_id
        click.echo(
            f"{french(str(group.voters))} personnes unies pour « {name} » ont moins que "
            "leur part."
        )
    if audited.broken is None:
        return
    if not audited.broken:
        bought = " de ce que les parts ont acheté" if audited.by_votes else ""
        click.echo(
            f"Les paiements{bought} se vérifient : chaque coût est payé par ses seuls soutiens."
        )
    for text in audited.broken:
        click.echo(sentence(text))
