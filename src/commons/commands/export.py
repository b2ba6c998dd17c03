"""`commons export`: an exported journal, once it was verified, written for other tools."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from commons.kernel.clock import now
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.books.entry import UnbookableError
from commons.ledger.books.forms import BookForm, pieces
from commons.ledger.books.from_file import read_book
from commons.ledger.checkpoint import NoteError, VerifierKey
from commons.ledger.verdict import Means, UnreadableError, Verdict
from commons.ledger.verification import check_journal


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as",
    "form",
    type=click.Choice([str(form) for form in BookForm]),
    required=True,
    help="La forme voulue (docs/exports.md).",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Où l'écrire.")
@click.option("--key", "key_text", metavar="VKEY", help="La clé publique de l'instance.")
def export(file: Path, form: str, out: Path | None, key_text: str | None) -> None:
    """Écrit le journal exporté FILE pour un tableur, le web de données ou la comptabilité.

    FILE est d'abord vérifié, sans réseau ni service. Sort avec 0 si le fichier est écrit, 1
    si le journal ne tient pas (rien n'est écrit), 2 si FILE ou la clé ne se lit pas.
    """
    try:
        means = Means(key=VerifierKey.parse(key_text) if key_text else None)
        data = file.read_bytes()
        verdict = check_journal(data, means)
    except NoteError as error:
        raise click.UsageError(f"La clé ne se lit pas : {error}.") from error
    except (UnreadableError, OSError) as error:
        raise click.UsageError(str(error)) from error
    if not verdict.holds:
        _refuse([str(fault) for fault in verdict.faults])
    try:
        heading, entries = read_book(data, now())
    except UnbookableError as error:
        _refuse([str(error)])
    _write(pieces(BookForm(form), heading, entries), out)
    _say(verdict)


def _refuse(reasons: list[str]) -> NoReturn:
    for reason in reasons:
        click.echo(f"Non : {reason}", err=True)
    click.echo("Rien n'est écrit.", err=True)
    sys.exit(1)


def _write(written: Iterator[bytes], out: Path | None) -> None:
    """Onto the output, or into a file that is there whole or not at all."""
    if out is None:
        for piece in written:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    draft = out.with_name(f".{out.name}.draft")
    try:
        with draft.open("wb") as target:
            target.writelines(written)
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        text = t("On ne peut pas écrire {file} : choisissez --out.", file=str(out))
        raise InputError(text) from error


def _say(verdict: Verdict) -> None:
    """On the error output, so that the other holds the journal and nothing else."""
    if verdict.signer:
        text = f"{verdict.entries} écritures, signées par {verdict.signer}."
    else:
        text = (
            f"{verdict.entries} écritures, cohérentes, signataire non vérifié : "
            "donnez la clé publique avec --key."
        )
    click.echo(text, err=True)
