"""Pages of dossiers: the list, a new one, where it stands, its files."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.documents.html import render_html
from commons.documents.media import MEDIA
from commons.identity.authentication import Me
from commons.identity.model import INSTANCE, Person
from commons.identity.rules import Operation, may
from commons.identity.store import IdentityStore
from commons.kernel.errors import FieldError, InputError, NotFoundError
from commons.kernel.text import Text, t
from commons.procurement import labels as words
from commons.procurement.access import buyers_for, require_any_preparer
from commons.procurement.assembly import assemble, wanted
from commons.procurement.bundle import archive, file_name, one_file
from commons.procurement.content import load_catalogue
from commons.procurement.desk import LIST, Desk, open_desk, take, writer_of
from commons.procurement.dossier_file import check_content
from commons.procurement.forms import STEPS, beside
from commons.procurement.placing import CLAUSES, on_page, standing
from commons.procurement.starts import QUESTIONS, begin, example, load_starts
from commons.procurement.store import DossierStore
from commons.procurement.writing import write_dossier
from commons.registry.model import Organisation
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Form,
    View,
    form_page,
    page,
    read_form,
    see_other,
)

PERMITTED = ("permitted", t("celle que le montant permet"))


class DossierPages(Controller):
    path = "/dossiers"
    include_in_schema = False

    @get()
    async def listing(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Template:
        """Where charters and purchases begin; the dossiers that the reader may see."""
        buyers = await _buyers(db, me) if me else []
        names = {item.organisation_id: item.name for item in buyers}
        found = await DossierStore(db).of(None if me and me.roles_in(INSTANCE) else names)
        names |= {
            missing: (await RegistryStore(db).organisation(missing)).name
            for missing in {item.organisation_id for item in found} - names.keys()
        }
        writers = IdentityStore(db, services.keyring.email)
        shows = {
            "found": found,
            "names": names,
            "may_prepare": may(me, Operation.DOSSIER),
            "teams": [
                (item.organisation_id, item.name)
                for item in buyers
                if may(me, Operation.APPOINT, item.organisation_id)
            ],
            "writers": await writers.names(item.changed_by for item in found),
        }
        return page(request, View("procurement/list.html", LIST.label, (), shows))

    @get("/nouveau")
    async def new(self, request: AnyRequest, db: Db, me: Me) -> Template:
        person = require_any_preparer(me)
        return form_page(request, _new_view(await _buyers(db, person)))

    @post("/nouveau")
    async def create(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Redirect:
        """Begin a dossier from the answers, or from the example that is shipped."""
        person = require_any_preparer(me)
        form = await read_form(request)
        buyers = await _buyers(db, person)
        now = services.clock()
        with form.shown_again(_new_view(buyers)):
            buyer = _chosen(buyers, form)
            try:
                if form.get("from") == "example":
                    fields = example(buyer)
                else:
                    reference = f"{now.year}-{uuid4().hex[:4].upper()}"
                    fields = begin(form, buyer, load_catalogue(), reference)
            except InputError as error:
                raise beside(error, QUESTIONS) from error
            kept = await DossierStore(db).create(
                buyer.organisation_id,
                check_content(fields).title,
                write_dossier(fields),
                by=person.person_id,
                now=now,
            )
        return see_other(f"/dossiers/{kept.dossier_id}", "dossier")

    @get("/{dossier_id:uuid}")
    async def show(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Template | Redirect:
        """Where the dossier stands: its steps, what was found, its files."""
        try:
            desk = await open_desk(db, dossier_id, me)
        except InputError:
            return see_other(f"/dossiers/{dossier_id}/texte")
        return form_page(request, await overview(db, services, desk))

    @get("/{dossier_id:uuid}/apercu/{piece:str}")
    async def preview(
        self,
        request: AnyRequest,
        dossier_id: FromPath[UUID],
        piece: FromPath[str],
        db: Db,
        me: Me,
    ) -> Template:
        """One document as it will read, with what was found in it."""
        desk = await open_desk(db, dossier_id, me)
        catalogue = load_catalogue()
        made = zip(
            wanted(desk.dossier, catalogue), assemble(desk.dossier, catalogue), strict=True
        )
        document = next((item for name, item in made if name == piece), None)
        if document is None:
            raise NotFoundError(t("Ce dossier n'a pas ce document."))
        shows = {
            **desk.shows(),
            "piece": piece,
            "preview": render_html(document, level=2),
            "inside": [item for item in desk.findings if item.document == piece],
        }
        view = View("procurement/preview.html", document.title, desk.crumbs, shows)
        return page(request, view)

    @get("/{dossier_id:uuid}/dossier.yaml")
    async def text(self, dossier_id: FromPath[UUID], db: Db, me: Me) -> Response[bytes]:
        _, kept = await take(db, dossier_id, me)
        return _attached(kept.text.encode(), "dossier.yaml", "application/yaml")

    @get("/{dossier_id:uuid}/tout.zip")
    async def everything(self, dossier_id: FromPath[UUID], db: Db, me: Me) -> Response[bytes]:
        """Every document as PDF and DOCX, and the YAML, in one archive."""
        desk = await open_desk(db, dossier_id, me)
        data = await asyncio.to_thread(archive, desk.dossier, load_catalogue(), desk.kept.text)
        name = file_name(desk.dossier, "dossier", "zip")
        return _attached(data, name, "application/zip")

    @get("/{dossier_id:uuid}/{piece:str}/{form:str}")
    async def download(
        self,
        dossier_id: FromPath[UUID],
        piece: FromPath[str],
        form: FromPath[str],
        db: Db,
        me: Me,
    ) -> Response[bytes]:
        desk = await open_desk(db, dossier_id, me)
        catalogue = load_catalogue()
        data = await asyncio.to_thread(one_file, desk.dossier, catalogue, piece, form)
        return _attached(data, file_name(desk.dossier, piece, form), MEDIA[form])


def _attached(data: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)


async def _buyers(db: Db, person: Person) -> list[Organisation]:
    return await buyers_for(person, RegistryStore(db))


def _chosen(buyers: list[Organisation], form: Form) -> Organisation:
    wished = form.get("organisation")
    found = next((item for item in buyers if str(item.organisation_id) == wished), None)
    if found is None:
        raise InputError(
            t("Il manque des réponses."),
            [FieldError("organisation", t("Choisissez la collectivité qui achète."))],
        )
    return found


def _new_view(buyers: list[Organisation]) -> View:
    shows: dict[str, Any] = {
        "buyers": [(str(item.organisation_id), item.name) for item in buyers],
        "starts": [(start.id, start.title) for start in load_starts().values()],
        "procedures": [PERMITTED, *words.procedure.items()],
        "words": words,
    }
    return View("procurement/new.html", QUESTIONS.title, (LIST,), shows)


async def overview(db: Db, services: Services, desk: Desk) -> View:
    """The page of a dossier: each step with what stands in it."""
    titles: list[tuple[str, Text]] = [(step.slug, step.title) for step in STEPS]
    titles.insert(-1, (CLAUSES, t("Les clauses")))
    steps = []
    for slug, title in titles:
        found = on_page(desk.findings, slug)
        steps.append((slug, title, standing(found, "error"), standing(found, "warning")))
    shows = {
        **desk.shows(),
        "steps": steps,
        "writer": await writer_of(db, services, desk.kept),
        "today": services.clock().date(),
    }
    return View("procurement/dossier.html", desk.kept.title, (LIST,), shows)
