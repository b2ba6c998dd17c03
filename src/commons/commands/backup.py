"""`commons backup` and `commons restore`: an instance taken whole, and put back."""

import asyncio
import json
import sys
from pathlib import Path

import click

from commons.backup.dump import back_up
from commons.backup.dump import restore as put_back
from commons.erased import NAME as ERASED
from commons.erased import read_list
from commons.kernel.clock import now
from commons.kernel.money import money
from commons.ledger.checkpoint import NoteError, parse_checkpoint
from commons.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


def _passphrase(settings: Settings, *, again: bool) -> str:
    if settings.backup_passphrase:
        return settings.backup_passphrase
    if not sys.stdin.isatty():
        raise click.UsageError("Donnez la phrase de passe par COMMONS_BACKUP_PASSPHRASE.")
    return str(click.prompt("Phrase de passe", hide_input=True, confirmation_prompt=again))


@click.command()
@click.option("--data-dir", type=FOLDER)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Le fichier à écrire ; par défaut commons-DATE.backup ici.",
)
@click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme.")
def backup(data_dir: Path | None, out: Path | None, *, as_json: bool) -> None:
    """Sauvegarde toute l'instance dans un fichier, même pendant qu'elle sert.

    La base, les fichiers et les clés de signature. Les clés sont chiffrées par une phrase de
    passe, demandée ou lue dans COMMONS_BACKUP_PASSPHRASE : sans elle, la sauvegarde ne se
    restaure pas.
    """
    settings = Settings.from_environment(data_dir)
    moment = now()
    target = out or Path(f"commons-{moment:%Y-%m-%d-%H%M%S}.backup")
    facts = asyncio.run(back_up(settings, target, _passphrase(settings, again=True), moment))
    if as_json:
        answer = {"file": str(target), "made_at": facts.made_at, "journals": len(facts.heads)}
        click.echo(json.dumps(answer))
        return
    click.echo(f"Sauvegardé dans {target} : {len(facts.heads)} journaux scellés.")
    click.echo("Gardez ce fichier et la phrase de passe à deux endroits différents.")
    click.echo(
        f"Gardez aussi, toujours à jour, {settings.data_dir / ERASED} : la liste des personnes "
        "effacées, pour qu'elles le soient encore si vous restaurez cette sauvegarde."
    )


@click.command()
@click.argument("file", type=FILE)
@click.option("--data-dir", type=FOLDER)
@click.option(
    "--checkpoint",
    "checkpoints",
    type=FILE,
    multiple=True,
    help="Un point de contrôle gardé ailleurs, que le journal restauré doit contenir.",
)
@click.option(
    "--erased",
    "lists",
    type=FILE,
    multiple=True,
    help="La liste des personnes effacées (erased-people.list), pour les effacer encore.",
)
@click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme.")
def restore(
    file: Path,
    data_dir: Path | None,
    checkpoints: tuple[Path, ...],
    lists: tuple[Path, ...],
    *,
    as_json: bool,
) -> None:
    """Restaure la sauvegarde FILE dans un dossier neuf, puis vérifie chaque journal.

    Rien n'est écrasé. Les personnes effacées depuis la sauvegarde le sont de nouveau avant que
    l'instance serve, si leur liste est donnée ou se trouve encore dans le dossier. C'est aussi
    le chemin d'une version de PostgreSQL à la suivante.
    """
    settings = Settings.from_environment(data_dir)
    try:
        kept = [parse_checkpoint(path.read_text(encoding="utf-8")) for path in checkpoints]
    except (NoteError, UnicodeDecodeError) as error:
        raise click.UsageError("Un point de contrôle gardé ne se lit pas.") from error
    erased = frozenset[str]().union(*(read_list(path) for path in lists))
    passphrase = _passphrase(settings, again=False)
    done = asyncio.run(
        put_back(settings, file, passphrase, kept=kept, erased=erased, now=now())
    )
    if as_json:
        answer = {
            "made_at": done.facts.made_at,
            "journals": done.journals,
            "entries": done.entries,
            "compared_with": done.compared,
            "erased_again": done.erased.people,
        }
        click.echo(json.dumps(answer))
        return
    click.echo(f"Restauré : {done.journals} journaux, {done.entries} écritures, tous vérifiés.")
    if done.compared:
        click.echo(f"Points de contrôle gardés ailleurs et retrouvés : {done.compared}.")
    if done.erased.people:
        click.echo(f"Personnes effacées de nouveau : {done.erased.people}.")
    if done.erased.due:
        due = money(int(done.erased.due * 100))
        click.echo(
            f"La sauvegarde dit que {due} leur étaient encore dus : ces paiements ont été "
            "faits depuis, et ne sont plus dans les journaux restaurés."
        )
    if not lists:
        click.echo(
            "Des personnes ont été effacées ailleurs depuis ? Donnez leur liste (--erased)."
        )
