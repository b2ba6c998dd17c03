"""`commons allocate` for an election: count it, say why, and check the result."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from commons.allocation.certificate import broken_conditions, payments
from commons.allocation.completion import Outcome, Recipe, complete
from commons.allocation.conversion import MEANINGS, Conversion, convert
from commons.allocation.election import Election
from commons.allocation.election_audit import grievances, satisfaction, with_one_more
from commons.allocation.election_reasons import Bought, Reason, Unfunded, explained, reasons
from commons.allocation.greedy import greedy
from commons.allocation.pabulib import number, read_election
from commons.allocation.phragmen import phragmen
from commons.commands.amounts import exact_decimal, french, sentence, to_the_cent
from commons.kernel.text import t

BALLOT_RULES = ("equal-shares", "greedy", "phragmen")


@dataclass(frozen=True, slots=True)
class Count:
    """What the command line asks for, besides the file."""

    rule: str
    recipe: Recipe
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
        completed = self.recipe != Recipe(self.recipe.utility)
        if self.rule != "equal-shares" and (completed or self.explain):
            raise click.UsageError(
                "--completion, --exhaustive, --integral, --comparison et --explain ne valent "
                "que pour --rule equal-shares."
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
    outcome = complete(election, count.recipe) if count.rule == "equal-shares" else None
    if outcome is not None:
        places = outcome.selected
    elif count.rule == "greedy":
        places = greedy(election, skipping=not count.no_skip, threshold=count.threshold)
    else:
        places = [drip.place for drip in phragmen(election)]
    answer: dict[str, object] = {
        "selected": [election.proposals[place].proposal_id for place in places],
        "cost": exact_decimal(election.cost(places)),
    }
    why = _reasons(election, outcome) if count.explain and outcome is not None else None
    if why is not None and outcome is not None:
        answer |= _explanation(election, count, outcome, why)
    if count.audit:
        answer["audit"] = _audit(election, count, places, outcome)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    if count.convert is not None:
        click.echo(MEANINGS[Conversion(count.convert)])
    _show(election, places)
    if why is not None and outcome is not None:
        _show_reasons(election, count, outcome, why)
    if count.audit:
        _show_audit(election, count, places, outcome)


def _show(election: Election, places: list[int]) -> None:
    cost = election.cost(places)
    spent, budget = french(exact_decimal(cost)), french(exact_decimal(election.budget))
    click.echo(f"{len(places)} propositions retenues, {spent} sur {budget}.")
    chosen = [election.proposals[place] for place in places]
    amounts = [french(exact_decimal(proposal.cost)) for proposal in chosen]
    width = max((len(amount) for amount in amounts), default=0)
    for rank, (proposal, amount) in enumerate(zip(chosen, amounts, strict=True), start=1):
        line = f"{rank:>4}  {amount:>{width}}  {proposal.proposal_id}  {proposal.name}"
        click.echo(line.rstrip())


def _reasons(election: Election, outcome: Outcome) -> list[Reason]:
    utility = outcome.recipe.utility
    table = payments(election, outcome.purchases, outcome.endowment, utility)
    return reasons(election, outcome, table)


def _explanation(
    election: Election, count: Count, outcome: Outcome, why: list[Reason]
) -> dict[str, object]:
    """The reasons for a program: amounts as exact fractions."""
    change = with_one_more(election, outcome, count.recipe)
    return {
        "rule": {
            "utility": outcome.recipe.utility,
            "completion": outcome.recipe.completion,
            "exhaustive": outcome.recipe.exhaustive,
            "integral": outcome.recipe.integral,
            "comparison": _comparison(outcome),
            "conversion": count.convert,
        },
        "endowment": str(outcome.endowment),
        "added": outcome.added,
        "why": [_reason(election, reason) for reason in why],
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
            held = str(reason.held)
            said |= {"held": held, "overtaken_by": _ids(election, reason.overtaken_by)}
    return said


def _ids(election: Election, places: Iterable[int]) -> list[str]:
    return [election.proposals[place].proposal_id for place in places]


def _show_reasons(
    election: Election, count: Count, outcome: Outcome, why: list[Reason]
) -> None:
    share = french(str(to_the_cent(outcome.endowment)))
    click.echo(f"\nPourquoi ? Chaque personne dispose de {share}.")
    if outcome.added:
        click.echo(f"C'est {outcome.added} de plus que sa part, ajoutés un à un (add1).")
    if (vote := outcome.comparison) is not None:
        verdict = "le résultat est gardé" if vote.kept else "on revient au nombre de voix"
        click.echo(
            f"{vote.prefer_equal_shares} personnes soutiennent plus de propositions ainsi, "
            f"{vote.prefer_greedy} au seul nombre de voix : {verdict}."
        )
    for reason in why:
        click.echo(f"  {sentence(explained(election, reason))}")
    change = with_one_more(election, outcome, count.recipe)
    gained, lost = _ids(election, change.gained), _ids(election, change.lost)
    if gained:
        click.echo(f"Avec un euro de plus s'ajouteraient : {', '.join(gained)}.")
    if lost:
        click.echo(f"Avec un euro de plus seraient perdues : {', '.join(lost)}.")
    if not gained and not lost:
        click.echo("Un euro de plus ne changerait rien.")


def _audit(
    election: Election, count: Count, places: list[int], outcome: Outcome | None
) -> dict[str, object]:
    fare = satisfaction(election, places)
    utility = "cardinality" if count.recipe.utility == "cardinality" else "cost"
    wronged = grievances(election, places, utility)
    audit: dict[str, object] = {
        "voters": election.voters,
        "left_out": fare.left_out,
        "supported": {str(number): voters for number, voters in fare.supported.items()},
        "mean_number": str(fare.mean_number),
        "mean_cost": str(fare.mean_cost),
        "ejr_plus_up_to_any": {
            "utility": utility,
            "holds": not wronged,
            "grievances": [
                {
                    "id": election.proposals[group.place].proposal_id,
                    "voters": group.voters,
                    "satisfaction": str(group.satisfaction),
                }
                for group in wronged
            ],
        },
    }
    if outcome is not None:
        utility = outcome.recipe.utility
        table = payments(election, outcome.purchases, outcome.endowment, utility)
        broken = broken_conditions(election, outcome.purchases, table)
        audit["priceable"] = {
            "holds": not broken,
            "broken": [sentence(text) for text in broken],
        }
    return audit


def _show_audit(
    election: Election, count: Count, places: list[int], outcome: Outcome | None
) -> None:
    fare = satisfaction(election, places)
    voters = french(str(election.voters))
    out = french(str(fare.left_out))
    mean = french(str(to_the_cent(fare.mean_number)))
    click.echo(f"\nVérification. {out} personnes sur {voters} ne soutiennent rien de financé ;")
    click.echo(f"en moyenne, chacune soutient {mean} propositions financées.")
    utility = "cardinality" if count.recipe.utility == "cardinality" else "cost"
    wronged = grievances(election, places, utility)
    if not wronged:
        click.echo("Aucun groupe uni n'est privé de sa part (EJR+ à une proposition près).")
    for group in wronged:
        name = election.proposals[group.place].proposal_id
        click.echo(
            f"{french(str(group.voters))} personnes unies pour « {name} » ont moins que "
            "leur part."
        )
    if outcome is not None:
        utility = outcome.recipe.utility
        table = payments(election, outcome.purchases, outcome.endowment, utility)
        broken = broken_conditions(election, outcome.purchases, table)
        if not broken:
            click.echo(
                "Les paiements se vérifient : chaque coût est payé par ses seuls soutiens."
            )
        for text in broken:
            click.echo(sentence(text))
