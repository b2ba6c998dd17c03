"""The command line: the same functions as the service, for the shell."""

import json
import sys
from importlib import import_module
from keyword import iskeyword

import click

from commons.kernel.errors import DomainError

COMMANDS = {
    "serve": "serve",
    "demo": "demo",
    "allocate": "allocate",
    "verify": "verify",
    "export": "export",
    "import": "importing",
    "lint": "lint",
    "content": "content",
    "link": "link",
    "migrate": "migrate",
    "backup": "backup",
    "restore": "backup",
    "witness": "witness",
    "key": "key",
}
"""Each command, and the module of `commons.commands` that holds it.

A module is loaded when its command is asked for: dividing a file must not wait for a web
framework.
"""

FIELDS = {
    "claims": "Les demandes",
    "envelope": "L'enveloppe",
    "convert": "--convert",
    "utility": "--utility",
}
"""How a person calls the fields of a request; any other is a name from what was given."""


class Commons(click.Group):
    """A group whose commands answer in their exit status.

    0: done, or yes; 1: checked, and no; 2: wrong usage or unreadable input. A refusal that
    a command lets through is the second kind of no: what was given could not be used.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's own
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's own
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"commons.commands.{COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["commons.json"] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(f"Refusé : {_said(error)}", err=True)
            if ctx.meta["commons.json"]:
                click.echo(json.dumps(_problem(error), ensure_ascii=False))
            sys.exit(2)
        except click.UsageError as error:
            if ctx.meta["commons.json"]:
                problem = {"code": "wrong-usage", "text": error.format_message()}
                click.echo(json.dumps({"problem": problem}, ensure_ascii=False))
            raise


def _said(error: DomainError) -> str:
    """The refusal for a person: each fault under what it is about, in French."""
    faults = (f"{FIELDS.get(e.field, f'« {e.field} »')} : {e.text}" for e in error.errors)
    return "\n".join([str(error.text), *faults])


def _problem(error: DomainError) -> dict[str, object]:
    """The one object of a refusal with `--json`."""
    faults = [{"field": fault.field, "text": str(fault.text)} for fault in error.errors]
    return {"problem": {"code": error.code, "text": str(error.text), "errors": faults}}


@click.group(cls=Commons, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="commons")
def main() -> None:
    """Registre de communs, journal vérifiable, chartes, clauses et répartition."""
