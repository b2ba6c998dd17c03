"""Pages of a commons' money: receive it, see what is held and due, pay, a file for the bank."""

from decimal import Decimal
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.chamber.payouts import payout_file
from commons.chamber.reading import read_field
from commons.chamber.store import ChamberStore
from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t
from commons.registry.access import sight_is_open
from commons.registry.contributing import read_day, read_euros
from commons.registry.model import Commons
from commons.registry.once import entry_key, written
from commons.registry.pages import crumbs_of, sight_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, View, form_page, read_form, see_other


class MoneyPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/argent")
    async def money(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.RECEIVE_MONEY, commons.commons_id)
        return form_page(request, await self._money_view(commons, db, services))

    async def _money_view(self, commons: Commons, db: Db, services: Services) -> View:
        funders = [
            (str(item.organisation_id), item.name)
            for item in await RegistryStore(db).organisations()
        ]
        shows = {
            "commons": commons,
            "funders": funders,
            "today": services.clock().date().isoformat(),
        }
        title = t("Consigner de l'argent reçu")
        return View("chamber/money.html", title, crumbs_of(commons), shows)

    @post("/argent")
    async def receive(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        registry = RegistryStore(db)
        commons = await registry.by_slug(slug)
        person = require(me, Operation.RECEIVE_MONEY, commons.commons_id)
        form = await read_form(request)
        now = services.clock()
        with form.shown_again(await self._money_view(commons, db, services)):
            faults: list[FieldError] = []
            amount = read_field(faults, "amount", read_euros, form.get("amount"), Decimal(0))
            day = read_field(faults, "day", read_day, form.get("day"), now.date())
            funder = read_field(faults, "funder", _known, form.get("funder"), UUID(int=0))
            if not faults and amount <= 0:
                faults.append(FieldError("amount", t("Indiquez une somme supérieure à zéro.")))
            if faults:
                raise InputError(t("Rien n'a été consigné."), faults)
            await registry.organisation(funder)
            chamber = ChamberStore(db)
            outcome = await chamber.receive(
                commons.commons_id,
                funder,
                amount,
                day,
                person.person_id,
                now,
                entry_id=entry_key(form.get("entry_id")),
            )
        return written(f"/communs/{slug}/enveloppes", "recu", outcome)

    @get("/enveloppes")
    async def envelopes(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        return form_page(request, await self._list_view(commons, db, me, services))

    async def _list_view(self, commons: Commons, db: Db, me: Me, services: Services) -> View:
        sight_is_open(commons, me)
        chamber = ChamberStore(db)
        today = services.clock().date()
        due = await chamber.due(commons.commons_id)
        shows = {
            "commons": commons,
            "envelopes": [
                (item, item.stage(today, is_settled=settled))
                for item, settled in await chamber.envelopes(commons.commons_id)
            ],
            "held": await chamber.held(commons.commons_id),
            "due": sorted(due.items(), key=lambda pair: (-pair[1], pair[0])),
            "sight": await sight_of(db, services, commons, me, set(due)),
            "may_open": may(me, Operation.OPEN_ENVELOPE, commons.commons_id),
            "may_receive": may(me, Operation.RECEIVE_MONEY, commons.commons_id),
            "may_pay": may(me, Operation.PAY, commons.commons_id),
        }
        return View("chamber/envelopes.html", t("Enveloppes"), crumbs_of(commons), shows)

    @post("/payer/{payee_id:uuid}")
    async def pay(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        payee_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Book that a person was paid all that is due to them."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.PAY, commons.commons_id)
        form = await read_form(request)
        view = await self._list_view(commons, db, me, services)
        with form.shown_again(view):
            key, now = entry_key(form.get("entry_id")), services.clock()
            chamber = ChamberStore(db)
            await chamber.pay(commons.commons_id, payee_id, person.person_id, now, entry_id=key)
        return see_other(f"/communs/{slug}/enveloppes", "paye")

    @get("/paiements.csv")
    async def payouts(
        self, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Response[bytes]:
        """What is due now, for the bank or the accounts: names, amounts, references."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.PAY, commons.commons_id)
        due = await ChamberStore(db).due(commons.commons_id)
        sight = await sight_of(db, services, commons, me, set(due))
        lines = [(str(sight.name(person)), amount) for person, amount in due.items()]
        data = payout_file(commons.name, sorted(lines))
        return download(data, f"paiements-{slug}.csv", "text/csv; charset=utf-8")


def _known(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise InputError(t("Choisissez l'organisation qui a donné.")) from error


def download(data: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)
