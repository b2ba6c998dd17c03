"""The JSON API: commons, organisations, contributions, journals.

Programs send a token (`Authorization: Bearer …`), made on the page « Mon compte ». Every
refusal is a problem document (RFC 9457).
"""

from typing import Annotated
from uuid import UUID, uuid4

from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from commons.identity.authentication import Me
from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import Operation, require, require_registrant
from commons.identity.store import IdentityStore
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.identifiers import clean_text, safe_link
from commons.kernel.quantity import parse_plain
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.model import Draft, Kind, Written
from commons.ledger.store import Filter, JournalStore
from commons.registry.access import Sight, sight_is_open
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
    Receipt,
)
from commons.registry.store import RegistryStore
from commons.registry.territory import understood
from commons.web.handlers import Db, Lent

Words = Annotated[str, QueryParameter(max_length=200)]
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
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[Receipt]:
        """Log a contribution of one's own: 201 when written, 200 when it already was.

        Entries are never changed or removed: a mistake is corrected by a reversal.
        """
        commons = await RegistryStore(db).by_slug(_clean(slug))
        person = require(me, Operation.LOG, commons.commons_id)
        draft = _draft(data, person.person_id)
        [outcome] = await append_all(db, commons.commons_id, [draft], services.clock())
        status = 201 if isinstance(outcome, Written) else 200
        return Response(Receipt.of(outcome), status_code=status)

    @post("/{slug:str}/entries/{entry_id:uuid}/attestations", security=SECURED)
    async def attest(
        self, slug: FromPath[str], entry_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Receipt:
        """Attest someone else's contribution."""
        commons = await RegistryStore(db).by_slug(_clean(slug))
        person = require(me, Operation.ATTEST, commons.commons_id)
        now = services.clock()
        draft = Draft(
            entry_id=uuid4(),
            kind=Kind.ATTESTATION,
            occurred_from=now.date(),
            occurred_to=now.date(),
            about=entry_id,
            personal={"attester": str(person.person_id)},
        )
        [outcome] = await append_all(db, commons.commons_id, [draft], now)
        return Receipt.of(outcome)

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
