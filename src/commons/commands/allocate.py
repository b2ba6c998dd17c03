"""`commons allocate`: divide an envelope or count an election, from a file."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import click

from commons.allocation.claims_file import cents, read_claims
from commons.allocation.division import Division, divide
from commons.allocation.election import Election
from commons.allocation.equal_shares import equal_shares
from commons.allocation.greedy import greedy
from commons.allocation.pabulib import number, read_election
from commons.kernel.quantity import plain
from commons.kernel.text import t

BALLOT_RULES = ("equal-shares", "greedy")
UTILITIES = ("cost", "cardinality", "points")
COMPLETIONS = ("none", "utilitarian", "add1", "add1u")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", help="La règle ; par défaut equal-shares (.pb), proportional (.csv).")
@click.option("--utility", type=click.Choice(UTILITIES), default="cost", show_default=True)
@click.option("--completion", type=click.Choice(COMPLETIONS), default="none", show_default=True)
@click.option("--budget", metavar="MONTANT", help="Remplace le budget du fichier .pb.")
@click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme.")
def allocate(
    file: Path,
    rule: str | None,
    utility: str,
    completion: str,
    budget: str | None,
    *,
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
            _divide(file, rule or "proportional", budget, as_json=as_json)
        case other:
            raise click.UsageError(f"Un fichier « {other} » ne se lit pas : .pb ou .csv.")


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
    budget = exact_decimal(election.budget)
    click.echo(f"{len(places)} propositions retenues pour {exact_decimal(cost)} sur {budget}.")
    for rank, place in enumerate(places, start=1):
        proposal = election.proposals[place]
        amount = exact_decimal(proposal.cost)
        click.echo(f"{rank:>4}  {amount:>14}  {proposal.proposal_id}  {proposal.name}".rstrip())


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
    click.echo(f"{division.rule.label} : {division.rule.counts}")
    width = max(len(award.claim.name) for award in division.awards)
    for award in division.awards:
        asked, given = euros(award.claim.cents), euros(award.cents)
        click.echo(f"  {award.claim.name:<{width}}  {asked:>14} → {given:>14}")
    click.echo(f"Non distribué : {euros(division.unspent)}")


def euros(amount: int) -> str:
    """`12.34` from 1234 cents."""
    return f"{Decimal(amount).scaleb(-2):.2f}"


def exact_decimal(value: Fraction) -> str:
    """A fraction that came from a decimal number, as the shortest such number."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    return plain(Decimal(int(value * 10**scale)).scaleb(-scale))
