"""`commons content`: the published texts, checked."""

import click

from commons.charters.content import check_content as check_charters
from commons.procurement.content import check_content as check_procurement


@click.group("content")
def content() -> None:
    """Les textes publiés : chartes, clauses, seuils."""


@content.command("check")
@click.pass_context
def check(context: click.Context) -> None:
    """Contrôler les textes publiés, et dire chaque faute sur une ligne.

    Statut 0 : aucune faute. 1 : au moins une.
    """
    faults = [*check_charters(), *check_procurement()]
    for fault in faults:
        click.echo(str(fault))
    if faults:
        context.exit(1)
    click.echo("Les textes publiés sont en ordre.")
