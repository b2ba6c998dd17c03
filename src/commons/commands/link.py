"""`commons link`: a link to sign in, made from the server's own shell."""

import asyncio
import json
from pathlib import Path

import click

from commons.identity.model import INSTANCE, Grant, Role, Scope
from commons.identity.rules import check_address
from commons.identity.store import IdentityStore
from commons.instance import open_instance
from commons.kernel.clock import now
from commons.settings import Settings


@click.command()
@click.argument("email")
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme.")
def link(email: str, data_dir: Path | None, *, as_json: bool) -> None:
    """Donne un lien de connexion à EMAIL, même si ses messages n'arrivent plus.

    Une adresse inconnue devient celle d'une personne garante de l'instance : qui a la main
    sur ce serveur en décide.
    """
    address = check_address(email)
    settings = Settings.from_environment(data_dir)

    async def run() -> tuple[str, str, bool]:
        async with open_instance(settings) as instance, instance.transaction() as db:
            store = IdentityStore(db, instance.keyring.email)
            person_id = await store.by_address(address)
            created = person_id is None
            if person_id is None:
                name = address.partition("@")[0]
                person_id = await store.find_or_make(name, address, now(), keep_address=True)
                steward = Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD)
                await store.grant(person_id, steward, now())
            fresh = await store.make_link(person_id, now())
            url = f"{settings.public_url}/connexion/{fresh.token}"
            return url, fresh.expires_at.isoformat(), created

    url, expires_at, created = asyncio.run(run())
    if as_json:
        answer = {"url": url, "email": address, "created": created, "expires_at": expires_at}
        click.echo(json.dumps(answer))
        return
    if created:
        click.echo(f"{address} est maintenant garante ou garant de l'instance.", err=True)
    click.echo("Ce lien sert une fois, pendant 30 minutes :", err=True)
    click.echo(url)
