"""`commons allocate` for an election: count it, say why, compare, and check the result."""

import json
from dataclasses import dataclass
from pathlib import Path

import click

from commons.allocation.completion import Completion
from commons.allocation.conversion import MEANINGS
from commons.allocation.counting import (
    BALLOT_RULES,
    Count,
    CountAudit,
    Counted,
    audited,
    changed,
    counted,
    paid_in,
    refuse_idle,
    with_one_more,
)
from commons.allocation.counting_reasons import whys
from commons.allocation.election import Election
from commons.allocation.pabulib import number, read_election
from commons.allocation.reason_sentences import Teller, currency, listed
from commons.chamber.election_round import election_round
from commons.commands.amounts import exact_decimal, french, sentence
from commons.commands.asked import Refused, attempted, rule_names, show_refusals, write_round
from commons.commands.election_answer import audit_object, compare_object, explanation, ids
from commons.commands.rule_families import ELECTION, check_rules
from commons.kernel.money import to_the_cent
from commons.kernel.text import Text, how_many, t


@dataclass(frozen=True, slots=True)
class AskedOfElection:
    """What the command line asks for, besides the file."""

    count: Count
    budget: str | None
    explain: bool
    audit: bool
    rules_beside: str | None
    round_file: Path | None

    @property
    def names(self) -> list[str]:
        """The rules to compare with, in the order asked for."""
        return rule_names(self.rules_beside, ELECTION)

    def refuse_useless(self) -> None:
        """Refuse options that the rules would pass over in silence."""
        count, rule = self.count, self.count.rule
        check_rules([rule], ELECTION)
        rules = {rule, *self.names}
        if "equal-shares" not in rules and count.completion != Completion(
            count.completion.utility
        ):
            raise click.UsageError(
                "--completion, --exhaustive, --integral et --comparison ne valent que pour "
                "--rule equal-shares."
            )
        read = {"cost", "cardinality"} if self.audit else {"cost"}
        if "equal-shares" not in rules and count.completion.utility not in read:
            raise click.UsageError(
                f"--utility {count.completion.utility} ne change rien à --rule {rule}."
            )
        if "greedy" not in rules and (not count.skipping or count.threshold):
            raise click.UsageError("--no-skip et --threshold ne valent que pour --rule greedy.")


def elect(file: Path, asked: AskedOfElection, *, as_json: bool) -> None:
    """Count the election in `file` and say what is funded."""
    asked.refuse_useless()
    given = number(asked.budget, t("--budget")) if asked.budget is not None else None
    with file.open("rb") as stream:
        election = read_election(stream, given)
    refuse_idle(election, asked.count)
    result = counted(election, asked.count.by(asked.count.rule))
    beside, refused = attempted(
        asked.names, lambda name: counted(election, asked.count.by(name))
    )
    write_round(asked.round_file, lambda: election_round(result, file.read_bytes()))
    if as_json:
        answer = _answer(result, asked)
        if asked.rules_beside is not None:
            compared = {each.count.rule: compare_object(result, each) for each in beside}
            answer["compare"] = compared
            answer["refused"] = {each.rule: str(each.text) for each in refused}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    if asked.count.conversion is not None:
        click.echo(MEANINGS[asked.count.conversion])
    _show(result)
    if asked.explain:
        _show_reasons(result)
    if asked.audit:
        _show_audit(audited(result, paid_in(result)), result.election)
    _show_beside(result, beside, refused)


def _answer(result: Counted, asked: AskedOfElection) -> dict[str, object]:
    election = result.election
    answer: dict[str, object] = {
        "selected": ids(election, result.places),
        "cost": exact_decimal(election.cost(result.places)),
    }
    if asked.explain:
        answer |= explanation(result)
    if asked.audit:
        answer["audit"] = audit_object(audited(result, paid_in(result)), election)
    return answer


