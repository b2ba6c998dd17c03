"""Pages that change a dossier: one per step, one per clause, the text, what is set aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.kernel.errors import FieldError, InputError, NotFoundError
from commons.kernel.text import t
from commons.procurement import labels as words
from commons.procurement.desk import (
    Desk,
    crumbs_of,
    open_desk,
    save_fields,
    save_text,
    take,
    writer_of,
)
from commons.procurement.dossier_file import read_dossier
from commons.procurement.forms import (
    STEP_BY_SLUG,
    Step,
    beside,
    changed,
    row_counts,
    typed_again,
)
from commons.procurement.pages import overview
from commons.procurement.placing import on_page
from commons.procurement.store import KeptDossier
from commons.procurement.writing import Fields, Raw
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Form, View, form_page, read_form, see_other


@contextmanager
def told(form: Form, kept: KeptDossier) -> Iterator[str]:
    """What the form had seen. Once its writer was told of a change, they have seen it."""
    seen = form.get("seen")
    form.typed["seen"] = [kept.seen]
    yield seen


class DossierEditPages(Controller):
    path = "/dossiers/{dossier_id:uuid}"
    include_in_schema = False

    @get("/etape/{slug:str}")
    async def ask(
        self,
        request: AnyRequest,
        dossier_id: FromPath[UUID],
        slug: FromPath[str],
        db: Db,
        me: Me,
    ) -> Template:
        desk = await open_desk(db, dossier_id, me)
        step = _step(slug)
        typed = {**typed_again(desk.fields, step), "seen": [desk.kept.seen]}
        return form_page(request, _step_view(desk, step, desk.fields), Form(typed))

    @post("/etape/{slug:str}")
    async def answer(
        self,
        request: AnyRequest,
        dossier_id: FromPath[UUID],
        slug: FromPath[str],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Save one step. What is refused is shown again, each fault beside its field."""
        desk = await open_desk(db, dossier_id, me, to_change=True)
        step = _step(slug)
        sent = await read_form(request)
        fields = changed(desk.fields, step, sent)
        form = Form({**typed_again(fields, step), "seen": [sent.get("seen")]})
        with form.shown_again(_step_view(desk, step, fields)), told(form, desk.kept) as seen:
            try:
                await save_fields(db, services, desk, fields, seen)
            except InputError as error:
                raise beside(error, step) from error
        if sent.get("next") == "stay":
            return see_other(f"{desk.address}/etape/{slug}", "dossier")
        return see_other(desk.address, "dossier")

    @get("/texte")
    async def text(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Template:
        _, kept = await take(db, dossier_id, me)
        typed = Form({"text": [kept.text], "seen": [kept.seen]})
        return form_page(request, await _text_view(db, services, kept), typed)

    @post("/texte")
    async def write(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Save the file as it was typed. One that does not read is refused and shown again."""
        person, kept = await take(db, dossier_id, me, to_change=True)
        form = await _whole(request)
        typed = form.typed["text"][0].replace("\r\n", "\n")
        view = await _text_view(db, services, kept, typed)
        with form.shown_again(view), told(form, kept) as seen:
            try:
                await save_text(db, services, kept, person, typed, seen)
            except InputError as error:
                fault = t("Corrigez le texte : les fautes sont nommées au-dessus.")
                raise InputError(error.text, [FieldError("text", fault)]) from error
        return see_other(f"/dossiers/{dossier_id}", "dossier")

    @post("/ecarter")
    async def set_aside(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Set a finding aside; the reason stays in the file."""
        desk = await open_desk(db, dossier_id, me, to_change=True)
        form = await read_form(request)
        name = f"reason-{form.get('number')}"
        waiver: dict[str, Raw] = {
            "rule": form.get("rule"),
            "reason": form.get(name),
            "place": form.get("place"),
        }
        before = desk.fields.get("waivers", [])
        waivers = [*(before if isinstance(before, list) else []), waiver]
        fields: Fields = {**desk.fields, "waivers": waivers}
        with (
            form.shown_again(await overview(db, services, desk)),
            told(form, desk.kept) as seen,
        ):
            try:
                await save_fields(db, services, desk, fields, seen)
            except InputError as error:
                raise InputError(
                    t("Ce constat n'est pas mis à l'écart."), [FieldError(name, error.text)]
                ) from error
        return see_other(desk.address, "dossier")

    @post("/reprendre")
    async def take_back(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Let a finding count again: every waiver that covers it leaves the file."""
        desk = await open_desk(db, dossier_id, me, to_change=True)
        form = await read_form(request)
        fields = _without_waivers(desk.fields, form.get("rule"), form.get("place"))
        with (
            form.shown_again(await overview(db, services, desk)),
            told(form, desk.kept) as seen,
        ):
            await save_fields(db, services, desk, fields, seen)
        return see_other(desk.address, "dossier")


async def _whole(request: AnyRequest) -> Form:
    """The posted text however long: a refusal must be able to show it again."""
    sent = await request.form()
    return Form({name: [str(sent.get(name, ""))] for name in ("text", "seen")})


def _step(slug: str) -> Step:
    if slug not in STEP_BY_SLUG:
        raise NotFoundError(t("Cette étape n'existe pas."))
    return STEP_BY_SLUG[slug]


def _step_view(desk: Desk, step: Step, fields: Fields) -> View:
    catalogue_of = desk.shows()["catalogue"]
    models = [c for c in catalogue_of.clauses.values() if c.criterion is not None]
    shows: dict[str, Any] = {
        **desk.shows(),
        "step": step,
        "rows": row_counts(fields, step),
        "here": on_page(desk.findings, step.slug),
        "criterion_clauses": [("", t("aucune")), *((c.id, c.title) for c in models)],
    }
    return View(f"procurement/step_{step.slug}.html", step.title, desk.crumbs, shows)


async def _text_view(
    db: Db, services: Services, kept: KeptDossier, typed: str | None = None
) -> View:
    """The editor; with the faults of what was typed, and the kept text when it differs."""
    faults: list[FieldError] = []
    unreadable = None
    try:
        read_dossier(kept.text if typed is None else typed)
    except InputError as error:
        faults, unreadable = list(error.errors), error.text
    shows: dict[str, Any] = {
        "kept": kept,
        "faults": faults,
        "unreadable": unreadable,
        "writer": await writer_of(db, services, kept),
        "theirs": kept.text if typed is not None and typed != kept.text else "",
        "words": words,
    }
    return View("procurement/text.html", t("Le texte du dossier"), crumbs_of(kept), shows)


def _without_waivers(fields: Fields, rule: str, place: str) -> Fields:
    waivers = fields.get("waivers", [])
    left = [
        waiver
        for waiver in (waivers if isinstance(waivers, list) else [])
        if not (
            isinstance(waiver, dict)
            and waiver.get("rule") == rule
            and waiver.get("place", "") in ("", place)
        )
    ]
    rest = {key: value for key, value in fields.items() if key != "waivers"}
    return {**rest, "waivers": left} if left else rest
