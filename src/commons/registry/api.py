"""The JSON API: commons, organisations, contributions, journals.

Programs send a token (`Authorization: Bearer …`), made on the page « Mon compte ». Every
refusal is a problem document (RFC 9457).
"""

from typing import Annotated, TypeAlias
from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from commons.identity.authentication import Me
from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import Operation, require, require_registrant
from commons.identity.store import IdentityStore
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.identifiers import clean_text, safe_link
from commons.kernel.quantity import Unit, parse_plain
from commons.kernel.text import t
from commons.ledger.batcher import Batcher
from commons.ledger.model import Draft, Kind, Request, Written
from commons.ledger.rules import rules_at
from commons.ledger.ruling import RulesStore
from commons.ledger.store import Filter, JournalStore
from commons.registry.access import Sight, sight_is_open
from commons.registry.confirming import require_answerer, said_about, standing_of
from commons.registry.journal_pages import exported_journal
from commons.registry.pages import signer_of
from commons.registry.rules import commons_facts, organisation_facts
from commons.registry.schemas import (
    CommonsIn,
    CommonsOut,
    ContributionIn,
    EntryOut,
    OrganisationIn,
    OrganisationOut,
    ReasonIn,
    Receipt,
    RulesIn,
    RulesOut,
    UnitIn,
)
from commons.registry.store import RegistryStore
from commons.registry.territory import understood
from commons.web.context import Services
from commons.web.handlers import Db, Lent

Writer: TypeAlias = NamedDependency[Batcher]
Words = Annotated[str, QueryParameter(default="", max_length=200)]
SECURED: list[dict[str, list[str]]] = [{"bearer": []}]


