"""The JSON API of the registry: commons and organisations.

Programs send a token (`Authorization: Bearer …`), made on the page « Mon compte ». Every
refusal is a problem document (RFC 9457).
"""

from typing import Annotated

from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from commons.identity.authentication import Me
from commons.identity.rules import Operation, require, require_registrant
from commons.kernel.errors import FieldError, InputError
from commons.kernel.identifiers import clean_text
from commons.kernel.text import t
from commons.registry.pages import signer_of
from commons.registry.publiccode import read_publiccode
from commons.registry.registering import register_commons, register_organisation
from commons.registry.rules import (
    commons_facts,
    organisation_facts,
    organisation_typed_again,
    typed_again,
)
from commons.registry.schemas import (
    CommonsChange,
    CommonsIn,
    CommonsOut,
    FaultOut,
    OrganisationChange,
    OrganisationIn,
    OrganisationOut,
    PublicCodeIn,
    PublicCodeOut,
)
from commons.registry.store import RegistryStore
from commons.registry.territory import understood
from commons.web.handlers import Db, Lent
from commons.web.openapi import SECURED, read, refusals, written
from commons.web.pages import AnyRequest, locale_of

Words = Annotated[str, QueryParameter(max_length=200)]


class CommonsApi(Controller):
    path = "/api/v1/commons"
    tags = ("Commons",)

    @get(summary="List commons", responses=refusals(422))
    async def listing(self, db: Db, q: Words = "", territory: Words = "") -> list[CommonsOut]:
        """Commons by name, within a `territory`.

        A territory is a commune, an EPCI, a département, a region or its code; what lies
        within counts too.
        """
        key = understood(clean_text(territory, 200)) if territory else ""
        if key is None:
            raise InputError(
                t("Ce territoire est inconnu."),
                [FieldError("territory", t("Écrivez une commune, un EPCI ou son code."))],
            )
        found = await RegistryStore(db).search(clean_text(q, 200), key)
        return [CommonsOut.of(commons) for commons in found]

    @post(
        summary="Register a commons", security=SECURED, responses=refusals(403, 409, 413, 422)
    )
    async def register(
        self, data: JSONBody[CommonsIn], db: Db, me: Me, services: Lent
    ) -> CommonsOut:
        """Register a commons and open its journal; the sender becomes its steward."""
        person = require_registrant(me)
        facts = commons_facts(data.typed())
        return CommonsOut.of(await register_commons(db, services, person, facts))

    @post(
        "/publiccode",
        summary="Read or register a publiccode.yml",
        security=SECURED,
        status_code=200,
        responses=refusals(403, 409, 413, 422),
    )
    async def publiccode(
        self,
        request: AnyRequest,
        data: JSONBody[PublicCodeIn],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Response[PublicCodeOut]:
        """Every fault with its place, and the corrected file; 201 when it was registered."""
        person = require_registrant(me)
        found = read_publiccode(data.text.encode())
        typed = {**found.typed, **data.amended.typed()}
        commons = None
        if data.register_it:
            facts = commons_facts(typed)
            commons = CommonsOut.of(await register_commons(db, services, person, facts))
        locale = locale_of(request)
        answer = PublicCodeOut(
            fields=typed,
            faults=[FaultOut.of(fault, locale) for fault in found.faults],
            corrected=found.corrected,
            commons=commons,
        )
        return Response(answer, status_code=201 if commons else 200)

    @get("/{slug:str}", summary="Read a commons", responses=refusals(404))
    async def read(self, slug: FromPath[str], db: Db) -> CommonsOut:
        return CommonsOut.of(await RegistryStore(db).by_slug(slug))

    @patch("/{slug:str}", summary="Change a commons", security=SECURED, responses=written())
    async def change(
        self,
        slug: FromPath[str],
        data: JSONBody[CommonsChange],
        db: Db,
        me: Me,
        services: Lent,
    ) -> CommonsOut:
        """Change what is said of a commons. Its slug and journal stay."""
        registry = RegistryStore(db)
        commons = await registry.by_slug(slug)
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        typed = {**typed_again(commons.facts), **data.typed()}
        facts = commons_facts(typed, commons.facts.carrier_id)
        await registry.change(commons.commons_id, facts, services.clock())
        return CommonsOut.of(await registry.by_id(commons.commons_id))


class OrganisationsApi(Controller):
    path = "/api/v1/organisations"
    tags = ("Organisations",)

    @get(summary="List organisations", responses=refusals(422))
    async def listing(self, db: Db, q: Words = "") -> list[OrganisationOut]:
        """Organisations by name, SIRET, SIREN or RNA number."""
        found = await RegistryStore(db).organisations(clean_text(q, 200))
        return [OrganisationOut.of(item) for item in found]

    @post(
        summary="Register an organisation",
        security=SECURED,
        responses=refusals(403, 409, 413, 422),
    )
    async def register(
        self, data: JSONBody[OrganisationIn], db: Db, me: Me, services: Lent
    ) -> OrganisationOut:
        person = require_registrant(me)
        facts = organisation_facts(data.typed())
        return OrganisationOut.of(await register_organisation(db, services, person, facts))

    @get("/{slug:str}", summary="Read an organisation", responses=read())
    async def read(self, slug: FromPath[str], db: Db) -> OrganisationOut:
        return OrganisationOut.of(await RegistryStore(db).organisation_by_slug(slug))

    @patch(
        "/{slug:str}", summary="Change an organisation", security=SECURED, responses=written()
    )
    async def change(
        self, slug: FromPath[str], data: JSONBody[OrganisationChange], db: Db, me: Me
    ) -> OrganisationOut:
        """Change what is said of an organisation: whoever registered it may, or its agents."""
        registry = RegistryStore(db)
        found = await registry.organisation_by_slug(slug)
        require(me, Operation.EDIT_ORGANISATION, found.organisation_id)
        facts = organisation_facts({**organisation_typed_again(found.facts), **data.typed()})
        return OrganisationOut.of(
            await registry.change_organisation(found.organisation_id, facts)
        )


class KeyApi(Controller):
    path = "/api/v1/key"
    tags = ("Ledger",)

    @get(summary="The key journals are signed with", responses=refusals())
    async def key(self, services: Lent) -> dict[str, str]:
        """The verifier key to pin, as C2SP `signed-note` writes it."""
        return {"verifier_key": str(signer_of(services).verifier)}


REGISTRY_ROUTES = (CommonsApi, OrganisationsApi, KeyApi)