def _show(result: Counted) -> None:
    election, places = result.election, result.places
    spent, budget = (
        french(exact_decimal(value)) for value in (election.cost(places), election.budget)
    )
    click.echo(f"{sentence(funded(len(places)))}, {spent} sur {budget}.")
    if unit := currency(election):
        click.echo(f"Les montants sont en {unit}.")
    chosen = [election.proposals[place] for place in places]
    amounts = [french(exact_decimal(proposal.cost)) for proposal in chosen]
    width = max((len(cost) for cost in amounts), default=0)
    for rank, (proposal, cost) in enumerate(zip(chosen, amounts, strict=True), start=1):
        line = f"{rank:>4}  {cost:>{width}}  {proposal.proposal_id}  {proposal.name}"
        click.echo(line.rstrip())


def _show_reasons(result: Counted) -> None:
    teller = Teller(result.election, lambda place: ids(result.election, [place])[0])
    click.echo("\nPourquoi ?")
    for note in teller.notes(result):
        click.echo(f"  {sentence(note)}")
    for reason in whys(result, paid_in(result)):
        click.echo(f"  {sentence(teller.text(reason))}")
    for text in teller.changes(with_one_more(result)):
        click.echo(sentence(text))


def _show_beside(result: Counted, beside: list[Counted], refused: list[Refused]) -> None:
    if beside:
        click.echo("\nLes autres règles, et ce qui change :")
    proposals = result.election.proposals
    for each in beside:
        spent = french(exact_decimal(each.election.cost(each.places)))
        label, found = BALLOT_RULES[each.count.rule].label, sentence(funded(len(each.places)))
        click.echo(f"  {label} : {found}, {spent}.")
        change = changed(result.places, each.places)
        for words, places in (("en plus", change.gained), ("en moins", change.lost)):
            if places:
                names = listed(lambda place: proposals[place].proposal_id, places)
                click.echo(f"    {words} : {names}")
        if not change.gained and not change.lost:
            click.echo("    les mêmes propositions")
        click.echo(f"    {sentence(_left_out(audited(each, paid_in(each)), each.election))}")
    show_refusals(refused, BALLOT_RULES)


def _show_audit(audit: CountAudit, election: Election) -> None:
    mean = french(str(to_the_cent(audit.fare.mean_number)))
    click.echo(f"\nVérification. {sentence(_left_out(audit, election))}")
    click.echo(f"Nombre de propositions financées que chacun soutient, en moyenne : {mean}.")
    if not audit.wronged:
        click.echo("Aucun groupe uni n'est privé de sa part (EJR+ à une proposition près).")
    for group in audit.wronged:
        name = election.proposals[group.place].proposal_id
        click.echo(sentence(united(group.voters, name)))
    if audit.broken is None:
        return
    if not audit.broken:
        bought = " de ce que les parts ont acheté" if audit.by_votes else ""
        click.echo(
            f"Les paiements{bought} se vérifient : chaque coût est payé par ses seuls soutiens."
        )
    for text in audit.broken:
        click.echo(sentence(text))


def funded(count: int) -> Text:
    """« 3 propositions retenues »."""
    return how_many(
        count,
        none=t("Aucune proposition retenue"),
        one=t("1 proposition retenue"),
        many=t("{count} propositions retenues"),
    )


def united(voters: int, name: str) -> Text:
    """A group that has less than its share."""
    return how_many(
        voters,
        none=t("Personne n'est uni pour « {name} ».", name=name),
        one=t("1 personne, pour « {name} », a moins que sa part.", name=name),
        many=t("{count} personnes unies pour « {name} » ont moins que leur part.", name=name),
    )


def _left_out(audit: CountAudit, election: Election) -> Text:
    voters = election.voters
    return how_many(
        audit.fare.left_out,
        none=t("Chaque personne soutient quelque chose de financé."),
        one=t("1 personne sur {all} ne soutient rien de financé.", all=voters),
        many=t("{count} personnes sur {all} ne soutiennent rien de financé.", all=voters),
    )
