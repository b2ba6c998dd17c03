"""Attested quantities for `commons allocate`: a CSV file, or an exported journal's period."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import click

from commons.allocation.contributions import Contributor
from commons.allocation.contributors_file import read_contributors
from commons.allocation.file_kinds import FileKind, kind_by_name
from commons.allocation.recipe_reasons import quantity_text
from commons.kernel.clock import now
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.books.entry import UnbookableError
from commons.ledger.books.from_file import read_book
from commons.ledger.checkpoint import NoteError, VerifierKey
from commons.ledger.entry_text import says_form
from commons.ledger.export import FORM
from commons.ledger.verdict import Means, UnreadableError, Verdict
from commons.ledger.verification import check_journal
from commons.statements.attested import Attested, attested_in


@dataclass(frozen=True, slots=True)
class Period:
    """Which entries of a journal count, and who must have signed it."""

    first: str | None
    last: str | None
    key: str | None
    only_open: bool

    @property
    def is_asked(self) -> bool:
        return self.only_open or any((self.first, self.last, self.key))

    def days(self) -> tuple[date, date]:
        """Both ends. Raises a usage error unless there are two days, the first first."""
        if self.first is None or self.last is None:
            raise click.UsageError(
                "Un journal compte sur une période : donnez son premier et son dernier jour, "
                "--from 2026-01-01 --to 2026-12-31."
            )
        first, last = _day(self.first, "--from"), _day(self.last, "--to")
        if first > last:
            raise click.UsageError("--from vient après --to : échangez-les.")
        return first, last


def contributors_from(file: Path, period: Period) -> list[Contributor]:
    """What is attested of each person, from a CSV file or from a journal that holds.

    Ends the command with 1 for a journal that does not hold.
    """
    if kind_by_name(file.name) is FileKind.ROUND:
        return _from_journal(file.read_bytes(), period)
    if period.is_asked:
        raise click.UsageError(
            "--from, --to, --key et --only-open ne valent que pour un journal exporté (.json)."
        )
    found = read_contributors(file.read_bytes())
    if not found:
        raise InputError(t("ce fichier n'a aucune quantité attestée."))
    return found


def _from_journal(data: bytes, period: Period) -> list[Contributor]:
    if not says_form(data, FORM):
        raise InputError(t("ce n'est pas un journal exporté ({form}).", form=FORM))
    first, last = period.days()
    try:
        means = Means(key=VerifierKey.parse(period.key) if period.key else None)
    except NoteError as error:
        raise click.UsageError(
            "--key n'est pas une clé publique : copiez celle de l'instance, sur sa page "
            "« Vérifier »."
        ) from error
    try:
        verdict = check_journal(data, means)
    except UnreadableError as error:
        raise click.UsageError(str(error)) from error
    if not verdict.holds:
        _refuse([str(fault) for fault in verdict.faults])
    try:
        heading, entries = read_book(data, now())
        found = attested_in(entries, first, last, only_open=period.only_open)
    except UnbookableError as error:
        _refuse([str(error)])
    _say(verdict, heading.name, found, period)
    if not found.people:
        raise InputError(
            t(
                "Du {first} au {last}, ce journal ne confirme de quantité à aucune personne "
                "qu'il nomme.",
                first=f"{first:%d/%m/%Y}",
                last=f"{last:%d/%m/%Y}",
            )
        )
    return [
        Contributor(name, {unit: Fraction(number) for unit, number in quantities.items()})
        for name, quantities in found.people.items()
    ]


def _say(verdict: Verdict, name: str, found: Attested, period: Period) -> None:
    """On the error output: which journal was counted, and what of it does not count."""
    signed = f"signé par {verdict.signer}" if verdict.signer else "signataire non vérifié"
    click.echo(f"Journal « {name} » : {verdict.entries} écritures, {signed}.", err=True)
    if not verdict.signer:
        click.echo("Donnez la clé publique de l'instance avec --key.", err=True)
    if found.unconfirmed:
        click.echo(
            f"Ne compte pas, en attente ou contesté : {_sums(found.unconfirmed)}.", err=True
        )
    if found.nameless:
        click.echo(
            "Ne compte pas, d'une personne effacée ou que ce fichier ne nomme pas : "
            f"{_sums(found.nameless)}.",
            err=True,
        )
    if found.freely and period.only_open:
        click.echo(f"Ne compte pas, déclaré bénévole : {_sums(found.freely)}.", err=True)
    elif found.freely:
        click.echo(
            f"Compte aussi ce qui a été déclaré bénévole : {_sums(found.freely)}. "
            "--only-open ne compte que ce qui est ouvert à rétribution.",
            err=True,
        )


def _sums(quantities: Mapping[str, Decimal]) -> str:
    return ", ".join(
        quantity_text(Fraction(number), unit) for unit, number in sorted(quantities.items())
    )


def _refuse(reasons: list[str]) -> NoReturn:
    for reason in reasons:
        click.echo(f"Non : {reason}", err=True)
    click.echo("Rien n'est calculé.", err=True)
    sys.exit(1)


def _day(typed: str, option: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise click.UsageError(
            f"{option} {typed[:40]} n'est pas un jour : écrivez-le comme 2026-12-31."
        ) from error
