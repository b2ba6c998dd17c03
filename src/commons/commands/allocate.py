"""`commons allocate`: divide an envelope or count an election, from a file."""

import json
from pathlib import Path

import click
from click.core import ParameterSource

from commons.allocation.claims_file import cents, read_claims
from commons.allocation.completion import COMPLETIONS, Recipe
from commons.allocation.conversion import Conversion
from commons.allocation.division import Award, Bound, Division, divide
from commons.allocation.equal_shares import UTILITIES
from commons.commands.allocate_election import Count, elect
from commons.commands.amounts import WIDE, french

BALLOT_OPTIONS = (
    "utility",
    "completion",
    "exhaustive",
    "integral",
    "comparison",
    "convert",
    "no_skip",
    "threshold",
    "explain",
    "audit",
)
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
@click.option("--exhaustive", is_flag=True, help="add1 s'arrête dès que plus rien ne tient.")
@click.option("--integral", is_flag=True, help="Des parts entières au départ (add1).")
@click.option("--comparison", is_flag=True, help="Le résultat doit plaire autant que greedy.")
@click.option(
    "--convert",
    type=click.Choice([conversion.value for conversion in Conversion]),
    help="Ce que vaut chaque rang d'un classement.",
)
@click.option("--no-skip", is_flag=True, help="greedy s'arrête au premier qui ne tient pas.")
@click.option(
    "--threshold",
    type=click.IntRange(min=0),
    default=0,
    help="greedy écarte ce qui a moins de voix.",
)
@click.option("--explain", is_flag=True, help="Dire pourquoi, proposition par proposition.")
@click.option("--audit", is_flag=True, help="Vérifier les parts et les paiements.")
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
    exhaustive: bool,
    integral: bool,
    comparison: bool,
    convert: str | None,
    no_skip: bool,
    threshold: int,
    explain: bool,
    audit: bool,
    budget: str | None,
    as_json: bool,
) -> None:
    """Répartit l'argent d'après FILE : une élection (.pb) ou des demandes (.csv).

    Le résultat est exact : les montants au centime par plus grands restes, les égalités
    départagées dans l'ordre publié.
    """
    match file.suffix.lower():
        case ".pb":
            recipe = Recipe(
                utility,
                completion,
                exhaustive=exhaustive,
                integral=integral,
                comparison=comparison,
            )
            count = Count(
                rule or "equal-shares",
                recipe,
                budget,
                convert,
                no_skip=no_skip,
                threshold=threshold,
                explain=explain,
                audit=audit,
            )
            elect(file, count, as_json=as_json)
        case ".csv":
            _refuse_ballot_options(context)
            _divide(file, rule or "proportional", budget, as_json=as_json)
        case other:
            raise click.UsageError(f"Un fichier « {other} » ne se lit pas : .pb ou .csv.")


def _refuse_ballot_options(context: click.Context) -> None:
    for option in BALLOT_OPTIONS:
        if context.get_parameter_source(option) is not ParameterSource.DEFAULT:
            name = option.replace("_", "-")
            raise click.UsageError(f"--{name} ne vaut que pour une élection (.pb).")


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