class CommonsApi(Controller):
    path = "/api/v1/commons"
    tags = ("Commons",)

    @get(summary="List commons")
    async def listing(self, db: Db, q: Words = "", territory: Words = "") -> list[CommonsOut]:
        """Commons by name; `territory` is a commune, an EPCI or a code, and what it holds."""
        key = understood(territory) if territory else ""
        if key is None:
            raise InputError(
                t("Ce territoire est inconnu."),
                [FieldError("territory", t("Écrivez une commune, un EPCI ou son code."))],
            )
        found = await RegistryStore(db).search(_clean(q), key)
        return [CommonsOut.of(commons) for commons in found]

    @post(summary="Register a commons", security=SECURED)
    async def register(
        self, data: JSONBody[CommonsIn], db: Db, me: Me, services: Lent
    ) -> CommonsOut:
        """Register a commons and open its journal; the sender becomes its steward."""
        person = require_registrant(me)
        now = services.clock()
        commons = await RegistryStore(db).register(commons_facts(data.typed()), now)
        origin = f"{services.settings.instance_name}/{commons.commons_id}"
        await JournalStore(db).open(commons.commons_id, origin, now)
        steward = Grant(Scope.COMMONS, commons.commons_id, Role.STEWARD)
        people = IdentityStore(db, services.keyring.email)
        await people.grant(person.person_id, steward, now)
        return CommonsOut.of(commons)

    @get("/{slug:str}", summary="Read a commons")
    async def read(self, slug: FromPath[str], db: Db) -> CommonsOut:
        return CommonsOut.of(await RegistryStore(db).by_slug(_clean(slug)))

    @patch("/{slug:str}", summary="Change a commons", security=SECURED)
    async def change(
        self, slug: FromPath[str], data: JSONBody[CommonsIn], db: Db, me: Me, services: Lent
    ) -> CommonsOut:
        """Replace what is said of a commons. Its slug and journal stay."""
        registry = RegistryStore(db)
        commons = await registry.by_slug(_clean(slug))
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        facts = commons_facts(data.typed(), commons.facts.carrier_id)
        await registry.change(commons.commons_id, facts, services.clock())
        return CommonsOut.of(await registry.by_slug(slug))

    @post("/{slug:str}/contributions", summary="Log a contribution", security=SECURED)
    async def contribute(
        self,
        slug: FromPath[str],
        data: JSONBody[ContributionIn],
        me: Me,
        services: Lent,
        writer: Writer,
    ) -> Response[Receipt]:
        """Log a contribution of one's own: 201 when written, 200 when it already was.

        Entries are never changed or removed: a mistake is corrected by a reversal.
        """
        commons_id = await _commons_id(services, slug)
        person = require(me, Operation.LOG, commons_id)
        draft = _draft(data, person.person_id)
        outcome = await writer.append(Request(commons_id, draft))
        status = 201 if isinstance(outcome, Written) else 200
        return Response(Receipt.of(outcome), status_code=status)

    @post("/{slug:str}/entries/{entry_id:uuid}/attestations", security=SECURED)
    async def attest(
        self,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        me: Me,
        services: Lent,
        writer: Writer,
    ) -> Receipt:
        """Attest someone else's contribution."""
        commons_id = await _commons_id(services, slug)
        person = require(me, Operation.ATTEST, commons_id)
        on = services.clock().date()
        draft = said_about(Kind.ATTESTATION, entry_id, on, {"attester": person.person_id})
        standing = standing_of(person, commons_id)
        return Receipt.of(await writer.append(Request(commons_id, draft, standing)))

    @post("/{slug:str}/entries/{entry_id:uuid}/contests", security=SECURED)
    async def contest(
        self,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        data: JSONBody[ReasonIn],
        me: Me,
        services: Lent,
        writer: Writer,
    ) -> Receipt:
        """Contest someone else's contribution or claim, with a reason.

        What is contested is not paid before someone has answered.
        """
        commons_id = await _commons_id(services, slug)
        person = require(me, Operation.ATTEST, commons_id)
        who = {"contester": person.person_id}
        on = services.clock().date()
        draft = said_about(Kind.CONTEST, entry_id, on, who, data.reason)
        return Receipt.of(await writer.append(Request(commons_id, draft)))

    @post("/{slug:str}/entries/{entry_id:uuid}/answers", security=SECURED)
    async def answer(
        self,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        data: JSONBody[ReasonIn],
        me: Me,
        services: Lent,
        writer: Writer,
    ) -> Receipt:
        """Answer a contest: whoever's entry was contested may, or a steward."""
        commons_id = await _commons_id(services, slug)
        async with services.engine.connect() as db:
            person = await require_answerer(JournalStore(db), me, commons_id, entry_id)
        who = {"answerer": person.person_id}
        draft = said_about(Kind.ANSWER, entry_id, services.clock().date(), who, data.reason)
        return Receipt.of(await writer.append(Request(commons_id, draft)))

    @get("/{slug:str}/rules", summary="Read how contributions are confirmed")
    async def rules(self, slug: FromPath[str], db: Db, services: Lent) -> RulesOut:
        commons = await RegistryStore(db).by_slug(_clean(slug))
        known = await RulesStore(db).all(commons.commons_id)
        return RulesOut.of(rules_at(known, services.clock()))

    @post("/{slug:str}/rules", summary="Rule how contributions are confirmed", security=SECURED)
    async def rule(
        self, slug: FromPath[str], data: JSONBody[RulesIn], db: Db, me: Me, services: Lent
    ) -> RulesOut:
        """Record new rules: they hold for what is recorded from now on."""
        commons = await RegistryStore(db).by_slug(_clean(slug))
        person = require(me, Operation.EDIT_COMMONS, commons.commons_id)
        rules = data.read()
        now = services.clock()
        await RulesStore(db).decide(commons.commons_id, rules, person.person_id, now)
        return RulesOut.of(rules)

    @post("/{slug:str}/units", summary="Declare a unit", security=SECURED)
    async def declare_unit(
        self, slug: FromPath[str], data: JSONBody[UnitIn], db: Db, me: Me
    ) -> UnitIn:
        """Declare what else contributions are counted in; a unit never changes."""
        commons = await RegistryStore(db).by_slug(_clean(slug))
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        unit = Unit(data.code, data.scale, clean_text(data.label, 60))
        await JournalStore(db).declare_unit(commons.commons_id, unit)
        return data

    @get("/{slug:str}/entries", summary="Read the journal")
    async def entries(
        self, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> list[EntryOut]:
        """The latest hundred entries, as the reader may see them."""
        commons = await RegistryStore(db).by_slug(_clean(slug))
        is_open = sight_is_open(commons, me)
        sight = Sight(commons.commons_id, is_open, services.keyring.token, {})
        found = await JournalStore(db).page(commons.commons_id, Filter())
        return [EntryOut.of(entry, sight) for entry in found]

    @get("/{slug:str}/journal", summary="Export the journal", media_type="application/json")
    async def export(
        self, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Response[bytes]:
        """The whole journal in one file that `commons verify` checks offline."""
        commons = await RegistryStore(db).by_slug(_clean(slug))
        data = await exported_journal(db, services, commons, me)
        return Response(data, media_type="application/json")


class OrganisationsApi(Controller):
    path = "/api/v1/organisations"
    tags = ("Organisations",)

    @get(summary="List organisations")
    async def listing(self, db: Db, q: Words = "") -> list[OrganisationOut]:
        found = await RegistryStore(db).organisations(_clean(q))
        return [OrganisationOut.of(item) for item in found]

    @post(summary="Register an organisation", security=SECURED)
    async def register(
        self, data: JSONBody[OrganisationIn], db: Db, me: Me, services: Lent
    ) -> OrganisationOut:
        require_registrant(me)
        facts = organisation_facts(data.model_dump())
        return OrganisationOut.of(
            await RegistryStore(db).add_organisation(facts, services.clock())
        )


class KeyApi(Controller):
    path = "/api/v1/key"
    tags = ("Ledger",)

    @get(summary="The key journals are signed with")
    async def key(self, services: Lent) -> dict[str, str]:
        """The verifier key to pin, as C2SP `signed-note` writes it."""
        return {"verifier_key": str(signer_of(services).verifier)}


async def _commons_id(services: Services, slug: str) -> UUID:
    """Asked on a connection that is given back: the writer uses one of its own."""
    async with services.engine.connect() as db:
        return (await RegistryStore(db).by_slug(_clean(slug))).commons_id


def _clean(typed: str) -> str:
    return clean_text(typed, 300)


def _draft(data: ContributionIn, person_id: UUID) -> Draft:
    try:
        quantity = parse_plain(data.quantity)
        links = "\n".join(safe_link(link) for link in data.links)
    except DomainError as error:
        name = "quantity" if "montant" in str(error) else "links"
        raise InputError(
            t("Cette contribution ne peut pas être consignée."), [FieldError(name, error.text)]
        ) from error
    personal = {
        "contributor": str(person_id),
        "recorder": str(person_id),
        "description": clean_text(data.description, 4000, lines=True),
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


ROUTES = (CommonsApi, OrganisationsApi, KeyApi)
