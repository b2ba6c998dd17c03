"""`commons demo`: the main job, end to end, without a question."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from commons.commands.serve import listen, say
from commons.demonstration.files import write_files
from commons.demonstration.inputs import Inputs, read_inputs
from commons.demonstration.story import Story
from commons.identity.store import IdentityStore
from commons.instance import Instance, open_instance
from commons.kernel.clock import now
from commons.settings import PORT, Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Où laisser les fichiers.",
)
@click.option("--election", type=FILE, help="Une élection au format Pabulib (.pb).")
@click.option("--publiccode", "publiccodes", type=FILE, multiple=True)
@click.option("--git", type=FOLDER, help="Un dossier git dont lire l'historique.")
@click.option("--contributions", type=FILE, help="Un tableau CSV de contributions.")
@click.option("--serve", is_flag=True, help="Servir ensuite l'instance de démonstration.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
def demo(
    data_dir: Path | None,
    out: Path,
    election: Path | None,
    publiccodes: tuple[Path, ...],
    git: Path | None,
    contributions: Path | None,
    host: str,
    port: int,
    *,
    serve: bool,
) -> None:
    """Fait une fois tout le travail, sur des exemples ou sur vos fichiers.

    Inscrit des communs, importe et atteste des contributions, répartit une enveloppe trop
    demandée, compte une élection, rédige une charte et un dossier de consultation, puis
    vérifie les journaux. Sans --data-dir ni --serve, la base ne survit pas à la commande.
    """
    with (
        read_inputs(election, publiccodes, git, contributions) as inputs,
        _folder(data_dir, lasting=serve) as folder,
    ):
        settings = Settings.from_environment(folder, f"http://{host}:{port}")
        if not serve:
            settings = replace(settings, database_url="", owner_database_url="")

        async def run() -> None:
            async with open_instance(settings) as instance:
                await tell(instance, inputs, out)
                if serve:
                    await _welcome(instance)
                    await listen(instance, host, port)

        asyncio.run(run())


@contextmanager
def _folder(chosen: Path | None, *, lasting: bool) -> Iterator[Path | None]:
    """The folder chosen; else a lasting one of the demonstration's own, or a passing one.

    The real instance of this machine is never written to unless its folder is named.
    """
    if chosen is not None:
        yield chosen
    elif lasting:
        usual = Settings.from_environment().data_dir
        yield usual.with_name(f"{usual.name}-demo")
    else:
        with tempfile.TemporaryDirectory(prefix="commons-demo-") as folder:
            passing = Path(folder)
            passing.chmod(0o755)
            yield passing


async def tell(instance: Instance, inputs: Inputs, out: Path) -> None:
    """Tell the story in one transaction, leave the files, and say what was done."""
    moment = now()
    async with instance.transaction() as db:
        told = await Story(instance, db, moment).tell(inputs)
        files = await write_files(instance, db, told, out, moment)
    for line in told.lines:
        say(str(line))
    for refusal in told.refusals:
        click.echo(str(refusal), err=True)
    say(f"{len(told.commons)} journaux vérifiés hors ligne, signés par :")
    say(f"  {instance.signer.verifier}")
    say(f"Fichiers, dans {out} :")
    for path in files:
        say(f"  {path.name}")


async def _welcome(instance: Instance) -> None:
    async with instance.transaction() as db:
        people = IdentityStore(db, instance.keyring.email)
        person_id = await people.by_address("amina@poudrerie.example")
        if person_id is not None:
            link = await people.make_link(person_id, now())
            say("Pour entrer comme Amina Belkacem, garante (ce lien sert une fois, 30 min) :")
            say(f"  {instance.settings.public_url}/connexion/{link.token}")
