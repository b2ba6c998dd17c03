"""The JSON API of envelopes: receive, open, claim, propose, settle, pay, read."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from commons.chamber.model import EnvelopeDraft, Stage
from commons.chamber.schemas import (
    ClaimIn,
    EnvelopeDetail,
    EnvelopeIn,
    EnvelopeOut,
    FundingIn,
    FundingOut,
    PaymentIn,
    PaymentOut,
    RuleIn,
    SettlementIn,
)
from commons.chamber.store import ChamberStore
from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.kernel.errors import FieldError, InputError
from commons.kernel.identifiers import clean_text
from commons.kernel.quantity import EURO, check_amount, parse_plain, plain
from commons.kernel.text import t
from commons.ledger.model import Written
from commons.registry.access import sight_is_open
from commons.registry.model import Commons
from commons.registry.pages import sight_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.openapi import SECURED, read, written


class EnvelopesApi(Controller):
    path = "/api/v1/commons/{slug:str}"
    tags = ("Envelopes",)

    @post("/funding", summary="Book money received", security=SECURED, responses=written())
    async def receive(
        self, slug: FromPath[str], data: JSONBody[FundingIn], db: Db, me: Me, services: Lent
    ) -> Response[FundingOut]:
        """Book money that an organisation gave: 201 when written, 200 when it already was."""
        registry = RegistryStore(db)
        commons = await registry.by_slug(slug)
        person = require(me, Operation.RECEIVE_MONEY, commons.commons_id)
        amount = _above_zero(data.amount)
        await registry.organisation(data.organisation_id)
        chamber = ChamberStore(db)
        outcome = await chamber.receive(
            commons.commons_id,
            data.organisation_id,
            amount,
            data.received_on,
            person.person_id,
            services.clock(),
            entry_id=data.entry_id,
        )
        is_new = isinstance(outcome, Written)
        answer = FundingOut(
            entry_id=data.entry_id,
            outcome="written" if is_new else "already",
            held=plain(await chamber.held(commons.commons_id)),
        )
        return Response(answer, status_code=201 if is_new else 200)

    @get("/envelopes", summary="List envelopes", responses=read(403))
    async def listing(
        self, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> list[EnvelopeOut]:
        """The latest hundred envelopes of a commons."""
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        today = services.clock().date()
        return [
            EnvelopeOut.of(envelope, envelope.stage(today, is_settled=is_settled))
            for envelope, is_settled in await ChamberStore(db).envelopes(commons.commons_id)
        ]

    @post("/envelopes", summary="Open an envelope", security=SECURED, responses=written())
    async def open(
        self, slug: FromPath[str], data: JSONBody[EnvelopeIn], db: Db, me: Me, services: Lent
    ) -> EnvelopeOut:
        """Set money of the commons aside, to be shared among those who will claim."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.OPEN_ENVELOPE, commons.commons_id)
        draft = EnvelopeDraft(
            title=clean_text(data.title, 150),
            terms=clean_text(data.terms, 4000, lines=True),
            amount=_above_zero(data.amount),
            opens_on=data.opens_on,
            closes_on=data.closes_on,
        )
        now = services.clock()
        chamber = ChamberStore(db)
        envelope = await chamber.open(
            commons.commons_id, draft, person.person_id, now, entry_id=data.entry_id
        )
        return EnvelopeOut.of(envelope, envelope.stage(now.date(), is_settled=False))

    @get("/envelopes/{envelope_id:uuid}", summary="Read an envelope", responses=read(403))
    async def show(
        self,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> EnvelopeDetail:
        """Claims as the reader may see them, what each rule would give, what was decided."""
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        return await _detail(db, services, commons, me, envelope_id)

    @post(
        "/envelopes/{envelope_id:uuid}/claims",
        summary="Claim, or change one's claim",
        security=SECURED,
        responses=written(),
    )
    async def claim(
        self,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        data: JSONBody[ClaimIn],
        db: Db,
        me: Me,
        services: Lent,
    ) -> EnvelopeDetail:
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.CLAIM, commons.commons_id)
        reason = clean_text(data.reason, 4000, lines=True)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        amount = _above_zero(data.amount)
        await chamber.claim(
            envelope,
            person.person_id,
            amount,
            reason,
            services.clock(),
            entry_id=data.entry_id,
        )
        return await _detail(db, services, commons, me, envelope_id)

    @post(
        "/envelopes/{envelope_id:uuid}/proposal",
        summary="Propose a rule",
        security=SECURED,
        responses=written(),
    )
    async def propose(
        self,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        data: JSONBody[RuleIn],
        db: Db,
        me: Me,
        services: Lent,
    ) -> EnvelopeDetail:
        """Propose a rule that another person may adopt; the latest proposal stands."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.SETTLE, commons.commons_id)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        await chamber.propose(envelope, data.rule, person.person_id, services.clock())
        return await _detail(db, services, commons, me, envelope_id)

    @post(
        "/envelopes/{envelope_id:uuid}/settlement",
        summary="Adopt a rule and book the result",
        security=SECURED,
        responses=written(),
    )
    async def settle(
        self,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        data: JSONBody[SettlementIn],
        db: Db,
        me: Me,
        services: Lent,
    ) -> EnvelopeDetail:
        """From the closing day on; whoever claims may only adopt what another proposed."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.SETTLE, commons.commons_id)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        now, key = services.clock(), data.entry_id
        await chamber.settle(envelope, data.rule, person.person_id, now, entry_id=key)
        return await _detail(db, services, commons, me, envelope_id)

    @get(
        "/envelopes/{envelope_id:uuid}/round",
        summary="The round file",
        media_type="application/json",
        responses=read(403, 409),
    )
    async def round_file(
        self, slug: FromPath[str], envelope_id: FromPath[UUID], db: Db, me: Me
    ) -> Response[Any]:
        """What went in and what came out, to compute again; no person is named in it."""
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        data = await chamber.round_file(envelope)
        return Response(data, media_type="application/json")

    @post("/payments", summary="Book a payment", security=SECURED, responses=written())
    async def pay(
        self, slug: FromPath[str], data: JSONBody[PaymentIn], db: Db, me: Me, services: Lent
    ) -> PaymentOut:
        """Book that all that was due to someone has been paid. Nobody pays themselves."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.PAY, commons.commons_id)
        amount = await ChamberStore(db).pay(
            commons.commons_id,
            data.payee_id,
            person.person_id,
            services.clock(),
            entry_id=data.entry_id,
        )
        return PaymentOut(payee_id=data.payee_id, amount=plain(amount))


async def _detail(
    db: Db, services: Services, commons: Commons, me: Me, envelope_id: UUID
) -> EnvelopeDetail:
    chamber = ChamberStore(db)
    envelope = await chamber.envelope(commons.commons_id, envelope_id)
    comparison = await chamber.comparison(envelope)
    settlement = await chamber.settlement(envelope)
    persons = {claim.person_id for claim in comparison.claims}
    today: date = services.clock().date()
    stage: Stage = envelope.stage(today, is_settled=settlement is not None)
    return EnvelopeDetail.of(
        EnvelopeOut.of(envelope, stage),
        comparison,
        await sight_of(db, services, commons, me, persons),
        await chamber.proposal(envelope),
        settlement,
    )


def _above_zero(typed: str) -> Decimal:
    """An amount of euros. Raises `InputError` beside its field."""
    try:
        amount = check_amount(parse_plain(typed), EURO)
        if amount <= 0:
            raise InputError(t("Indiquez une somme supérieure à zéro."))
    except InputError as error:
        raise InputError(
            t("Cette somme ne convient pas."), [FieldError("amount", error.text)]
        ) from error
    return amount
