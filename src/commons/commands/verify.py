"""`commons verify`: whether an exported journal is what was written."""

import json
import sys
from pathlib import Path

import click

from commons.ledger.checkpoint import NoteError, VerifierKey
from commons.ledger.verification import UnreadableError, Verdict, verify_journal


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "key_text", metavar="VKEY", help="La clé publique de l'instance.")
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Un point de contrôle que vous avez gardé.",
)
@click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme.")
def verify(file: Path, key_text: str | None, checkpoint: Path | None, *, as_json: bool) -> None:
    """Vérifie un journal exporté, sans réseau ni service.

    Sort avec 0 si tout tient, 1 si quelque chose ne tient pas, 2 si le fichier ou la clé
    ne se lit pas.
    """
    try:
        key = VerifierKey.parse(key_text) if key_text else None
        earlier = checkpoint.read_text(encoding="utf-8") if checkpoint else None
        verdict = verify_journal(file.read_bytes(), key, earlier)
    except (UnreadableError, NoteError, UnicodeDecodeError, OSError) as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(_as_object(verdict), ensure_ascii=False))
    else:
        _say(verdict)
    sys.exit(0 if verdict.holds else 1)


def _as_object(verdict: Verdict) -> dict[str, object]:
    return {
        "holds": verdict.holds,
        "entries": verdict.entries,
        "signer": verdict.signer,
        "compared_with": verdict.compared_with,
        "checkpoint": verdict.note,
        "faults": [str(fault) for fault in verdict.faults],
    }


def _say(verdict: Verdict) -> None:
    for fault in verdict.faults:
        click.echo(f"Non : {fault}")
    if not verdict.holds:
        return
    if verdict.signer:
        click.echo(f"Oui : {verdict.entries} écritures, signées par {verdict.signer}.")
    else:
        click.echo(
            f"Oui, mais : {verdict.entries} écritures, cohérent, signataire non vérifié."
        )
        click.echo("Pour vérifier qui a signé, donnez la clé publique avec --key.")
    if verdict.compared_with is not None:
        click.echo(
            f"Il prolonge le point de contrôle gardé ({verdict.compared_with} écritures)."
        )
    else:
        click.echo("Gardez ce point de contrôle pour la prochaine fois (--checkpoint) :")
        click.echo(verdict.note)
