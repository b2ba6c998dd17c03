"""The JSON API of journals: log, attest, reverse, take away."""

from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.identifiers import clean_text, safe_link
from commons.kernel.quantity import parse_plain
from commons.kernel.text import t
from commons.ledger.batcher import Batcher
from commons.ledger.model import Draft, Kind, Outcome, Request, Written
from commons.ledger.store import JournalStore
from commons.registry.confirming import (
    said_about,
    standing_of,
)
from commons.registry.exporting import export_of
from commons.registry.journal_schemas import (
    AttestationIn,
    ContributionIn,
    Receipt,
    ReversalIn,
)
from commons.registry.known import Known
from commons.registry.reversing import require_reverser, take_back
from commons.registry.rules import TEXT_CHARACTERS_MAX
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.openapi import SECURED, read, written

Writer: TypeAlias = NamedDependency[Batcher]


class JournalApi(Controller):
    path = "/api/v1/commons/{slug:str}"
    tags = ("Ledger",)

    @post(
        "/contributions",
        summary="Log a contribution",
        security=SECURED,
        responses=written(),
    )
    async def contribute(
        self,
        slug: FromPath[str],
        data: JSONBody[ContributionIn],
        me: Me,
        known: Known,
        writer: Writer,
    ) -> Response[Receipt]:
        """Log a contribution of one's own: 201 when written, 200 when it already was.

        Entries are never changed or removed: a mistake is corrected by a reversal.
        """
        commons_id = await known.commons_id(slug)
        person = require(me, Operation.LOG, commons_id)
        draft = draft_of(data, person.person_id)
        return receipt(await writer.append(Request(commons_id, draft)))

    @post(
        "/entries/{entry_id:uuid}/attestations",
        summary="Attest a contribution",
        security=SECURED,
        responses=written(),
    )
    async def attest(
        self,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        data: JSONBody[AttestationIn],
        me: Me,
        services: Lent,
        known: Known,
        writer: Writer,
    ) -> Response[Receipt]:
        """Attest someone else's contribution, once."""
        commons_id = await known.commons_id(slug)
        person = require(me, Operation.ATTEST, commons_id)
        on, who = services.clock().date(), {"attester": person.person_id}
        draft = said_about(Kind.ATTESTATION, entry_id, on, who, key=data.entry_id)
        standing = standing_of(person, commons_id)
        return receipt(await writer.append(Request(commons_id, draft, standing)))

    @post(
        "/entries/{entry_id:uuid}/reversal",
        summary="Reverse an entry",
        security=SECURED,
        responses=written(),
    )
    async def reverse(
        self,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        data: JSONBody[ReversalIn],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[Receipt]:
        """Take an entry back, with a reason: 201 when written, 200 when it already was.

        A contribution or a document: its author, or a steward. An attestation, a contest: its
        author. Money: whoever may book it, unless it is their own; what has since left must
        be taken back first. Rules, claims, answers and reversals are corrected otherwise.
        """
        commons = await RegistryStore(db).by_slug(slug)
        store = JournalStore(db)
        person, target = await require_reverser(store, me, commons.commons_id, entry_id)
        key, now = data.entry_id, services.clock()
        return receipt(await take_back(db, target, person, data.reason, entry_id=key, now=now))

    @get(
        "/journal",
        summary="Export the journal",
        media_type="application/json",
        responses=read(403),
    )
    async def export(self, slug: FromPath[str], db: Db, me: Me, services: Lent) -> Stream:
        """The whole journal in one file that `commons verify` checks offline."""
        commons = await RegistryStore(db).by_slug(slug)
        export = await export_of(db, services, commons, me)
        return Stream(export.pieces(services.engine.connect), media_type="application/json")


def receipt(outcome: Outcome) -> Response[Receipt]:
    status = 201 if isinstance(outcome, Written) else 200
    return Response(Receipt.of(outcome), status_code=status)


def draft_of(data: ContributionIn, person_id: UUID) -> Draft:
    faults: list[FieldError] = []
    quantity, links = Decimal(0), ""
    try:
        quantity = parse_plain(data.quantity)
    except InputError as error:
        faults.append(FieldError("quantity", error.text))
    try:
        links = "\n".join(safe_link(link) for link in data.links)
    except DomainError as error:
        faults.append(FieldError("links", error.text))
    if faults:
        raise InputError(t("Cette contribution ne peut pas être consignée."), faults)
    personal = {
        "contributor": str(person_id),
        "recorder": str(person_id),
        "description": clean_text(data.description, TEXT_CHARACTERS_MAX, lines=True),
    }
    return Draft(
        entry_id=data.entry_id,
        kind=Kind.CONTRIBUTION,
        occurred_from=data.occurred_on,
        occurred_to=data.occurred_on,
        quantity=quantity,
        unit=data.unit,
        details={"nature": data.nature, "reward": data.reward},
        personal={**personal, "links": links} if links else personal,
    )
