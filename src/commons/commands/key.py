"""`commons key`: the key that signs checkpoints, and the one that follows it."""

import asyncio
from pathlib import Path

import click

from commons.instance import check_inhabited, open_instance
from commons.kernel.clock import now
from commons.keyring import Renewal
from commons.ledger.checkpoint import verifier_key
from commons.ledger.proof_store import ProofStore
from commons.ledger.succession import hand_over, read_hand_over
from commons.settings import Settings


@click.group("key")
def key() -> None:
    """La clé qui signe les points de contrôle."""


@key.command("rotate")
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))
def rotate(data_dir: Path | None) -> None:
    """Remplace la clé par une nouvelle, que l'ancienne désigne.

    Qui avait noté l'ancienne clé vérifie encore. Redémarrez ensuite le service : jusque-là il
    signe avec l'ancienne, qui reste valable ; après, tout ce qu'il donne se vérifie avec la
    nouvelle, même ce qui avait été scellé avant. Donnez la nouvelle à vos témoins.
    """
    settings = Settings.from_environment(data_dir)
    check_inhabited(settings)

    async def run() -> str:
        async with open_instance(settings) as instance:
            renewal = Renewal.prepare(settings.keys_dir)
            after = verifier_key(settings.instance_name, renewal.new)
            async with instance.transaction() as db:
                store = ProofStore(db, instance.signer)
                chain = await store.chain()
                if not chain or read_hand_over(chain[-1])[1] != after:
                    note = hand_over(settings.instance_name, renewal.old, renewal.new)
                    await store.succeed(note, now())
            renewal.finish()
            return str(after)

    click.echo("La nouvelle clé, à publier (l'ancienne la désigne) :")
    click.echo(asyncio.run(run()))
