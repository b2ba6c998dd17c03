"""`commons allocate` for an election: count it, say why, and check the result."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import click

from commons.allocation.certificate import payments
from commons.allocation.completion import Completion, Outcome
from commons.allocation.conversion import MEANINGS
from commons.allocation.counting import (
    BALLOT_RULES,
    Count,
    CountAudit,
    Counted,
    audited,
    counted,
    paid_in,
)
from commons.allocation.election import Election
from commons.allocation.election_audit import with_one_more
from commons.allocation.election_reasons import (
    Bought,
    Reason,
    Unfunded,
    amount,
    currency,
    explained,
    reasons,
)
from commons.allocation.exact_text import exact_text
from commons.allocation.pabulib import number, read_election
from commons.chamber.election_round import election_round
from commons.commands.amounts import exact_decimal, french, sentence
from commons.commands.asked import write_round
from commons.kernel.money import to_the_cent
from commons.kernel.text import t


@dataclass(frozen=True, slots=True)
class AskedOfElection:
    """What the command line asks for, besides the file."""

    count: Count
    budget: str | None
    explain: bool
    audit: bool
    round_file: Path | None

    def refuse_useless(self) -> None:
        """Refuse options that the rule would pass over in silence."""
        count, rule = self.count, self.count.rule
        if rule not in BALLOT_RULES:
            known = ", ".join(BALLOT_RULES)
            raise click.UsageError(f"La règle « {rule} » ne compte pas des votes : {known}.")
        completed = count.completion != Completion(count.completion.utility)
        if rule != "equal-shares" and (completed or self.explain):
            raise click.UsageError(
                "--completion, --exhaustive, --integral, --comparison et --explain ne valent "
                "que pour --rule equal-shares."
            )
        read = {"cost", "cardinality"} if self.audit else {"cost"}
        if rule != "equal-shares" and count.completion.utility not in read:
            raise click.UsageError(
                f"--utility {count.completion.utility} ne change rien à --rule {rule}."
            )
        if rule != "greedy" and (not count.skipping or count.threshold):
            raise click.UsageError("--no-skip et --threshold ne valent que pour --rule greedy.")


def elect(file: Path, asked: AskedOfElection, *, as_json: bool) -> None:
    """Count the election in `file` and say what is funded."""
    asked.refuse_useless()
    given = number(asked.budget, t("--budget")) if asked.budget is not None else None
    with file.open("rb") as stream:
        election = read_election(stream, given)
    result = counted(election, asked.count)
    write_round(asked.round_file, lambda: election_round(result, file.read_bytes()))
    if as_json:
        click.echo(json.dumps(_answer(result, asked), ensure_ascii=False))
        return
    if asked.count.conversion is not None:
        click.echo(MEANINGS[asked.count.conversion])
    _show(result)
    if asked.explain and result.outcome is not None:
        _show_reasons(result, result.outcome)
    if asked.audit:
        _show_audit(audited(result, paid_in(result)), result.election)


def _answer(result: Counted, asked: AskedOfElection) -> dict[str, object]:
    election = result.election
    answer: dict[str, object] = {
        "selected": _ids(election, result.places),
        "cost": exact_decimal(election.cost(result.places)),
    }
    if asked.explain and result.outcome is not None:
        answer |= _explanation(result, result.outcome)
    if asked.audit:
        answer["audit"] = _as_object(audited(result, paid_in(result)), election)
    return answer


def _show(result: Counted) -> None:
    election, places = result.election, result.places
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


def _reasons(result: Counted, outcome: Outcome) -> list[Reason]:
    utility = outcome.completion.utility
    table = payments(result.election, outcome.purchases, outcome.endowment, utility)
    return reasons(result.election, outcome, table)


def _explanation(result: Counted, outcome: Outcome) -> dict[str, object]:
    """The reasons for a program: amounts as exact fractions."""
    election, conversion = result.election, result.count.conversion
    change = with_one_more(election, outcome, result.count.completion)
    return {
        "rule": {
            "utility": outcome.completion.utility,
            "completion": outcome.completion.method,
            "exhaustive": outcome.completion.exhaustive,
            "integral": outcome.completion.integral,
            "comparison": _comparison(outcome),
            "conversion": None if conversion is None else conversion.value,
        },
        "endowment": exact_text(outcome.endowment),
        "added": outcome.added,
        "why": [_reason(election, reason) for reason in _reasons(result, outcome)],
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
            paid = [
                {"voters": voters, "amount": exact_text(paid)} for paid, voters in reason.paid
            ]
            said |= {"payment": exact_text(reason.payment), "paid": paid}
        case Unfunded():
            held = None if reason.held is None else exact_text(reason.held)
            said |= {"held": held, "overtaken_by": _ids(election, reason.overtaken_by)}
    return said


def _ids(election: Election, places: Iterable[int]) -> list[str]:
    return [election.proposals[place].proposal_id for place in places]


def _show_reasons(result: Counted, outcome: Outcome) -> None:
    election = result.election
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
    for reason in _reasons(result, outcome):
        click.echo(f"  {sentence(explained(election, reason))}")
    change = with_one_more(election, outcome, result.count.completion)
    gained, lost = _ids(election, change.gained), _ids(election, change.lost)
    more = f"1 {currency(election)} de plus" if currency(election) else "une unité de plus"
    if gained:
        click.echo(f"Avec {more} s'ajouteraient : {', '.join(gained)}.")
    if lost:
        click.echo(f"Avec {more} seraient perdues : {', '.join(lost)}.")
    if not gained and not lost:
        click.echo(f"Avec {more}, rien ne changerait.")


def _as_object(audit: CountAudit, election: Election) -> dict[str, object]:
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


def _show_audit(audit: CountAudit, election: Election) -> None:
    voters = french(str(election.voters))
    out = french(str(audit.fare.left_out))
    mean = french(str(to_the_cent(audit.fare.mean_number)))
    click.echo(f"\nVérification. {out} personnes sur {voters} ne soutiennent rien de financé ;")
    click.echo(f"en moyenne, chacune soutient {mean} propositions financées.")
    if not audit.wronged:
        click.echo("Aucun groupe uni n'est privé de sa part (EJR+ à une proposition près).")
    for group in audit.wronged:
        name = election.proposals[group.place].proposal_id
        click.echo(
            f"{french(str(group.voters))} personnes unies pour « {name} » ont moins que "
            "leur part."
        )
    if audit.broken is None:
        return
    if not audit.broken:
        bought = " de ce que les parts ont acheté" if audit.by_votes else ""
        click.echo(
            f"Les paiements{bought} se vérifient : chaque coût est payé par ses seuls soutiens."
        )
    for text in audit.broken:
        click.echo(sentence(text))
