"""The JSON API that brings in contributions kept elsewhere: a spreadsheet, a git history."""

from litestar import Controller, post
from litestar.params import FromPath, JSONBody

from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.identity.store import IdentityStore
from commons.registry.import_schemas import HistoryIn, ImportIn, ImportOut
from commons.registry.importing import Importer
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.openapi import SECURED, written
from commons.web.pages import AnyRequest, locale_of


class ImportApi(Controller):
    path = "/api/v1/commons/{slug:str}/contributions/import"
    tags = ("Ledger",)

    @post(
        summary="Import contributions from CSV",
        security=SECURED,
        status_code=200,
        responses=written(),
    )
    async def import_csv(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        data: JSONBody[ImportIn],
        db: Db,
        me: Me,
        services: Lent,
    ) -> ImportOut:
        """A verdict for each line. Importing the same file again adds nothing."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        people = IdentityStore(db, services.keyring.email)
        importer = Importer(db, people, commons.commons_id, services.clock())
        report = await importer.spreadsheet(
            data.csv.encode(),
            person.person_id,
            all_or_nothing=data.all_or_nothing,
            make_people=data.make_people,
        )
        return ImportOut.of(report, locale_of(request))

    @post(
        "/git",
        summary="Import a git history as claims",
        security=SECURED,
        status_code=200,
        responses=written(),
    )
    async def import_git(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        data: JSONBody[HistoryIn],
        db: Db,
        me: Me,
        services: Lent,
    ) -> ImportOut:
        """A verdict for each author of each line; each awaits attestation, none is worth hours.

        Importing the same history again, or a longer one, adds only what is new.
        """
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        people = IdentityStore(db, services.keyring.email)
        importer = Importer(db, people, commons.commons_id, services.clock())
        report = await importer.log(
            data.history.encode(),
            person.person_id,
            all_or_nothing=data.all_or_nothing,
            make_people=data.make_people,
        )
        return ImportOut.of(report, locale_of(request))
