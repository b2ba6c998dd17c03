"""`commons verify`: whether a journal, a proof or a checkpoint is what was written."""

import asyncio
import json
import sys
from pathlib import Path

import click

from commons.ledger.checkpoint import COSIGNATURE, NoteError, VerifierKey, parse_checkpoint
from commons.ledger.proof_verification import verify_file
from commons.ledger.succession import split_chain
from commons.ledger.verdict import Means, UnreadableError, Verdict, counted
from commons.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--key", "key_text", metavar="VKEY", help="La clé publique de l'instance.")
@click.option("--keys", type=FILE, help="Les clés qui se sont succédé, si elles ont changé.")
@click.option("--checkpoint", type=FILE, help="Un point de contrôle que vous avez gardé.")
@click.option(
    "--witness",
    "witnesses",
    metavar="VKEY",
    multiple=True,
    help="La clé d'un témoin que vous croyez. Peut se répéter.",
)
@click.option("--database", is_flag=True, help="Contrôler la base de --data-dir.")
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme.")
def verify(
    file: Path | None,
    key_text: str | None,
    keys: Path | None,
    checkpoint: Path | None,
    witnesses: tuple[str, ...],
    data_dir: Path | None,
    *,
    database: bool,
    as_json: bool,
) -> None:
    """Vérifie FILE, sans réseau ni service.

    FILE est un journal exporté, la preuve d'une écriture, ou un point de contrôle avec sa
    preuve de cohérence. Avec --database, contrôle au lieu d'un fichier les promesses du
    journal dans la base d'une instance : chaque arbre y est refait depuis ses écritures, et
    chaque signature vérifiée avec la clé de l'instance, ou celle de --key.

    Sort avec 0 si tout tient, 1 si quelque chose ne tient pas, 2 si le fichier ou la clé
    ne se lit pas.
    """
    if database == (file is not None):
        raise click.UsageError("Donnez un fichier, ou --database.")
    if database and (keys or witnesses):
        raise click.UsageError("--keys et --witness n'ont de sens que pour un fichier.")
    try:
        means = Means(
            key=VerifierKey.parse(key_text) if key_text else None,
            chain=split_chain(keys.read_text(encoding="utf-8")) if keys else (),
            kept=checkpoint.read_text(encoding="utf-8") if checkpoint else None,
            witnesses=tuple(VerifierKey.parse(item, COSIGNATURE) for item in witnesses),
        )
        means.trust()
        if file is None and means.kept is not None:
            parse_checkpoint(means.kept)
        verdict = verify_file(file.read_bytes(), means) if file else None
    except NoteError as error:
        text = f"La clé ou le point de contrôle donné ne se lit pas : {error}."
        raise click.UsageError(text) from error
    except UnicodeDecodeError as error:
        raise click.UsageError("Ce qui est donné n'est pas du texte en UTF-8.") from error
    except (UnreadableError, OSError) as error:
        raise click.UsageError(str(error)) from error
    if verdict is None:
        _verify_database(data_dir, means, as_json=as_json)
        return
    if as_json:
        click.echo(json.dumps(_as_object(verdict), ensure_ascii=False))
    else:
        _say(verdict)
    sys.exit(0 if verdict.holds else 1)


def _verify_database(data_dir: Path | None, means: Means, *, as_json: bool) -> None:
    # Loaded here: who checks a file must not wait for a database's client.
    from commons.instance import check_inhabited, open_instance  # noqa: PLC0415 -- as said
    from commons.ledger.database_check import Reader, check_database  # noqa: PLC0415 -- as said
    from commons.ledger.invariants import Violation  # noqa: PLC0415 -- as said

    settings = Settings.from_environment(data_dir)
    check_inhabited(settings)

    async def run() -> list[Violation]:
        async with open_instance(settings) as instance, instance.snapshot() as db:
            reader = Reader(instance.signer.verifier, means.key, means.kept)
            return await check_database(db, reader)

    found = asyncio.run(run())
    if as_json:
        faults = [
            {"invariant": item.invariant, "sentence": str(item.sentence), "row": item.row}
            for item in found
        ]
        click.echo(json.dumps({"holds": not found, "violations": faults}, ensure_ascii=False))
    elif found:
        for item in found:
            where = ", ".join(f"{name} {value}" for name, value in item.row.items())
            click.echo(f"Non : {item.sentence} [{item.invariant}] {where}".rstrip())
    else:
        click.echo("Oui : aucune promesse du journal n'est démentie par la base.")
        if means.kept:
            click.echo("Elle contient le point de contrôle gardé.")
        else:
            click.echo(
                "Des écritures retirées à la fin d'un journal, avec leurs points de contrôle, "
                "ne se voient qu'avec un point de contrôle gardé ailleurs (--checkpoint)."
            )
    sys.exit(1 if found else 0)


def _as_object(verdict: Verdict) -> dict[str, object]:
    return {
        "holds": verdict.holds,
        "what": verdict.what,
        "entries": verdict.entries,
        "signer": verdict.signer,
        "signed_with": verdict.signed_with or None,
        "compared_with": verdict.compared_with,
        "witnessed": [
            {"name": item.name, "size": item.size, "at": item.at.isoformat()}
            for item in verdict.witnessed
        ],
        "checkpoint": verdict.note,
        "faults": [str(fault) for fault in verdict.faults],
    }


def _say(verdict: Verdict) -> None:
    for fault in verdict.faults:
        click.echo(f"Non : {fault}")
    if not verdict.holds:
        return
    subject = {
        "journal": str(verdict.size),
        "proof": "cette écriture est au journal",
        "consistency": f"point de contrôle ({verdict.size})",
        "checkpoint": f"point de contrôle ({verdict.size})",
    }[verdict.what]
    if verdict.signer:
        key = f"{verdict.signer} (clé {verdict.signed_with})"
        click.echo(f"Oui : {subject}, signé par {key}.")
    else:
        click.echo(f"Oui, mais : {subject}, cohérent, signataire non vérifié.")
        click.echo("Pour vérifier qui a signé, donnez la clé publique avec --key.")
    for item in verdict.witnessed:
        when = item.at.isoformat()
        reached = counted(item.size, item.origin)
        click.echo(f"Contresigné par {item.name} à {reached}, le {when}.")
    if verdict.leaf:
        click.echo(verdict.leaf.decode())
    if verdict.compared is not None:
        click.echo(f"Il s'accorde avec le point de contrôle gardé ({verdict.compared}).")
    else:
        click.echo("Gardez ce point de contrôle pour la prochaine fois (--checkpoint) :")
        click.echo(verdict.note)
