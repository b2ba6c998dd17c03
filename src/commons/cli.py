"""The command line: the same functions as the service, for the shell."""

import sys

import click

from commons.commands.allocate import allocate
from commons.commands.backup import backup, restore
from commons.commands.content import content
from commons.commands.link import link
from commons.commands.lint import lint
from commons.commands.migrate import migrate
from commons.commands.serve import serve
from commons.commands.verify import verify
from commons.kernel.errors import DomainError


class Commons(click.Group):
    """A group whose commands answer in their exit status.

    0: done, or yes; 1: checked, and no; 2: wrong usage or unreadable input. A refusal that
    a command lets through is the second kind of no: what was given could not be used.
    """

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(f"Refusé : {error}", err=True)
            sys.exit(2)


@click.group(cls=Commons, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="commons")
def main() -> None:
    """Registre de communs, journal vérifiable, chartes, clauses et répartition."""


COMMANDS = (serve, allocate, verify, lint, content, link, migrate, backup, restore)
for command in COMMANDS:
    main.add_command(command)
