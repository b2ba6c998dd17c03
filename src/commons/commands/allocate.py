"""`commons allocate`: divide an envelope or count an election, from a file."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from commons.allocation.completion import COMPLETIONS, Completion
from commons.allocation.conversion import Conversion
from commons.allocation.counting import Count
from commons.allocation.csv_rows import cents
from commons.allocation.equal_shares import UTILITIES
from commons.allocation.file_kinds import FileKind, kind_by_name
from commons.allocation.rounding import Rounding
from commons.chamber.replay import replay
from commons.commands.allocate_csv import allocate_csv
from commons.commands.allocate_election import AskedOfElection, elect
from commons.commands.asked import Asked

BALLOT_OPTIONS = (
    "utility",
    "completion",
    "exhaustive",
    "integral",
    "comparison",
    "convert",
    "no_skip",
    "threshold",
)
CSV_OPTIONS = ("rounding", "cap", "pair_bound")
BOTH = ("rule", "budget", "compare", "explain", "audit", "write_round")


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
@click.option("--compare", metavar="RÈGLES", help="D'autres règles : a,b, usual ou all.")
@click.option("--explain", is_flag=True, help="Pourquoi chaque montant ou chaque choix.")
@click.option("--audit", is_flag=True, help="Total, inégalité, promesses ; parts et paiements.")
@click.option(
    "--write-round",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Écrit aussi le calcul, pour que d'autres le refassent.",
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
    /,
    file: Path,
    *,
    ballots: Path | None,
    as_json: bool,
    **options: Any,  # noqa: ANN401 -- each as click read it, handed on by name
) -> None:
    """Répartit l'argent d'après FILE, ou refait un calcul.

    Une élection (.pb) ; des demandes, des prélèvements, des dons ou des évaluations (.csv),
    reconnus à leur première ligne ; un calcul à refaire (.json) : sort avec 0 s'il donne le
    même résultat, 1 sinon, 2 s'il ne se lit pas ou vient d'un autre moteur.

    Le résultat est exact : les montants au centime par plus grands restes, les égalités
    départagées dans l'ordre publié.
    """
    match kind_by_name(file.name):
        case FileKind.ELECTION:
            _refuse(context, CSV_OPTIONS, "un fichier .csv")
            _refuse(context, ("ballots",), "un calcul à refaire (.json)")
            elect(file, _election(options), as_json=as_json)
        case None:
            _refuse(context, BALLOT_OPTIONS, "une élection (.pb)")
            _refuse(context, ("ballots",), "un calcul à refaire (.json)")
            allocate_csv(file.read_bytes(), _asked(options, as_json=as_json))
        case _:
            _refuse(context, (*BOTH, *BALLOT_OPTIONS, *CSV_OPTIONS), "un fichier .csv ou .pb")
            _replay(file, ballots, as_json=as_json)


def _election(options: Mapping[str, Any]) -> AskedOfElection:
    completion = Completion(
        options["utility"],
        options["completion"],
        exhaustive=options["exhaustive"],
        integral=options["integral"],
        comparison=options["comparison"],
    )
    count = Count(
        options["rule"] or "equal-shares",
        completion,
        None if options["convert"] is None else Conversion(options["convert"]),
        skipping=not options["no_skip"],
        threshold=options["threshold"],
    )
    return AskedOfElection(
        count,
        options["budget"],
        options["explain"],
        options["audit"],
        options["compare"],
        options["write_round"],
    )


def _asked(options: Mapping[str, Any], *, as_json: bool) -> Asked:
    if options["budget"] is None:
        raise click.UsageError("Donnez le montant à répartir avec --budget.")
    cap, pair_bound = options["cap"], options["pair_bound"]
    return Asked(
        rule=options["rule"],
        budget=cents(options["budget"]),
        rounding=options["rounding"],
        cap=None if cap is None else cents(cap),
        pair_bound=None if pair_bound is None else cents(pair_bound),
        rules_beside=options["compare"],
        explain=options["explain"],
        audit=options["audit"],
        as_json=as_json,
        round_file=options["write_round"],
    )


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
