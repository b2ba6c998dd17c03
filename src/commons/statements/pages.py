"""Pages of what was given: one's own contributions, statements of members, valuation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, require, require_someone
from commons.identity.store import IdentityStore
from commons.kernel.quantity import MINUTE
from commons.kernel.text import t
from commons.ledger.year import YearStore
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of
from commons.registry.store import RegistryStore
from commons.statements.asking import fields_of, read_choice
from commons.statements.attestation import attestation_document
from commons.statements.files import CSV, document_answer, file_answer
from commons.statements.gathering import statement_of, valuation_of
from commons.statements.model import Choice, Line, Statement
from commons.statements.paper import statement_document
from commons.statements.rules import BASES, check_year, may_be_valued, subtotals, valued
from commons.statements.valuation_paper import valuation_csv, valuation_document
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Crumb,
    View,
    form_page,
    page,
    read_form,
)

SHOWN = 200
"""Lines of a year shown on a page, for each commons; the statement has them all."""
DOCUMENTS = {"releve": statement_document, "attestation": attestation_document}
UNCHOSEN = Choice(Decimal(1), "other", "")


class OwnContributionPages(Controller):
    path = "/moi/contributions"
    include_in_schema = False

    @get()
    async def mine(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Template:
        """Everything one gave in a year, in every commons, with what became of it."""
        person = require_someone(me)
        now = services.clock()
        store = YearStore(db, now)
        places = await store.years(person.person_id)
        years = list(places)
        year = _year(request.query_params, years[0] if years else now.year)
        given = await store.contributions(person.person_id, check_year(year, now.year))
        by_commons: dict[UUID, list[Line]] = {key: [] for key in places.get(year, ())}
        for entry in given:
            by_commons.setdefault(entry.commons_id, []).append(Line(entry))
        known = await RegistryStore(db).several(by_commons)
        shows = {
            "year": year,
            "years": sorted({*years, year}, reverse=True),
            "places": [
                (commons, list(reversed(lines))[:SHOWN], len(lines), subtotals(lines))
                for commons in sorted(known, key=lambda item: item.name)
                for lines in [by_commons[commons.commons_id]]
            ],
            "person_id": person.person_id,
            "shown": SHOWN,
        }
        crumbs = (Crumb(t("Mon compte"), "/moi"),)
        view = View("statements/mine.html", t("Mes contributions"), crumbs, shows)
        return page(request, view)


class StatementPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/releves")
    async def listing(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        """Everyone a statement can be made of, for who keeps the commons' accounts."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.STATEMENTS, commons.commons_id)
        now = services.clock()
        year = check_year(_year(request.query_params, now.year), now.year)
        people = IdentityStore(db, services.keyring.email)
        known = await YearStore(db, now).contributors(commons.commons_id)
        known |= {member.person_id for member in await people.members(commons.commons_id)}
        names = await people.names(known)
        shows = {
            "commons": commons,
            "year": year,
            "years": _choices(now.year, year),
            "people": sorted(names.items(), key=lambda pair: (pair[1], str(pair[0]))),
        }
        view = View("statements/list.html", t("Relevés"), crumbs_of(commons), shows)
        return page(request, view)

    @get("/releves/{person_id:uuid}/{year:int}/releve.pdf")
    async def statement_pdf(
        self,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[bytes]:
        return await _file(db, services, slug, me, person_id, year, "releve", "pdf")

    @get("/releves/{person_id:uuid}/{year:int}/releve.docx")
    async def statement_docx(
        self,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[bytes]:
        return await _file(db, services, slug, me, person_id, year, "releve", "docx")

    @get("/releves/{person_id:uuid}/{year:int}/attestation.pdf")
    async def attestation_pdf(
        self,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[bytes]:
        return await _file(db, services, slug, me, person_id, year, "attestation", "pdf")

    @get("/releves/{person_id:uuid}/{year:int}/attestation.docx")
    async def attestation_docx(
        self,
        slug: FromPath[str],
        person_id: FromPath[UUID],
        year: FromPath[int],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[bytes]:
        return await _file(db, services, slug, me, person_id, year, "attestation", "docx")

    @get("/valorisation")
    async def choose(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.STATEMENTS, commons.commons_id)
        year = _year(request.query_params, services.clock().year)
        return form_page(request, await _valuation_view(db, services, commons, year))

    @post("/valorisation", status_code=200)
    async def value(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template | Response[bytes]:
        """Value the year on the page, or as a file; the rate is kept nowhere."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.STATEMENTS, commons.commons_id)
        form = await read_form(request)
        year = _year({"annee": form.get("annee")}, services.clock().year)
        view = await _valuation_view(db, services, commons, year)
        with form.shown_again(view):
            choice = read_choice({name: form.get(name) for name in form.typed})
            made = await valuation_of(db, services, commons, year, choice)
        name, form_asked = f"valorisation-{commons.slug}-{year}", form.get("fichier")
        if form_asked == "csv":
            return file_answer(valuation_csv(made), f"{name}.csv", CSV)
        if form_asked in ("pdf", "docx"):
            return await document_answer(valuation_document(made), name, form_asked)
        shows = {**view.shows, "valuation": made}
        return form_page(request, View(view.template, view.title, view.crumbs, shows), form)


async def _file(
    db: Db,
    services: Services,
    slug: str,
    me: Me,
    person_id: UUID,
    year: int,
    what: str,
    form: str,
) -> Response[bytes]:
    commons = await RegistryStore(db).by_slug(slug)
    statement: Statement = await statement_of(db, services, commons, me, person_id, year)
    name = f"{what}-{commons.slug}-{year}"
    return await document_answer(DOCUMENTS[what](statement), name, form)


async def _valuation_view(db: Db, services: Services, commons: Commons, year: int) -> View:
    """The form, with a field for each kind of contribution that may be given a value."""
    now = services.clock()
    check_year(year, now.year)
    given = await YearStore(db, now).given(commons.commons_id, year)
    hours, others, left_out = valued(given, UNCHOSEN)
    shows: dict[str, Any] = {
        "commons": commons,
        "year": year,
        "years": _choices(now.year, year),
        "minutes": sum((row.quantity for row in hours), Decimal(0)),
        "others": fields_of(row for row in others if may_be_valued(row)),
        "left_out": len(left_out),
        "bases": list(BASES.items()),
        "time": MINUTE.code,
        "valuation": None,
    }
    title = t("Valoriser le bénévolat")
    return View("statements/valuation.html", title, crumbs_of(commons), shows)


def _year(query: Mapping[str, str], otherwise: int) -> int:
    """The year in an address; what cannot be read there is not asked."""
    typed = query.get("annee", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else otherwise


def _choices(today_year: int, chosen: int) -> list[int]:
    return sorted({*range(today_year, today_year - 6, -1), chosen}, reverse=True)
