"""The JSON API of statements and valuations: read only, nothing is kept."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath, QueryParameter

from commons.documents.media import MEDIA
from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.kernel.errors import FieldError, InputError
from commons.kernel.identifiers import clean_text
from commons.kernel.text import t
from commons.registry.store import RegistryStore
from commons.statements.asking import PREFIX, read_choice
from commons.statements.attestation import attestation_document
from commons.statements.files import document_answer, file_answer
from commons.statements.gathering import statement_of, valuation_of
from commons.statements.model import Statement, Valuation
from commons.statements.paper import statement_document
from commons.statements.schemas import StatementOut, ValuationOut
from commons.statements.valuation_paper import valuation_csv, valuation_document
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.openapi import SECURED, read

PDF = MEDIA["pdf"]
Rate = Annotated[
    str,
    QueryParameter(
        name="hourly_rate", max_length=40, description="Euros for an hour, like `12.50`."
    ),
]
Basis = Annotated[
    str,
    QueryParameter(name="basis", max_length=20, description="`smic`, `equivalent` or `other`."),
]
Method = Annotated[
    str,
    QueryParameter(
        name="method", max_length=1000, description="Where the rate comes from; it is shown."
    ),
]
Values = Annotated[
    list[str] | None,
    QueryParameter(
        name="value",
        max_items=50,
        description="`NATURE.UNIT=EUROS` for one unit of other volunteer contributions, of "
        "this commons; refused for money, commits, and time that the hourly rate values.",
    ),
]


class StatementApi(Controller):
    path = "/api/v1/commons/{slug:str}/statements/{person_id:uuid}/{year:int}"
    tags = ("Statements",)

    @get(summary="Read the statement of a year", security=SECURED, responses=read(403))
    async def statement(
        self,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
    ) -> StatementOut:
        """One's own, or that of anyone for a steward or a treasurer of the commons."""
        return StatementOut.of(await _statement(db, services, slug, me, person_id, year))

    @get(
        "/statement.pdf",
        media_type=PDF,
        summary="The statement as a PDF, in French",
        security=SECURED,
        responses=read(403),
    )
    async def pdf(
        self,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[bytes]:
        made = await _statement(db, services, slug, me, person_id, year)
        name = f"releve-{made.place.slug}-{year}"
        return await document_answer(statement_document(made), name, "pdf")

    @get(
        "/attestation.pdf",
        media_type=PDF,
        summary="The attestation of volunteer hours as a PDF, in French",
        security=SECURED,
        responses=read(403),
    )
    async def attestation(
        self,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[bytes]:
        """Volunteer time that was confirmed, reversals deducted."""
        made = await _statement(db, services, slug, me, person_id, year)
        name = f"attestation-{made.place.slug}-{year}"
        return await document_answer(attestation_document(made), name, "pdf")


class ValuationApi(Controller):
    path = "/api/v1/commons/{slug:str}/valuations/{year:int}"
    tags = ("Statements",)

    @get(summary="Value the volunteer work of a year", security=SECURED, responses=read(403))
    async def valuation(
        self,
        slug: FromPath[str],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
        rate: Rate,
        basis: Basis,
        method: Method,
        values: Values = None,
    ) -> ValuationOut:
        """At a rate the association chooses each time: it is kept nowhere."""
        typed = _typed(rate, basis, method, values)
        return ValuationOut.of(await _valuation(db, services, slug, me, year, typed))

    @get(
        "/valuation.csv",
        media_type="text/csv",
        summary="The valuation for a spreadsheet",
        security=SECURED,
        responses=read(403),
    )
    async def csv(
        self,
        slug: FromPath[str],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
        rate: Rate,
        basis: Basis,
        method: Method,
        values: Values = None,
    ) -> Response[bytes]:
        typed = _typed(rate, basis, method, values)
        made = await _valuation(db, services, slug, me, year, typed)
        name = f"valorisation-{made.place.slug}-{year}.csv"
        return file_answer(valuation_csv(made), name, "text/csv")

    @get(
        "/valuation.pdf",
        media_type=PDF,
        summary="The valuation as a PDF, in French",
        security=SECURED,
        responses=read(403),
    )
    async def pdf(
        self,
        slug: FromPath[str],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
        rate: Rate,
        basis: Basis,
        method: Method,
        values: Values = None,
    ) -> Response[bytes]:
        typed = _typed(rate, basis, method, values)
        made = await _valuation(db, services, slug, me, year, typed)
        name = f"valorisation-{made.place.slug}-{year}"
        return await document_answer(valuation_document(made), name, "pdf")


async def _statement(
    db: Db, services: Services, slug: str, me: Me, person_id: UUID, year: int
) -> Statement:
    commons = await RegistryStore(db).by_slug(clean_text(slug, 300))
    return await statement_of(db, services, commons, me, person_id, year)


async def _valuation(
    db: Db, services: Services, slug: str, me: Me, year: int, typed: dict[str, str]
) -> Valuation:
    commons = await RegistryStore(db).by_slug(clean_text(slug, 300))
    require(me, Operation.STATEMENTS, commons.commons_id)
    return await valuation_of(db, services, commons, year, read_choice(typed))


def _typed(rate: str, basis: str, method: str, values: list[str] | None) -> dict[str, str]:
    typed = {"hourly_rate": rate, "basis": basis, "method": method}
    for item in values or []:
        name, separator, value = item.partition("=")
        if not separator or "." not in name or not value.strip():
            text = t("Écrivez une valeur comme knowledge.basket=12.50.")
            raise InputError(text, [FieldError("value", text)])
        field = f"{PREFIX}{name}"
        if field in typed:
            text = t("Cette valeur est donnée deux fois.")
            raise InputError(text, [FieldError(field[:200], text)])
        typed[field] = value
    return typed
