"""`commons import`: contributions kept elsewhere, brought into a journal from the shell."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import click

from commons.commands.serve import say
from commons.identity.rules import Operation, require
from commons.identity.store import IdentityStore
from commons.instance import open_instance
from commons.kernel.clock import now
from commons.kernel.errors import InputError, NotFoundError
from commons.kernel.text import t
from commons.ledger.git_import import read_history
from commons.registry.import_schemas import ImportOut
from commons.registry.importing import Importer, Report
from commons.registry.store import RegistryStore
from commons.settings import Settings

Bring = Callable[[Importer, UUID], Awaitable[Report]]
"""Imports, given the importer of the commons and who asks."""


@click.group(name="import")
def import_() -> None:
    """Importe un tableau ou un historique git dans le journal d'un commun.

    Sort avec 0 si tout est au journal, 1 si une ligne a été refusée. Importer deux fois la
    même chose n'ajoute rien.
    """


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    """What both imports ask for."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Une réponse pour un programme."),
        click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path)),
        click.option("--all-or-nothing", is_flag=True, help="Une faute, et rien n'entre."),
        click.option("--make-people", is_flag=True, help="Les inconnus deviennent membres."),
        click.option("--by", "email", required=True, help="L'adresse de qui importe."),
    ):
        command = option(command)
    return command


@import_.command()
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_asked
def csv(
    slug: str,
    file: Path,
    email: str,
    data_dir: Path | None,
    *,
    make_people: bool,
    all_or_nothing: bool,
    as_json: bool,
) -> None:
    """Importe le tableau FILE dans le journal de SLUG."""
    data = _bytes(file)

    async def bring(importer: Importer, recorder: UUID) -> Report:
        return await importer.spreadsheet(
            data, recorder, all_or_nothing=all_or_nothing, make_people=make_people
        )

    _answer(slug, email, data_dir, bring, as_json=as_json)


@import_.command()
@click.argument("slug")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@_asked
def git(
    slug: str,
    place: Path,
    email: str,
    data_dir: Path | None,
    *,
    make_people: bool,
    all_or_nothing: bool,
    as_json: bool,
) -> None:
    """Importe l'historique de PLACE dans le journal de SLUG, à attester.

    PLACE est un dépôt git, ou le fichier que la page « Importer » apprend à écrire.
    """
    data = None if place.is_dir() else _bytes(place)

    async def bring(importer: Importer, recorder: UUID) -> Report:
        if data is not None:
            return await importer.log(
                data, recorder, all_or_nothing=all_or_nothing, make_people=make_people
            )
        claims = read_history(place, importer.commons_id)
        return await importer.history(
            claims, recorder, all_or_nothing=all_or_nothing, make_people=make_people
        )

    _answer(slug, email, data_dir, bring, as_json=as_json)


def _answer(
    slug: str, email: str, data_dir: Path | None, bring: Bring, *, as_json: bool
) -> None:
    report = asyncio.run(_brought(slug, email, Settings.from_environment(data_dir), bring))
    told = ImportOut.of(report, "fr")
    if as_json:
        click.echo(json.dumps(told.model_dump(), ensure_ascii=False))
    else:
        say(
            f"{told.written} consignées, {told.already} déjà là, {told.refused} refusées.",
        )
        for verdict in told.verdicts:
            if verdict.outcome == "refused":
                click.echo(f"Ligne {verdict.line} : {verdict.detail}", err=True)
    sys.exit(1 if told.refused else 0)


async def _brought(slug: str, email: str, settings: Settings, bring: Bring) -> Report:
    """The import in one transaction. Whoever asks needs the role the page would ask for."""
    async with open_instance(settings) as instance, instance.transaction() as db:
        people = IdentityStore(db, instance.keyring.email)
        commons = await RegistryStore(db).by_slug(slug)
        person_id = await people.by_address(email)
        person = await people.person(person_id) if person_id else None
        if person is None:
            raise NotFoundError(t("Personne n'a cette adresse dans cette instance."))
        require(person, Operation.LOG_FOR_OTHERS, commons.commons_id)
        importer = Importer(db, people, commons.commons_id, now())
        return await bring(importer, person.person_id)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(t("« {file} » ne peut pas être lu.", file=str(path))) from error
