"""`commons allocate recipe.json`: a recipe cooked, stage by stage, from its files."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Self, TypeVar

import click

from commons.allocation.claims import RULES
from commons.allocation.claims_file import read_claims
from commons.allocation.contributions import Contributor, Shape
from commons.allocation.contributors_file import read_members
from commons.allocation.csv_rows import cents
from commons.allocation.evaluations_file import read_evaluations
from commons.allocation.gifts_file import read_gifts
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.pabulib import read_election
from commons.allocation.peers import PEER_RULES
from commons.allocation.recipe import (
    BALLOTS,
    MEMBERS,
    Cooked,
    Inputs,
    Recipe,
    Stage,
    StageResult,
    cook,
    in_stage,
    percent,
)
from commons.allocation.recipe_file import number_of, read_recipe
from commons.allocation.recipe_reasons import Line, rule_text, stage_lines
from commons.allocation.recipe_vote import NO_BUDGET, with_vote
from commons.allocation.units import weighed
from commons.chamber.round_file import digest, recipe_round
from commons.commands.amounts import show_table
from commons.commands.asked import write_round
from commons.commands.contributors import Period, contributors_from
from commons.kernel.errors import InputError
from commons.kernel.money import euros, money
from commons.kernel.text import t

Read = TypeVar("Read")
FILES = ("members", "claims", "gifts", "evaluations", "contributors")
"""The options that name a file which stages read; `ballots` is another."""
PERIOD = ("from_day", "to_day", "key_text", "only_open")
WORDS = {
    "members": "la liste des membres, --members FICHIER.csv",
    "claims": "les demandes, --claims FICHIER.csv",
    "gifts": "les dons, --gifts FICHIER.csv",
    "evaluations": "les évaluations, --evaluations FICHIER.csv",
    "contributors": "les quantités attestées, --contributors FICHIER (.csv, ou journal .json)",
    "ballots": "les bulletins, --ballots FICHIER.pb",
}


def recipe_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `commons allocate` for recipes and for attested quantities."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = (
        click.option("--members", type=file, help="Les membres (recette) : name."),
        click.option("--claims", type=file, help="Les demandes (recette)."),
        click.option("--gifts", type=file, help="Les dons (recette)."),
        click.option("--evaluations", type=file, help="Les évaluations (recette)."),
        click.option(
            "--contributors",
            type=file,
            help="Les quantités attestées (recette) : un .csv, ou un journal exporté (.json).",
        ),
        click.option("--from", "from_day", metavar="JOUR", help="Le premier jour (journal)."),
        click.option("--to", "to_day", metavar="JOUR", help="Le dernier jour (journal)."),
        click.option(
            "--key", "key_text", metavar="VKEY", help="La clé publique du journal exporté."
        ),
        click.option(
            "--only-open",
            is_flag=True,
            help="Ne compte d'un journal que ce qui est ouvert à rétribution.",
        ),
        click.option(
            "--weight",
            "weights",
            multiple=True,
            metavar="UNITÉ=POIDS",
            help="Ce que pèse une unité (linear, root, capped), comme heure=1.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def needed_by(rule: str) -> str:
    """Which input a stage reads."""
    if rule in {MEMBERS, BALLOTS}:
        return rule
    if rule in set(Shape):
        return "contributors"
    kinds = (("claims", RULES), ("gifts", MATCHING_RULES), ("evaluations", PEER_RULES))
    return next(name for name, rules in kinds if rule in rules)


@dataclass(frozen=True, slots=True)
class AskedOfRecipe:
    """The money, the files by what they hold, and the form of the answer."""

    budget: int
    files: Mapping[str, Path]
    period: Period
    round_file: Path | None
    as_json: bool

    @classmethod
    def of(cls, options: Mapping[str, Any], ballots: Path | None, *, as_json: bool) -> Self:
        """From options as click read them. Raises a usage error without a budget."""
        if options["budget"] is None:
            raise click.UsageError("Donnez le montant à répartir avec --budget.")
        files = {name: options[name] for name in FILES if options[name] is not None}
        if ballots is not None:
            files["ballots"] = ballots
        return cls(
            cents(options["budget"]),
            files,
            Period(*(options[name] for name in PERIOD)),
            options["write_round"],
            as_json,
        )

    def check_files(self, recipe: Recipe) -> None:
        """Refuse a file that is missing, naming the stage, and one that no stage reads."""
        read = set()
        for number, stage in enumerate(recipe.stages, start=1):
            name = needed_by(stage.rule)
            read.add(name)
            if name not in self.files:
                missing = InputError(t("il manque {what}.", what=WORDS[name]))
                raise in_stage(number, stage.rule, missing)
        for name in self.files:
            if name not in read:
                raise click.UsageError(f"--{name} : aucune étape de cette recette ne le lit.")
        if self.period.is_asked and "contributors" not in self.files:
            raise click.UsageError("--from, --to, --key, --only-open : aucun journal n'est lu.")


def allocate_recipe(file: Path, asked: AskedOfRecipe) -> None:
    """Cook the recipe in `file` from the files that its stages read, and answer."""
    recipe = read_recipe(file.read_bytes())
    asked.check_files(recipe)
    inputs = Inputs(
        members=_read("members", read_members, asked),
        claims=_read("claims", read_claims, asked),
        gifts=_read("gifts", read_gifts, asked),
        evaluations=_read("evaluations", read_evaluations, asked),
        contributors=_contributors(asked),
    )
    ballots = None
    if "ballots" in asked.files:
        ballots = asked.files["ballots"].read_bytes()
        with _about("ballots", asked):
            election = read_election(ballots, NO_BUDGET)
        inputs = with_vote(recipe, inputs, election)
    answer(recipe, inputs, ballots, asked)


def allocate_by_work(file: Path, options: Mapping[str, Any], *, as_json: bool) -> None:
    """Divide by the attested quantities in `file`: a recipe of one stage, and its answer."""
    rule = options["rule"] or str(Shape.LINEAR)
    if rule not in set(Shape):
        known = ", ".join(Shape)
        raise click.UsageError(f"Des quantités attestées se répartissent par --rule {known}.")
    if (options["cap"] is None) == (rule == Shape.CAPPED):
        raise click.UsageError("--cap va avec --rule capped, et avec elle seulement.")
    asked = AskedOfRecipe.of(options, None, as_json=as_json)
    contributors = contributors_from(file, asked.period)
    cap = None if options["cap"] is None else number_of(options["cap"])
    stage = Stage(rule, None, _weights(options["weights"], contributors), cap)
    recipe = Recipe(str(rule_text(stage)), (stage,))
    answer(recipe, Inputs(contributors=contributors), None, asked)


def _weights(typed: tuple[str, ...], contributors: list[Contributor]) -> Mapping[str, Fraction]:
    """What each unit weighs; one hour or one of the only unit there is, if nothing is said."""
    units = sorted({unit for each in contributors for unit in each.quantities})
    if not typed and len(units) == 1:
        return dict([weighed("heure" if units[0] == "minute" else units[0], Fraction(1))])
    found: dict[str, Fraction] = {}
    for text in typed:
        unit, is_said, weight = text.partition("=")
        if not is_said:
            raise click.UsageError(f"--weight {text} : écrivez UNITÉ=POIDS, comme heure=1.")
        code, exact = weighed(unit.strip(), number_of(weight))
        if code in found:
            raise click.UsageError(f"--weight {text} : ce poids est donné deux fois.")
        found[code] = exact
    if silent := [unit for unit in units if unit not in found]:
        shown = ["heure" if unit == "minute" else unit for unit in silent]
        raise click.UsageError(
            f"Dites ce que pèse chaque unité : --weight {'=1 --weight '.join(shown)}=1 ; "
            "0 pour ne pas la compter."
        )
    return found


def answer(recipe: Recipe, inputs: Inputs, ballots: bytes | None, asked: AskedOfRecipe) -> None:
    """Cook, write the round file if asked, and say the result to a person or a program."""
    cooked = cook(recipe, asked.budget, inputs)
    round_file = recipe_round(cooked, inputs, ballots=ballots)
    write_round(asked.round_file, lambda: round_file)
    lines = [stage_lines(result, inputs) for result in cooked.stages]
    if asked.as_json:
        click.echo(json.dumps(_answer(cooked, lines, digest(round_file)), ensure_ascii=False))
    else:
        _show(cooked, lines)
        _warn(cooked, inputs)
        if asked.round_file is not None:
            click.echo(f"Empreinte du calcul : {digest(round_file)}")


def _read(name: str, read: Callable[[bytes], list[Read]], asked: AskedOfRecipe) -> list[Read]:
    if name not in asked.files:
        return []
    with _about(name, asked):
        found = read(asked.files[name].read_bytes())
        if not found:
            raise InputError(t("ce fichier est vide."))
    return found


def _contributors(asked: AskedOfRecipe) -> list[Contributor]:
    if "contributors" not in asked.files:
        return []
    with _about("contributors", asked):
        return contributors_from(asked.files["contributors"], asked.period)


@contextmanager
def _about(name: str, asked: AskedOfRecipe) -> Iterator[None]:
    """A refusal within says which option and file it is about."""
    try:
        yield
    except InputError as error:
        file = asked.files[name].name
        text = t("--{option} {file} : {fault}", option=name, file=file, fault=error.text)
        raise InputError(text, error.errors) from error


def _answer(cooked: Cooked, lines: list[list[Line]], sha256: str) -> dict[str, object]:
    return {
        "title": cooked.recipe.title,
        "stages": [
            {
                "rule": result.stage.rule,
                "had": euros(result.had),
                "awards": {line.name: euros(line.cents) for line in of_stage},
                "reasons": {line.name: str(line.reason) for line in of_stage},
                "left": euros(result.left),
            }
            for result, of_stage in zip(cooked.stages, lines, strict=True)
        ],
        "awards": {name: euros(amount) for name, amount in cooked.totals.items()},
        "unspent": euros(cooked.unspent),
        "recipe_sha256": cooked.recipe.digest(),
        "sha256": sha256,
    }


def _show(cooked: Cooked, lines: list[list[Line]]) -> None:
    click.echo(f"{cooked.recipe.title}. Enveloppe : {money(cooked.envelope)}")
    came = 0
    has_stages = len(lines) > 1
    for number, (result, of_stage) in enumerate(
        zip(cooked.stages, lines, strict=True), start=1
    ):
        if has_stages:
            click.echo(f"\nÉtape {number}. {rule_text(result.stage)}")
        click.echo(_money_of(result, came))
        if any(line.cents for line in of_stage):
            show_table(
                [[_name(line), money(line.cents), str(line.reason)] for line in of_stage]
            )
        else:
            click.echo("  Personne ne reçoit rien à cette étape.")
        came = result.left
        if came and number < len(lines):
            click.echo(f"  Elle laisse à la suivante {money(came)}.")
    if has_stages:
        click.echo("\nEn tout")
        labels = {line.name: _name(line) for of_stage in lines for line in of_stage}
        rows = [[labels[name], money(cents), ""] for name, cents in cooked.totals.items()]
        show_table([*rows, ["Total", money(sum(cooked.totals.values())), ""]])
    click.echo(f"Non distribué : {money(cooked.unspent)}")


def _warn(cooked: Cooked, inputs: Inputs) -> None:
    """On the error output: who gets more than they asked for, since stages do not look back."""
    for claim in inputs.claims:
        if (received := cooked.totals.get(claim.name, 0)) > claim.cents:
            click.echo(
                f"Attention : {claim.name} demande {money(claim.cents)} et reçoit en tout "
                f"{money(received)}. Une étape ne regarde pas ce que les autres ont donné.",
                err=True,
            )


def _name(line: Line) -> str:
    return f"{line.name} · {line.label}" if line.label else line.name


def _money_of(result: StageResult, came: int) -> str:
    part = result.stage.part
    what = "tout le reste" if part is None else f"{percent(part)} de l'enveloppe"
    text = f"  {money(result.had)} : {what}"
    return f"{text}, dont {money(came)} laissés par l'étape d'avant" if came else text
