"""The JSON API of confirming: contest, answer, rules of a commons, its units."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.kernel.identifiers import clean_text
from commons.ledger.model import Kind, Request
from commons.ledger.rules import rules_at
from commons.ledger.ruling import RulesStore
from commons.ledger.store import JournalStore
from commons.registry.confirming import require_answerer, said_about
from commons.registry.confirming_schemas import ReasonIn, RulesIn, RulesOut, UnitIn, UnitOut
from commons.registry.journal_api import (
    Writer,
    receipt,
)
from commons.registry.journal_schemas import Receipt
from commons.registry.known import Known
from commons.registry.rules import TEXT_CHARACTERS_MAX
from commons.registry.ruling import read_unit
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.openapi import SECURED, read, written


class ConfirmingApi(Controller):
    path = "/api/v1/commons/{slug:str}"
    tags = ("Ledger",)

    @post(
        "/entries/{entry_id:uuid}/contests",
        summary="Contest an entry",
        security=SECURED,
        responses=written(),
    )
    async def contest(
        self,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        data: JSONBody[ReasonIn],
        me: Me,
        services: Lent,
        known: Known,
        writer: Writer,
    ) -> Response[Receipt]:
        """Contest someone else's contribution or claim, with a reason.

        What is contested is not paid before someone has answered.
        """
        commons_id = await known.commons_id(slug)
        person = require(me, Operation.ATTEST, commons_id)
        on, who = services.clock().date(), {"contester": person.person_id}
        reason = clean_text(data.reason, TEXT_CHARACTERS_MAX, lines=True)
        draft = said_about(Kind.CONTEST, entry_id, on, who, reason, key=data.entry_id)
        return receipt(await writer.append(Request(commons_id, draft)))

    @post(
        "/entries/{entry_id:uuid}/answers",
        summary="Answer a contest",
        security=SECURED,
        responses=written(),
    )
    async def answer(
        self,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        data: JSONBody[ReasonIn],
        me: Me,
        services: Lent,
        known: Known,
        writer: Writer,
    ) -> Response[Receipt]:
        """Answer a contest: whoever's entry was contested may, or a steward."""
        commons_id = await known.commons_id(slug)
        async with services.engine.connect() as db:
            person = await require_answerer(JournalStore(db), me, commons_id, entry_id)
        on, who = services.clock().date(), {"answerer": person.person_id}
        reason = clean_text(data.reason, TEXT_CHARACTERS_MAX, lines=True)
        draft = said_about(Kind.ANSWER, entry_id, on, who, reason, key=data.entry_id)
        return receipt(await writer.append(Request(commons_id, draft)))

    @get("/rules", summary="Read how contributions are confirmed", responses=read())
    async def rules(self, slug: FromPath[str], db: Db, services: Lent) -> RulesOut:
        """The rules in force; they hold for what is recorded now."""
        commons = await RegistryStore(db).by_slug(slug)
        known = await RulesStore(db).all(commons.commons_id)
        return RulesOut.of(rules_at(known, services.clock()))

    @post(
        "/rules",
        summary="Rule how contributions are confirmed",
        security=SECURED,
        responses=written(),
    )
    async def rule(
        self, slug: FromPath[str], data: JSONBody[RulesIn], db: Db, me: Me, services: Lent
    ) -> RulesOut:
        """Record new rules: they hold for what is recorded from now on."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.EDIT_COMMONS, commons.commons_id)
        rules = data.read()
        now = services.clock()
        await RulesStore(db).decide(commons.commons_id, rules, person.person_id, now)
        return RulesOut.of(rules)

    @post("/units", summary="Declare a unit", security=SECURED, responses=written())
    async def declare_unit(
        self, slug: FromPath[str], data: JSONBody[UnitIn], db: Db, me: Me
    ) -> UnitOut:
        """Declare what else contributions are counted in; a unit never changes."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        unit = read_unit(data.code, str(data.scale), data.label)
        await JournalStore(db).declare_unit(commons.commons_id, unit)
        return UnitOut.of(unit)
