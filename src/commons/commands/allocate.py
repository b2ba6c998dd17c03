"""`commons allocate`: divide an envelope or count an election, from a file."""

import json
from fractions import Fraction
from pathlib import Path

import click
from click.core import ParameterSource

from commons.allocation.claims_file import read_claims
from commons.allocation.csv_rows import cents
from commons.allocation.division import Award, Bound, Division, divide
from commons.allocation.election import Election
from commons.allocation.equal_shares import equal_shares
from commons.allocation.greedy import greedy
from commons.allocation.pabulib import number, read_election
from commons.kernel.text import t

BALLOT_RULES = ("equal-shares", "greedy")
UTILITIES = ("cost", "cardinality", "points")
COMPLETIONS = ("none", "utilitarian", "add1", "add1u")
NARROW, WIDE = "\u202f", "\u00a0"
WORDS = {
    Bound.WHOLE: "en entier",
    Bound.FLOOR: "plancher d'abord",
    Bound.CAP: "plafond",
    Bound.CENT: "un centime au plus grand reste",
    Bound.TIE: "un centime entre restes égaux",
}


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
    as_json: bool,
) -> None:
    """Répartit l'argent d'après FILE : une élection (.pb) ou des demandes (.csv).

    Le résultat est exact : les montants au centime par plus grands restes, les égalités
    départagées dans l'ordre publié.
    """
    match file.suffix.lower():
        case ".pb":
            _elect(file, rule or "equal-shares", utility, completion, budget, as_json=as_json)
        case ".csv":
            _refuse_ballot_options(context)
            _divide(file, rule or "proportional", budget, as_json=as_json)
        case other:
            raise click.UsageError(f"Un fichier « {other} » ne se lit pas : .pb ou .csv.")


def _refuse_ballot_options(context: click.Context) -> None:
    for option in ("utility", "completion"):
        if context.get_parameter_source(option) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--{option} ne vaut que pour une élection (.pb).")


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


def _divide(file: Path, rule: str, budget: str | None, *, as_json: bool) -> None:
    if budget is None:
        raise click.UsageError("Donnez le montant à répartir avec --budget.")
    division = divide(cents(budget), read_claims(file.read_bytes()), rule)
    if as_json:
        click.echo(json.dumps(as_object(division), ensure_ascii=False))
    else:
        _show_division(division)


def as_object(division: Division) -> dict[str, object]:
    """Awards in euros: cents as decimals, exact shares as fractions."""
    return {
        "awards": {award.claim.name: euros(award.cents) for award in division.awards},
        "exact": {award.claim.name: str(award.exact / 100) for award in division.awards},
        "unspent": euros(division.unspent),
    }


def _show_division(division: Division) -> None:
    click.echo(f"{division.rule.label}. {division.rule.counts}")
    awards = division.awards
    asked = sum(award.claim.cents for award in awards)
    given = sum(award.cents for award in awards)
    rows = [
        ("", "Demande", "Reçoit", ""),
        *(
            (award.claim.name, _money(award.claim.cents), _money(award.cents), why(award))
            for award in awards
        ),
        ("Total", _money(asked), _money(given), ""),
    ]
    names, asks, gets = (max(len(row[column]) for row in rows) for column in range(3))
    for name, ask, get, reason in rows:
        click.echo(f"  {name:<{names}}  {ask:>{asks}}  {get:>{gets}}  {reason}".rstrip())
    click.echo(f"Non distribué : {_money(division.unspent)}")


def why(award: Award) -> str:
    """In a few words, what bound this amount; nothing where the rule alone decided."""
    return ", ".join(WORDS[bound] for bound in Bound if bound in award.bounds)


def euros(amount: int) -> str:
    """`12.34` from 1234 cents."""
    return f"{amount // 100}.{amount % 100:02d}"


def _money(amount: int) -> str:
    return f"{french(euros(amount))}{WIDE}€"


def french(number: str) -> str:
    """`1 250,5` from `1250.5`, with narrow no-break spaces."""
    whole, _, part = number.partition(".")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    return f"{grouped},{part}" if part else grouped


def exact_decimal(value: Fraction) -> str:
    """A fraction that came from a decimal number, as the shortest such number."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    digits = f"{int(value * 10**scale):0{scale + 1}d}"
    return f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
