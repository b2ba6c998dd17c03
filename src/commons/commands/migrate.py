"""`commons migrate`: the database brought to the present schema, without serving."""

import asyncio
from pathlib import Path

import click

from commons.instance import migrate_database, open_database
from commons.settings import Settings


@click.command()
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))
def migrate(data_dir: Path | None) -> None:
    """Met la base au schéma de cette version. `commons serve` le fait aussi en démarrant."""
    settings = Settings.from_environment(data_dir)

    async def run() -> None:
        async with open_database(settings) as addresses:
            await migrate_database(addresses)

    asyncio.run(run())
    click.echo("La base est à jour.")
