"""« Les comptes »: what each account of a journal holds, now, on a day, at a checkpoint."""

from decimal import Decimal

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template

from commons.chamber.balances import Moment, held_at, holders_of, names_of, rows_of
from commons.identity.authentication import Me
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.proof_store import ProofStore
from commons.registry.access import sight_is_open
from commons.registry.contributing import read_day
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of, money_flow, sight_of, signer_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, Form, View, form_page


class BalancePages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/comptes")
    async def balances(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        """The balances, as of either time (LED-38)."""
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        typed = {name: [request.query_params.get(name, "")] for name in ("jour", "taille")}
        form = Form(typed)
        latest = await ProofStore(db, signer_of(services)).latest_size(commons.commons_id)
        moment = _moment(form, latest)
        view = await _view(commons, moment, latest, db, me, services)
        return form_page(request, view, form)


def _moment(form: Form, latest: int) -> Moment:
    """What the address asks; what cannot be read is said in the form, and it is now."""
    on, size = None, None
    if form.get("jour"):
        try:
            on = read_day(form.get("jour"))
        except InputError as error:
            form.errors["jour"] = error.text
    typed = form.get("taille")
    if typed:
        is_number = typed.isascii() and typed.isdigit() and len(typed) < 18
        size = int(typed) if is_number else 0
        if not 0 < size <= latest:
            text = t(
                "Écrivez un nombre de 1 à {latest}, la taille d'aujourd'hui.", latest=latest
            )
            form.errors["taille"] = text
    if form.errors:
        form.summary = t("Le moment ne se lit pas : voici les comptes d'aujourd'hui.")
        return Moment()
    return Moment(on, size)


async def _view(
    commons: Commons, moment: Moment, latest: int, db: Db, me: Me, services: Services
) -> View:
    held = await held_at(commons, moment, db)
    sight = await sight_of(db, services, commons, me, holders_of(held))
    rows = rows_of(held, sight, await names_of(commons, db))
    shows = {
        "commons": commons,
        "moment": moment,
        "latest": latest,
        "rows": rows,
        "money": money_flow(held),
        "sum": sum((row.amount for row in rows), Decimal(0)),
    }
    crumb = Crumb(t("Journal"), f"/communs/{commons.slug}/journal")
    return View("chamber/balances.html", t("Les comptes"), (*crumbs_of(commons), crumb), shows)
