"""`commons allocate`: divide an envelope or count an election, from a file."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from commons.allocation.completion import COMPLETIONS, Completion
from commons.allocation.contributors_file import is_contributors
from commons.allocation.conversion import Conversion
from commons.allocation.counting import Count
from commons.allocation.csv_rows import cents, heading_of
from commons.allocation.equal_shares import UTILITIES
from commons.allocation.file_kinds import FileKind, kind_by_name
from commons.allocation.recipe_file import says_recipe
from commons.allocation.rounding import Rounding
from commons.allocation.takes import TAKES
from commons.chamber.replay import replay
from commons.commands.allocate_csv import allocate_csv
from commons.commands.allocate_election import AskedOfElection, elect
from commons.commands.allocate_recipe import (
    FILES,
    PERIOD,
    AskedOfRecipe,
    allocate_by_work,
    allocate_recipe,
    recipe_options,
)
from commons.commands.asked import Asked
from commons.ledger.entry_text import says_form
from commons.ledger.export import FORM

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
NAMES = {"from_day": "from", "to_day": "to", "key_text": "key", "weights": "weight"}
"""Options whose name in Python is another."""
FOR_RECIPES = (*FILES, *PERIOD, "weights")


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
@click.option(
    "--cap",
    metavar="MONTANT",
    help="Le plus que reçoit un projet (dons), ou que pèse une personne (capped).",
)
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
    help="Les bulletins d'une recette ou d'un calcul à refaire (.json).",
)
@recipe_options
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

    Une élection (.pb) ; des demandes, des prélèvements, des dons, des évaluations ou des
    quantités attestées (.csv), reconnus à leur première ligne ; un journal exporté (.json) ;
    une recette (.json) et les fichiers que lisent ses étapes ; un calcul à refaire (.json) :
    sort avec 0 s'il donne le même résultat, 1 sinon, 2 s'il ne se lit pas ou vient d'un autre
    moteur.

    Le résultat est exact : les montants au centime par plus grands restes, les égalités
    départagées dans l'ordre publié.
    """
    match kind_by_name(file.name):
        case FileKind.ELECTION:
            _refuse(context, CSV_OPTIONS, "un fichier .csv")
            _refuse(context, ("ballots", *FOR_RECIPES), "une recette ou un calcul (.json)")
            elect(file, _election(options), as_json=as_json)
        case None:
            _refuse(context, BALLOT_OPTIONS, "une élection (.pb)")
            _refuse(context, ("ballots", *FILES), "une recette ou un calcul (.json)")
            data = file.read_bytes()
            if options["rule"] != TAKES.name and is_contributors(heading_of(data)):
                _by_work(context, file, options, as_json=as_json)
                return
            _refuse(context, (*PERIOD, "weights"), "des quantités attestées")
            allocate_csv(data, _asked(options, as_json=as_json))
        case _:
            _json(context, file, ballots, options, as_json=as_json)


def _by_work(
    context: click.Context, file: Path, options: Mapping[str, Any], *, as_json: bool
) -> None:
    others = ("compare", *(option for option in CSV_OPTIONS if option != "cap"))
    _refuse(context, (*others, "explain", "audit"), "un autre fichier .csv")
    allocate_by_work(file, options, as_json=as_json)


def _json(
    context: click.Context,
    file: Path,
    ballots: Path | None,
    options: Mapping[str, Any],
    *,
    as_json: bool,
) -> None:
    data = file.read_bytes()
    if says_form(data, FORM):
        _refuse(context, BALLOT_OPTIONS, "une élection (.pb)")
        _refuse(context, ("ballots", *FILES), "une recette ou un calcul (.json)")
        _by_work(context, file, options, as_json=as_json)
        return
    settings = (
        *("rule", "compare", "explain", "audit", "weights"),
        *BALLOT_OPTIONS,
        *CSV_OPTIONS,
    )
    if says_recipe(data):
        _refuse(context, settings, "un autre fichier : une recette dit tout elle-même")
        allocate_recipe(file, AskedOfRecipe.of(options, ballots, as_json=as_json))
        return
    _refuse(context, (*BOTH, *settings), "un fichier .csv ou .pb")
    _refuse(context, (*FILES, *PERIOD), "une recette : un calcul contient déjà ce qu'il lit")
    _replay(data, ballots, as_json=as_json)


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
            name = NAMES.get(option, option.replace("_", "-"))
            raise click.UsageError(f"--{name} ne vaut que pour {kind}.")


def _replay(data: bytes, ballots: Path | None, *, as_json: bool) -> None:
    verdict = replay(data, ballots.read_bytes() if ballots else None)
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
