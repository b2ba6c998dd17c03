"""Pages of envelopes: receive, open, claim, compare the rules, settle, pay."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.allocation.claims import RULES
from commons.allocation.division import Division
from commons.chamber.drawings import election_flow
from commons.chamber.election_pages import BALLOT_RULES
from commons.chamber.election_round import read_election_result
from commons.chamber.model import Comparison, Envelope, EnvelopeDraft, Proposal, Stage
from commons.chamber.payouts import payout_file
from commons.chamber.reading import read_field
from commons.chamber.rules import check_settling, settle
from commons.chamber.store import ChamberStore
from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require
from commons.kernel.errors import FieldError, InputError, RuleBrokenError
from commons.kernel.identifiers import clean_text
from commons.kernel.text import Text, t
from commons.registry.access import Sight, sight_is_open
from commons.registry.contributing import read_day, read_euros
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of, sight_of
from commons.registry.store import RegistryStore
from commons.web.charts import Move, flow_chart, moves
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Crumb,
    Form,
    View,
    form_page,
    read_form,
    see_other,
)

TEXT_CHARACTERS_MAX = 4000


class EnvelopePages(Controller):
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
            await chamber.receive(
                commons.commons_id, funder, amount, day, person.person_id, now
            )
        return see_other(f"/communs/{slug}/enveloppes", "recu")

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

    @get("/enveloppes/nouvelle")
    async def new(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.OPEN_ENVELOPE, commons.commons_id)
        return form_page(request, await self._new_view(commons, db, services))

    async def _new_view(self, commons: Commons, db: Db, services: Services) -> View:
        shows = {
            "commons": commons,
            "held": await ChamberStore(db).held(commons.commons_id),
            "today": services.clock().date().isoformat(),
        }
        title = t("Ouvrir une enveloppe")
        return View("chamber/new.html", title, _crumbs(commons), shows)

    @post("/enveloppes/nouvelle")
    async def open(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.OPEN_ENVELOPE, commons.commons_id)
        form = await read_form(request)
        now = services.clock()
        with form.shown_again(await self._new_view(commons, db, services)):
            faults: list[FieldError] = []
            opens, closes = form.get("opens_on"), form.get("closes_on")
            draft = EnvelopeDraft(
                title=read_field(faults, "title", _line, form.get("title"), ""),
                terms=read_field(faults, "terms", _lines, form.get("terms"), ""),
                amount=read_field(faults, "amount", read_euros, form.get("amount"), Decimal(1)),
                opens_on=read_field(faults, "opens_on", read_day, opens, now.date()),
                closes_on=read_field(faults, "closes_on", read_day, closes, date.max),
            )
            if faults:
                raise InputError(t("L'enveloppe n'a pas été ouverte."), faults)
            chamber = ChamberStore(db)
            envelope = await chamber.open(commons.commons_id, draft, person.person_id, now)
        return see_other(f"/communs/{slug}/enveloppes/{envelope.envelope_id}", "enveloppe")

    @get("/enveloppes/{envelope_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        view = await self._view(commons, envelope_id, db, me, services)
        return form_page(request, view)

    async def _view(
        self, commons: Commons, envelope_id: UUID, db: Db, me: Me, services: Services
    ) -> View:
        sight_is_open(commons, me)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        comparison = await chamber.comparison(envelope)
        settlement = await chamber.settlement(envelope)
        proposal = await chamber.proposal(envelope)
        today = services.clock().date()
        persons = {claim.person_id for claim in comparison.claims}
        if proposal:
            persons.add(proposal.proposed_by)
        sight = await sight_of(db, services, commons, me, persons)
        own = [claim for claim in comparison.claims if me and claim.person_id == me.person_id]
        stage = envelope.stage(today, is_settled=settlement is not None)
        may_settle = may(me, Operation.SETTLE, commons.commons_id)
        shows: dict[str, Any] = {
            "commons": commons,
            "envelope": envelope,
            "stage": stage,
            "today": today,
            "comparison": comparison,
            "charts": _charts(comparison, sight),
            "sight": sight,
            "proposal": proposal,
            "own": own[0] if own else None,
            "may_claim": stage is Stage.OPEN and may(me, Operation.CLAIM, commons.commons_id),
            "adoptable": _adoptable(envelope, stage, today, comparison, proposal, me)
            if may_settle
            else frozenset(),
            "may_propose": may_settle and stage is not Stage.SETTLED,
            "days_left": (envelope.closes_on - today).days,
            "elapsed": _elapsed(envelope.opens_on, envelope.closes_on, today),
            "rules": RULES,
            "may_count": may_settle
            and stage in (Stage.OPEN, Stage.CLOSED)
            and not comparison.claims,
        }
        if settlement and settlement.rule in RULES:
            division = settle(envelope, comparison.claims, settlement.rule)
            shows |= _result(division, settlement.round_sha256, sight)
            shows["may_pay"] = may(me, Operation.PAY, commons.commons_id)
            shows["due"] = await chamber.due(commons.commons_id)
            shows["me_id"] = me.person_id if me else None
        elif settlement:
            result = read_election_result(settlement.round_file)
            shows |= {
                "digest": settlement.round_sha256,
                "result": result,
                "ballot_rule": BALLOT_RULES[result.rule],
                "flow": election_flow(envelope, result.funded),
                "may_pay": may(me, Operation.PAY, commons.commons_id),
            }
        return View("chamber/envelope.html", envelope.title, _crumbs(commons), shows)

    @post("/enveloppes/{envelope_id:uuid}/demander")
    async def claim(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.CLAIM, commons.commons_id)
        form = await read_form(request)
        with form.shown_again(await self._view(commons, envelope_id, db, me, services)):
            faults: list[FieldError] = []
            amount = read_field(faults, "amount", read_euros, form.get("amount"), Decimal(0))
            reason = read_field(faults, "reason", _lines, form.get("reason"), "")
            if faults:
                raise InputError(t("Votre demande n'a pas été consignée."), faults)
            chamber = ChamberStore(db)
            envelope = await chamber.envelope(commons.commons_id, envelope_id)
            now = services.clock()
            await chamber.claim(envelope, person.person_id, amount, reason, now)
        return see_other(f"/communs/{slug}/enveloppes/{envelope_id}", "demande")

    @post("/enveloppes/{envelope_id:uuid}/regle")
    async def decide(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Propose a rule, or adopt it: then the result is booked."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.SETTLE, commons.commons_id)
        form = await read_form(request)
        chamber = ChamberStore(db)
        now = services.clock()
        adopted = form.get("step") == "adopt"
        with form.shown_again(await self._view(commons, envelope_id, db, me, services)):
            envelope = await chamber.envelope(commons.commons_id, envelope_id)
            if adopted:
                await chamber.settle(envelope, form.get("rule"), person.person_id, now)
            else:
                await chamber.propose(envelope, form.get("rule"), person.person_id, now)
        place = f"/communs/{slug}/enveloppes/{envelope_id}"
        return see_other(place, "reparti" if adopted else "propose")

    @post("/payer/{payee_id:uuid}")
    async def pay(
        self, slug: FromPath[str], payee_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Book that a person was paid all that is due to them."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.PAY, commons.commons_id)
        view = await self._list_view(commons, db, me, services)
        with Form().shown_again(view):
            chamber = ChamberStore(db)
            await chamber.pay(commons.commons_id, payee_id, person.person_id, services.clock())
        return see_other(f"/communs/{slug}/enveloppes", "paye")

    @get("/enveloppes/{envelope_id:uuid}/round.json")
    async def round_file(
        self, slug: FromPath[str], envelope_id: FromPath[UUID], db: Db, me: Me
    ) -> Response[bytes]:
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        data = await chamber.round_file(envelope)
        return _download(data, "round.json", "application/json")

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
        return _download(data, f"paiements-{slug}.csv", "text/csv; charset=utf-8")


def _adoptable(
    envelope: Envelope,
    stage: Stage,
    today: date,
    comparison: Comparison,
    proposal: Proposal | None,
    me: Me,
) -> frozenset[str]:
    """The rules that `me` may adopt now: others are not offered to them."""
    if me is None:
        return frozenset()
    allowed = set()
    for rule in RULES:
        with suppress(RuleBrokenError):
            check_settling(
                envelope, stage, today, comparison.claims, proposal, rule, me.person_id
            )
            allowed.add(rule)
    return frozenset(allowed)


def _elapsed(since: date, until: date, today: date) -> int:
    """How far `today` is on the way from `since` to `until`, in hundredths."""
    days = (until - since).days + 1
    return min(max(100 * (today - since).days // days, 0), 100)


def _charts(comparison: Comparison, sight: Sight) -> list[tuple[Division, tuple[Move, ...]]]:
    charts = []
    for division in comparison.divisions:
        lines = [
            (sight.name(UUID(award.claim.name)), award.claim.cents, award.cents)
            for award in division.awards
        ]
        charts.append((division, moves(lines)))
    return charts


def _result(division: Division, digest: str, sight: Sight) -> dict[str, Any]:
    targets: list[tuple[Text | str, int]] = [
        (sight.name(UUID(award.claim.name)), award.cents) for award in division.awards
    ]
    if division.unspent:
        targets.append((t("reste au commun"), division.unspent))
    return {
        "division": division,
        "digest": digest,
        "flow": flow_chart(t("Enveloppe"), targets),
    }


def _crumbs(commons: Commons) -> tuple[Crumb, ...]:
    return (*crumbs_of(commons), Crumb(t("Enveloppes"), f"/communs/{commons.slug}/enveloppes"))


def _known(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise InputError(t("Choisissez l'organisation qui a donné.")) from error


def _line(typed: str) -> str:
    return clean_text(typed, 150)


def _lines(typed: str) -> str:
    return clean_text(typed, TEXT_CHARACTERS_MAX, lines=True)


def _download(data: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)
