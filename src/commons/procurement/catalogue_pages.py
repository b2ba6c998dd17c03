"""Public pages: where to begin, the clauses, the thresholds with their dates."""

from datetime import date
from typing import Any

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.kernel.errors import NotFoundError
from commons.kernel.text import t
from commons.procurement import labels as words
from commons.procurement.catalogue import LEVELS, Threshold
from commons.procurement.content import load_catalogue
from commons.procurement.rules.law import cite
from commons.web.handlers import Lent
from commons.web.pages import AnyRequest, Crumb, View, page, see_other

HUB = Crumb(t("Chartes et marchés"), "/dossiers")
LIST = Crumb(t("Les clauses"), "/clauses")


class CataloguePages(Controller):
    include_in_schema = False

    @get("/marches")
    async def begin(self) -> Redirect:
        return see_other(HUB.href)

    @get("/clauses")
    async def clauses(self, request: AnyRequest) -> Template:
        """Every clause, by kind, for anyone to read."""
        found = load_catalogue().clauses.values()
        groups = [(kind, [c for c in found if c.kind == kind]) for kind in words.kind]
        shows = {"groups": [group for group in groups if group[1]], "words": words}
        view = View("procurement/catalogue.html", LIST.label, (HUB,), shows)
        return page(request, view)

    @get("/clauses/{clause_id:str}")
    async def clause(
        self, request: AnyRequest, clause_id: FromPath[str], services: Lent
    ) -> Template:
        catalogue = load_catalogue()
        clause = catalogue.clauses.get(clause_id)
        if clause is None:
            raise NotFoundError(t("Cette clause n'est pas dans le clausier."))
        today = services.clock().date()
        shows: dict[str, Any] = {
            "clause": clause,
            "levels": [level for level in LEVELS if level in clause.bodies],
            "basis": [
                (cite(catalogue, c.source, today), c.supports) for c in clause.legal_basis
            ],
            "catalogue": catalogue,
            "words": words,
        }
        view = View("procurement/catalogue_clause.html", clause.title, (HUB, LIST), shows)
        return page(request, view)

    @get("/seuils")
    async def thresholds(self, request: AnyRequest, services: Lent) -> Template:
        """Each threshold with its dates, its source and how it was checked."""
        catalogue = load_catalogue()
        today = services.clock().date()
        titles = dict.fromkeys(row.title for row in catalogue.thresholds)
        rows = [(row, _moment(row, today)) for row in catalogue.thresholds]
        shows = {
            "groups": [
                (title, [(row, moment) for row, moment in rows if row.title == title])
                for title in titles
            ],
            "sources": catalogue.sources,
            "today": today,
            "words": words,
        }
        view = View("procurement/thresholds.html", t("Les seuils"), (HUB,), shows)
        return page(request, view)


def _moment(row: Threshold, today: date) -> str:
    """Whether a threshold is `past`, `now` or `future` on that day."""
    if row.until is not None and row.until < today:
        return "past"
    return "future" if row.effect is not None and row.effect > today else "now"
