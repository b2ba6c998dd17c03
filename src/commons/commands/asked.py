"""What is asked of `commons allocate` on a CSV file, whatever it holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from commons.kernel.errors import InputError
from commons.kernel.text import t


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


def write_round(place: Path | None, round_file: Callable[[], bytes]) -> None:
    """Write a round file at `place`, if there is one. Raises `InputError` if that fails."""
    if place is None:
        return
    try:
        place.write_bytes(round_file())
    except OSError as error:
        raise InputError(t("« {file} » ne peut pas être écrit.", file=str(place))) from error


def rule_names(typed: str | None, known: Iterable[str], usual: Iterable[str]) -> list[str]:
    """The rules that `--compare` names: a list, `usual` or `all`."""
    if typed is None:
        return []
    if typed in {"usual", "all"}:
        return list(usual if typed == "usual" else known)
    return [name.strip() for name in typed.split(",") if name.strip()]
