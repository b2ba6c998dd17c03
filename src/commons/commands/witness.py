"""`commons witness`: whom this instance countersigns for, and who countersigns for it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from commons.instance import Instance, open_instance
from commons.kernel.clock import now
from commons.ledger.asking import Asking, Contact
from commons.ledger.checkpoint import COSIGNATURE, NoteError, VerifierKey
from commons.ledger.witness import Witness
from commons.settings import Settings
from commons.web.handlers import Db

DATA_DIR = click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))


@click.group("witness")
def witness() -> None:
    """Les témoins : qui contresigne les points de contrôle de qui."""


def _key(text: str, algorithm: bytes) -> VerifierKey:
    try:
        return VerifierKey.parse(text, algorithm)
    except NoteError as error:
        raise click.UsageError(f"La clé ne se lit pas : {error}.") from error


def _within(data_dir: Path | None, work: Callable[[Instance, Db], Awaitable[None]]) -> None:
    settings = Settings.from_environment(data_dir)

    async def run() -> None:
        async with open_instance(settings) as instance, instance.transaction() as db:
            await work(instance, db)

    asyncio.run(run())


@witness.command("show")
@DATA_DIR
def show(data_dir: Path | None) -> None:
    """Dit la clé de témoin de cette instance, qui elle connaît et qui elle sollicite."""

    async def work(instance: Instance, db: Db) -> None:
        click.echo(f"Clé de témoin : {instance.cosigner.verifier}")
        for signer in await Witness(db, instance.cosigner).signers():
            click.echo(f"Témoin pour : {signer}")
        for contact in await Asking(db, instance.signer).contacts():
            click.echo(f"Contresignée par : {contact.key} ({contact.url})")

    _within(data_dir, work)


@witness.command("know")
@click.argument("vkey")
@click.option("--forget", is_flag=True, help="Ne plus contresigner pour cette instance.")
@DATA_DIR
def know(vkey: str, data_dir: Path | None, *, forget: bool) -> None:
    """Contresigne désormais ce que signe l'instance dont VKEY est la clé publique."""
    signer = _key(vkey, b"\x01")

    async def work(instance: Instance, db: Db) -> None:
        memory = Witness(db, instance.cosigner)
        await (memory.forget(signer) if forget else memory.know(signer, now()))

    _within(data_dir, work)


@witness.command("ask")
@click.argument("url")
@click.argument("vkey")
@click.option("--stop", is_flag=True, help="Ne plus solliciter ce témoin.")
@DATA_DIR
def ask(url: str, vkey: str, data_dir: Path | None, *, stop: bool) -> None:
    """Soumet désormais les points de contrôle au témoin de clé VKEY, à l'adresse URL."""
    contact = Contact(_key(vkey, COSIGNATURE), url)

    async def work(instance: Instance, db: Db) -> None:
        asking = Asking(db, instance.signer)
        await (asking.remove(contact.key) if stop else asking.add(contact, now()))

    _within(data_dir, work)
