"""What is asked of `commons allocate` on a CSV file, whatever it holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import click

from commons.commands.rule_families import FAMILIES, check_rules
from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

Made = TypeVar("Made")


class Rule(Protocol):
    """A rule of any family, as far as a refusal names it."""

    @property
    def label(self) -> Text: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of `commons allocate` ask of a CSV file."""

    rule: str | None
    budget: int
    rounding: str | None
    cap: int | None
    pair_bound: int | None
    rules_beside: str | None
    explain: bool
    audit: bool
    as_json: bool
    round_file: Path | None

    def refuse(self, kind: str, **given: object) -> None:
        """Refuse options that were given and mean nothing for this kind of file."""
        for option, value in given.items():
            if value is not None and value is not False:
                name = option.replace("_", "-")
                raise click.UsageError(f"--{name} n'a pas de sens pour {kind}.")

    def write(self, round_file: Callable[[], bytes]) -> None:
        """Write the round file where it was asked for. Raises `InputError` if that fails."""
        write_round(self.round_file, round_file)

    def refusals(self, refused: Sequence["Refused"]) -> dict[str, object]:
        """For a program: why rules that `--compare` named refused; nothing without it."""
        if self.rules_beside is None:
            return {}
        return {"refused": {each.rule: str(each.text) for each in refused}}


def write_round(place: Path | None, round_file: Callable[[], bytes]) -> None:
    """Write a round file at `place`, if there is one. Raises `InputError` if that fails."""
    if place is None:
        return
    try:
        place.write_bytes(round_file())
    except OSError as error:
        raise InputError(t("« {file} » ne peut pas être écrit.", file=str(place))) from error


def rule_names(typed: str | None, kind: str, usual: Iterable[str] = ()) -> list[str]:
    """The rules that `--compare` names, each once: a list, `usual` or `all`.

    `usual` without any is all. Raises `click.UsageError` for none at all and for a rule that
    does not read such files.
    """
    if typed is None:
        return []
    _, known = FAMILIES[kind]
    if typed in {"usual", "all"}:
        return list((usual if typed == "usual" else ()) or known)
    names = list(dict.fromkeys(name.strip() for name in typed.split(",") if name.strip()))
    if not names:
        raise click.UsageError(f"--compare ne nomme aucune règle. Règles : {', '.join(known)}.")
    check_rules(names, kind)
    return names


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule that `--compare` named and that cannot take the file, with its reason."""

    rule: str
    text: Text


def attempted(
    names: Sequence[str], make: Callable[[str], Made]
) -> tuple[list[Made], list[Refused]]:
    """What each rule makes; one that refuses says why and leaves the others alone."""
    made, refused = [], []
    for name in names:
        try:
            made.append(make(name))
        except InputError as error:
            text = error.errors[0].text if error.errors else error.text
            refused.append(Refused(name, text))
    return made, refused


def show_refusals(refused: Sequence[Refused], rules: Mapping[str, Rule]) -> None:
    """For a person: the rules that `--compare` named and that refused, each with its reason."""
    if refused:
        click.echo("\nCes règles refusent ce fichier :")
    for each in refused:
        click.echo(f"  {rules[each.rule].label} : {each.text}")
