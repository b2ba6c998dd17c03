"""`commons serve`: the service, with its own database if none is given."""

import asyncio
import signal
import sys
from pathlib import Path
from types import FrameType

import click
import uvicorn

from commons.app import create_app
from commons.identity.store import IdentityStore, first_link
from commons.instance import Instance, open_instance
from commons.kernel.clock import now
from commons.settings import PORT, Settings
from commons.web.context import Services


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))
def serve(host: str, port: int, data_dir: Path | None) -> None:
    """Sert l'instance. Au premier démarrage, affiche le lien de la personne garante."""
    settings = Settings.from_environment(data_dir, f"http://{host}:{port}")

    async def run() -> None:
        async with open_instance(settings) as instance:
            await greet(instance)
            await listen(instance, host, port)

    asyncio.run(run())


async def greet(instance: Instance) -> None:
    """Print the first steward's link, once, on an instance where nobody has a role."""
    async with instance.transaction() as db:
        store = IdentityStore(db, instance.keyring.email)
        link = await first_link(store, instance.settings.first_steward, now())
    if link is not None:
        say("Premier démarrage. Voici le lien de la première personne garante :")
        say(f"  {instance.settings.public_url}/connexion/{link.token}")
        say("Il sert une fois. Ensuite : commons link ADRESSE.")


async def listen(instance: Instance, host: str, port: int) -> None:
    services = Services(instance.settings, instance.keyring, instance.engine, now)
    say(f"À l'écoute sur {instance.settings.public_url} (Ctrl-C pour arrêter).")
    config = uvicorn.Config(
        create_app(services),
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _already_stopping)
    await uvicorn.Server(config).serve()
    say("Arrêté.")


def _already_stopping(_number: int, _frame: FrameType | None) -> None:
    """Uvicorn stops on a signal, then raises it again; what is left is to close in order.

    Without this the process would die there, and leave its PostgreSQL running.
    """


def say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
