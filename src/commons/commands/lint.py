"""`commons lint`: what is wrong in a dossier, on the day its consultation is launched."""

import json
from datetime import date, datetime
from pathlib import Path

import click

from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.procurement.catalogue import Basis
from commons.procurement.content import load_catalogue
from commons.procurement.dossier_file import read_dossier
from commons.procurement.french import citation, day
from commons.procurement.model import Dossier, Finding
from commons.procurement.rules.lint import errors_in
from commons.procurement.rules.lint import lint as find_faults
from commons.strict_yaml import SIZE_MAX_BYTES

_SEVERITIES = {"error": "erreur", "warning": "alerte"}


def _read(path: Path) -> Dossier:
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(t("{file} ne peut pas être lu.", file=path.name)) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A file cut at the limit may end inside a character: then it is its size that is wrong.
        if len(content) <= SIZE_MAX_BYTES:
            raise InputError(t("{file} n'est pas de l'UTF-8.", file=path.name)) from None
        text = content.decode("utf-8", errors="replace")
    return read_dossier(text)


def _basis_json(basis: Basis) -> dict[str, str | None]:
    effect = basis.effect.isoformat() if basis.effect else None
    return {"text": basis.text, "effect": effect, "status": basis.status}


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "document": finding.document,
        "place": str(finding.place),
        "message": str(finding.message),
        "basis": [_basis_json(basis) for basis in finding.basis],
        "correction": str(finding.correction),
        "set_aside": finding.set_aside,
    }


def _print_finding(finding: Finding) -> None:
    kind = _SEVERITIES[finding.severity]
    if finding.set_aside is not None:
        kind += ", mise à l'écart"
    click.echo(f"{finding.rule} {kind} · {finding.document} · {finding.place}")
    click.echo(f"   {finding.message}")
    if finding.basis:
        click.echo("   Base : " + " ; ".join(citation(basis) for basis in finding.basis))
    if finding.set_aside is None:
        click.echo(f"   À faire : {finding.correction}")
    else:
        click.echo(f"   Motif : {finding.set_aside}")
    click.echo()


def _print_all(on: date, findings: tuple[Finding, ...]) -> None:
    click.echo(f"Contrôle au {day(on)}.\n")
    for finding in findings:
        _print_finding(finding)
    aside = sum(finding.set_aside is not None for finding in findings)
    errors = errors_in(findings)
    warnings = len(findings) - errors - aside
    click.echo(f"Erreurs : {errors}. Alertes : {warnings}. Mises à l'écart : {aside}.")


@click.command("lint")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="Jour du contrôle.")
@click.option("--json", "as_json", is_flag=True, help="Un seul objet JSON sur la sortie.")
@click.pass_context
def lint(
    context: click.Context,
    file: Path,
    on: datetime | None,
    as_json: bool,  # noqa: FBT001 -- click passes a flag by name
) -> None:
    """Contrôler le dossier de consultation FILE (docs/dossier.md).

    Les règles sont celles du jour où la consultation est engagée, ou du jour --on.
    Statut 0 : aucune erreur. 1 : au moins une erreur qui n'est pas mise à l'écart.
    2 : fichier illisible ou mauvais usage.
    """
    dossier = _read(file)
    day_checked = on.date() if on else dossier.consultation_on
    findings = find_faults(dossier, load_catalogue(), day_checked)
    errors = errors_in(findings)
    if as_json:
        answer = {
            "on": day_checked.isoformat(),
            "findings": [_finding_json(finding) for finding in findings],
            "errors": errors,
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print_all(day_checked, findings)
    context.exit(1 if errors else 0)
