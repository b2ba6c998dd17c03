"""Pages of charters: questions left, document right, then the files to download."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.charters.content import charter_model
from commons.charters.model import Ask, CommonsParty, PublicParty
from commons.charters.rules import answers_from, draft_charter, questions
from commons.charters.store import CharterStore
from commons.documents.html import render_html
from commons.documents.media import MEDIA
from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require, require_someone
from commons.kernel.errors import ForbiddenError, InputError
from commons.kernel.text import t
from commons.registry.access import sight_is_open
from commons.registry.model import Commons, Organisation, OrganisationKind
from commons.registry.pages import crumbs_of
from commons.registry.store import RegistryStore
from commons.registry.territory import described
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Crumb,
    Form,
    View,
    form_page,
    page,
    read_form,
    see_other,
)

MODEL = "charte-de-partenariat"


class CharterPages(Controller):
    path = "/communs/{slug:str}/chartes"
    include_in_schema = False

    @get()
    async def listing(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        shows = {
            "names_shown": sight_is_open(commons, me),
            "commons": commons,
            "charters": await CharterStore(db).of(commons.commons_id),
            "may_draft": may(me, Operation.CHARTER, commons.commons_id),
        }
        return page(
            request, View("charters/list.html", t("Chartes"), crumbs_of(commons), shows)
        )

    @get("/nouvelle")
    async def ask(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        """The questions, with what the registry already knows filled in."""
        registry = RegistryStore(db)
        commons = await registry.by_slug(slug)
        require(me, Operation.CHARTER, commons.commons_id)
        towns = await _towns(registry)
        chosen = request.query_params.get("collectivite", "")
        town = next((item for item in towns if str(item.organisation_id) == chosen), None)
        form = _prefilled(commons, town)
        view = _view(commons, form, towns, services, chosen=chosen)
        return form_page(request, view, form)

    @post("/nouvelle", status_code=200)
    async def answer(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template | Redirect:
        """Show the document with the answers given, or draw it up."""
        registry = RegistryStore(db)
        commons = await registry.by_slug(slug)
        person = require(me, Operation.CHARTER, commons.commons_id)
        form = await read_form(request)
        towns = await _towns(registry)
        view = _view(commons, form, towns, services)
        if form.get("step") != "draw":
            return form_page(request, view, form)
        now = services.clock()
        with form.shown_again(view):
            try:
                await CharterStore(db).draw_up(
                    commons.commons_id,
                    charter_model(MODEL),
                    _raw(form),
                    dated=now.date(),
                    by=person.person_id,
                    now=now,
                )
            except InputError as error:
                text = t("La charte n'est pas encore complète : reprenez ce qui est signalé.")
                raise InputError(text, error.errors) from error
        return see_other(f"/communs/{slug}/chartes", "charte")

    @get("/{charter_id:uuid}/charte.pdf")
    async def pdf(
        self, slug: FromPath[str], charter_id: FromPath[UUID], db: Db, me: Me
    ) -> Response[bytes]:
        return await _file(slug, charter_id, "pdf", db, me)

    @get("/{charter_id:uuid}/charte.docx")
    async def docx(
        self, slug: FromPath[str], charter_id: FromPath[UUID], db: Db, me: Me
    ) -> Response[bytes]:
        return await _file(slug, charter_id, "docx", db, me)


async def _file(slug: str, charter_id: UUID, form: str, db: Db, me: Me) -> Response[bytes]:
    commons = await RegistryStore(db).by_slug(slug)
    if not sight_is_open(commons, me):
        require_someone(me)
        raise ForbiddenError(
            t(
                "Une charte nomme ses signataires, et ce commun se montre sous pseudonymes : "
                "demandez-la à l'un de ses membres."
            )
        )
    data = await CharterStore(db).file(commons.commons_id, charter_id, form)
    headers = {"Content-Disposition": f'attachment; filename="charte-{commons.slug}.{form}"'}
    return Response(data, media_type=MEDIA[form], headers=headers)


async def _towns(registry: RegistryStore) -> list[Organisation]:
    return await registry.organisations(kind=OrganisationKind.COLLECTIVITE)


def commons_party(commons: Commons) -> CommonsParty:
    """What the registry knows of a commons that signs."""
    facts = commons.facts
    links = [link for link in facts.links if link.startswith("http")]
    return CommonsParty(
        name=commons.name,
        resource=facts.resource,
        community=facts.community,
        rules_url=links[0] if links else "",
        licence=facts.licences[0] if facts.licences else "",
        territory=described(facts.territory) if facts.territory else "",
        legal_personality=facts.is_legal_person,
    )


def _prefilled(commons: Commons, town: Organisation | None) -> Form:
    party = PublicParty(town.name, town.facts.siret or "") if town else PublicParty("")
    typed: dict[str, list[str]] = {}
    for name, answer in answers_from(commons_party(commons), party).items():
        typed[name] = [_typed(answer)] if not isinstance(answer, tuple) else list(answer)
    return Form(typed)


def _typed(answer: object) -> str:
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return str(answer)


def _raw(form: Form) -> dict[str, object]:
    """The answers as the charter's reader takes them; what was left empty is left out."""
    raw: dict[str, object] = {}
    asks = {ask.name: ask for ask in questions(charter_model(MODEL), _all(form))}
    for name, ask in asks.items():
        value = _value(ask, form)
        if value not in ("", []):
            raw[name] = value
    return raw


def _all(form: Form) -> dict[str, object]:
    model = charter_model(MODEL)
    known = {ask.name: ask for ask in model.asks}
    for article in (place.article for place in model.places):
        known |= {ask.name: ask for ask in article.asks}
    values = {name: _value(ask, form) for name, ask in known.items()}
    return {name: value for name, value in values.items() if value not in ("", [])}


def _value(ask: Ask, form: Form) -> object:
    if ask.type == "choices":
        return [value for value in form.all(ask.name) if value]
    if ask.type == "list":
        lines = "\n".join(form.all(ask.name)).splitlines()
        return [line.strip() for line in lines if line.strip()]
    typed = form.get(ask.name)
    if ask.type == "boolean" and typed:
        return typed == "true"
    if ask.type == "integer" and typed.isdecimal():
        return int(typed)
    return typed


def _view(
    commons: Commons,
    form: Form,
    towns: list[Organisation],
    services: Services,
    chosen: str = "",
) -> View:
    model = charter_model(MODEL)
    raw = _all(form)
    preview, missing = "", None
    try:
        now = services.clock().date()
        document = draft_charter(model, _raw(form), dated=now, reference="PROJET")
        preview = render_html(document, level=2)
    except InputError as error:
        missing = error.errors
    shows: dict[str, Any] = {
        "commons": commons,
        "groups": _groups(questions(model, raw)),
        "towns": towns,
        "chosen": chosen,
        "preview": preview,
        "missing": missing,
    }
    return View("charters/new.html", t("Rédiger une charte"), _crumbs(commons), shows)


def _groups(asks: Sequence[Ask]) -> list[tuple[str, list[Ask]]]:
    """The questions under the title of the article that needs them; shared ones first."""
    model = charter_model(MODEL)
    titles = {
        ask.name: place.article.title for place in model.places for ask in place.article.asks
    }
    groups: dict[str, list[Ask]] = {}
    for ask in asks:
        groups.setdefault(titles.get(ask.name, ""), []).append(ask)
    return list(groups.items())


def _crumbs(commons: Commons) -> tuple[Crumb, ...]:
    return (*crumbs_of(commons), Crumb(t("Chartes"), f"/communs/{commons.slug}/chartes"))
