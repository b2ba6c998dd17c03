"""The JSON API of procurement: check a dossier, read the clauses. It writes nothing."""

from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.params import QueryParameter

from commons.identity.authentication import KEEPS_NOTHING
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.procurement.content import load_catalogue
from commons.procurement.dossier_file import read_dossier
from commons.procurement.rules.lint import lint
from commons.procurement.schemas import ClauseOut, LintOut
from commons.procurement.writing import json_as_yaml
from commons.web.openapi import refusals

Day = Annotated[date | None, QueryParameter()]


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(t("Ce dossier n'est pas de l'UTF-8.")) from error


class ProcurementApi(Controller):
    path = "/api/v1"
    tags = ("Procurement",)

    @post(
        "/dossiers/lint",
        status_code=200,
        summary="Check a dossier",
        responses=refusals(413, 422),
        opt={KEEPS_NOTHING: True},
    )
    async def check(self, request: Request[Any, Any, Any], on: Day = None) -> LintOut:
        """Check a dossier sent as YAML, or as JSON with `Content-Type: application/json`.

        The keys are those of `docs/dossier.md`. Rules are those of the day `on`, by default
        the day the consultation is launched. Nothing is kept.
        """
        text = _text(await request.body())
        if request.content_type[0].endswith("json"):
            text = json_as_yaml(text)
        dossier = read_dossier(text)
        day = on or dossier.consultation_on
        return LintOut.of(day, lint(dossier, load_catalogue(), day))

    @get("/clauses", summary="List the clauses", responses=refusals())
    async def clauses(self) -> list[ClauseOut]:
        """The catalogue of clauses, with their texts, blanks, legal basis and cautions."""
        return [ClauseOut.of(clause) for clause in load_catalogue().clauses.values()]
