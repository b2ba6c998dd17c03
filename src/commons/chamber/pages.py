"""Pages of envelopes: open, claim, compare the rules, settle."""

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
from commons.chamber.money_pages import download
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
from commons.registry.once import entry_key
from commons.registry.pages import crumbs_of, sight_of
from commons.registry.store import RegistryStore
from commons.web.charts import Move, flow_chart, moves
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Crumb,
    View,
    form_page,
    read_form,
    see_other,
)

TEXT_CHARACTERS_MAX = 4000


class EnvelopePages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

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
            envelope = await chamber.open(
                commons.commons_id,
                draft,
                person.person_id,
                now,
                entry_id=entry_key(form.get("entry_id")),
            )
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
            "may_propose": may_settle and stage not in (Stage.SETTLED, Stage.WITHDRAWN),
            "days_left": (envelope.closes_on - today).days,
            "elapsed": _elapsed(envelope.opens_on, envelope.closes_on, today),
            "rules": RULES,
            "opening_entry": await chamber.opening(envelope),
            "award": settlement.entry_id if settlement else None,
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
            await chamber.claim(
                envelope,
                person.person_id,
                amount,
                reason,
                services.clock(),
                entry_id=entry_key(form.get("entry_id")),
            )
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
                key = entry_key(form.get("entry_id"))
                rule, by = form.get("rule"), person.person_id
                await chamber.settle(envelope, rule, by, now, entry_id=key)
            else:
                await chamber.propose(envelope, form.get("rule"), person.person_id, now)
        place = f"/communs/{slug}/enveloppes/{envelope_id}"
        return see_other(place, "reparti" if adopted else "propose")

    @get("/enveloppes/{envelope_id:uuid}/round.json")
    async def round_file(
        self, slug: FromPath[str], envelope_id: FromPath[UUID], db: Db, me: Me
    ) -> Response[bytes]:
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        data = await chamber.round_file(envelope)
        return download(data, "round.json", "application/json")


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


def _line(typed: str) -> str:
    return clean_text(typed, 150)


def _lines(typed: str) -> str:
    return clean_text(typed, TEXT_CHARACTERS_MAX, lines=True)
