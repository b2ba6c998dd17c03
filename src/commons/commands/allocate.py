"""`commons allocate`: divide an envelope or count an election, from a file."""

import json
import sys
from fractions import Fraction
from pathlib import Path

import click
from click.core import ParameterSource

from commons.allocation.csv_rows import cents
from commons.allocation.election import Election
from commons.allocation.equal_shares import equal_shares
from commons.allocation.greedy import greedy
from commons.allocation.pabulib import number, read_election
from commons.allocation.rounding import Rounding
from commons.chamber.replay import replay
from commons.commands.allocate_csv import allocate_csv
from commons.commands.amounts import exact_decimal, french
from commons.commands.asked import Asked
from commons.kernel.text import t

BALLOT_RULES = ("equal-shares", "greedy")
UTILITIES = ("cost", "cardinality", "points")
COMPLETIONS = ("none", "utilitarian", "add1", "add1u")
CSV_OPTIONS = (
    "rounding",
    "cap",
    "pair_bound",
    "compare",
    "explain",
    "audit",
    "write_round",
    "ballots",
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", help="La règle ; par défaut equal-shares (.pb), proportional (.csv).")
@click.option("--utility", type=click.Choice(UTILITIES), default="cost", show_default=True)
@click.option("--completion", type=click.Choice(COMPLETIONS), default="none", show_default=True)
@click.option(
    "--budget",
    metavar="MONTANT",
    help="Le montant à répartir (.csv), ou à la place du budget du fichier (.pb).",
)
@click.option(
    "--rounding",
    type=click.Choice([each.value for each in Rounding]),
    help="L'arrondi au centime des demandes ; par défaut les plus grands restes.",
)
@click.option("--cap", metavar="MONTANT", help="Le plus que reçoit un projet (dons).")
@click.option("--pair-bound", metavar="MONTANT", help="Ce qui borne une paire (pairwise).")
@click.option("--compare", metavar="RÈGLES", help="D'autres règles : a,b, usual ou all (.csv).")
@click.option("--explain", is_flag=True, help="Pourquoi chaque montant (.csv).")
@click.option("--audit", is_flag=True, help="Total, inégalité, promesses, ententes (.csv).")
@click.option(
    "--write-round",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Écrit aussi le calcul, pour que d'autres le refassent (.csv).",
)
@click.option(
    "--ballots",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Les bulletins d'un calcul à refaire (.json).",
)
@click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme.")
@click.pass_context
def allocate(
    context: click.Context,
    file: Path,
    *,
    rule: str | None,
    utility: str,
    completion: str,
    budget: str | None,
    rounding: str | None,
    cap: str | None,
    pair_bound: str | None,
    compare: str | None,
    explain: bool,
    audit: bool,
    write_round: Path | None,
    ballots: Path | None,
    as_json: bool,
) -> None:
    """Répartit l'argent d'après FILE, ou refait un calcul.

    Une élection (.pb) ; des demandes, des prélèvements, des dons ou des évaluations (.csv),
    reconnus à leur première ligne ; un calcul à refaire (.json) : sort avec 0 s'il donne le
    même résultat, 1 sinon, 2 s'il ne se lit pas ou vient d'un autre moteur.

    Le résultat est exact : les montants au centime par plus grands restes, les égalités
    départagées dans l'ordre publié.
    """
    match file.suffix.lower():
        case ".pb":
            _refuse(context, CSV_OPTIONS, "un fichier .csv")
            _elect(file, rule or "equal-shares", utility, completion, budget, as_json=as_json)
        case ".csv":
            _refuse(context, ("utility", "completion"), "une élection (.pb)")
            _refuse(context, ("ballots",), "un calcul à refaire (.json)")
            if budget is None:
                raise click.UsageError("Donnez le montant à répartir avec --budget.")
            asked = Asked(
                rule=rule,
                budget=cents(budget),
                rounding=rounding,
                cap=None if cap is None else cents(cap),
                pair_bound=None if pair_bound is None else cents(pair_bound),
                rules_beside=compare,
                explain=explain,
                audit=audit,
                as_json=as_json,
                round_file=write_round,
            )
            allocate_csv(file.read_bytes(), asked)
        case ".json":
            others = ("rule", "utility", "completion", "budget", *CSV_OPTIONS[:-1])
            _refuse(context, others, "un fichier .csv ou .pb")
            _replay(file, ballots, as_json=as_json)
        case other:
            raise click.UsageError(f"Un fichier « {other} » ne se lit pas : .pb, .csv, .json.")


def _refuse(context: click.Context, options: tuple[str, ...], kind: str) -> None:
    for option in options:
        if context.get_parameter_source(option) is not ParameterSource.DEFAULT:
            name = option.replace("_", "-")
            raise click.UsageError(f"--{name} ne vaut que pour {kind}.")


def _replay(file: Path, ballots: Path | None, *, as_json: bool) -> None:
    verdict = replay(file.read_bytes(), ballots.read_bytes() if ballots else None)
    if as_json:
        faults = [str(fault) for fault in verdict.faults]
        answer = {"agrees": verdict.agrees, "sha256": verdict.sha256, "faults": faults}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for fault in verdict.faults:
            click.echo(f"Non : {fault}")
        if verdict.agrees:
            click.echo(f"Oui : le même calcul donne le même résultat.\n{verdict.sha256}")
    sys.exit(0 if verdict.agrees else 1)


def _elect(
    file: Path, rule: str, utility: str, completion: str, budget: str | None, *, as_json: bool
) -> None:
    if rule not in BALLOT_RULES:
        known = ", ".join(BALLOT_RULES)
        raise click.UsageError(f"La règle « {rule} » ne compte pas des votes : {known}.")
    if completion != "none":
        raise click.UsageError(f"La complétion « {completion} » n'est pas encore offerte.")
    given = number(budget, t("--budget")) if budget is not None else None
    election = read_election(file.read_bytes(), given)
    if rule == "greedy":
        places = greedy(election)
    else:
        places = [purchase.place for purchase in equal_shares(election, utility)]
    cost = sum((election.proposals[place].cost for place in places), Fraction(0))
    if as_json:
        selected = [election.proposals[place].proposal_id for place in places]
        click.echo(json.dumps({"selected": selected, "cost": exact_decimal(cost)}))
    else:
        _show_election(election, places, cost)


def _show_election(election: Election, places: list[int], cost: Fraction) -> None:
    spent, budget = french(exact_decimal(cost)), french(exact_decimal(election.budget))
    click.echo(f"{len(places)} propositions retenues, {spent} sur {budget}.")
    chosen = [election.proposals[place] for place in places]
    amounts = [french(exact_decimal(proposal.cost)) for proposal in chosen]
    width = max((len(amount) for amount in amounts), default=0)
    for rank, (proposal, amount) in enumerate(zip(chosen, amounts, strict=True), start=1):
        line = f"{rank:>4}  {amount:>{width}}  {proposal.proposal_id}  {proposal.name}"
        click.echo(line.rstrip())
