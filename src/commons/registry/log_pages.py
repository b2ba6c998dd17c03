"""« Consigner »: one screen to log a contribution, with the entry as it will be written."""

from contextlib import suppress
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require
from commons.identity.store import IdentityStore
from commons.kernel.duration import parse_minutes
from commons.kernel.errors import FieldError, InputError
from commons.kernel.quantity import MINUTE
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.filters import Filter
from commons.ledger.model import Entry, Kind
from commons.ledger.store import JournalStore
from commons.registry.contributing import contribution_draft, read_day
from commons.registry.model import Commons
from commons.registry.once import entry_key, written
from commons.registry.pages import crumbs_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.formatting import duration
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Form,
    View,
    form_page,
    page,
    read_form,
)

PLACES = {"occurred_on": "day"}
"""Where a refusal of the ledger stands on the form."""


class LogPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/consigner")
    async def log(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.LOG, commons.commons_id)
        view = await self._log_view(commons, db, me, services)
        typed = {"day": [services.clock().date().isoformat()]}
        last = view.shows["last"]
        if last and request.query_params.get("comme") == str(last.entry_id):
            typed |= _typed_again(last)
        return form_page(request, view, Form(typed))

    @post("/consigner")
    async def write(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Log a contribution. The form carries its key: sending it twice writes once."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG, commons.commons_id)
        form = await read_form(request)
        with form.shown_again(await self._log_view(commons, db, me, services), PLACES):
            contributor = await self._contributor(form, commons, db, me, services)
            draft = contribution_draft(
                {name: form.get(name) for name in form.typed},
                entry_id=entry_key(form.get("entry_id")),
                contributor=contributor,
                recorder=person.person_id,
            )
            [outcome] = await append_all(db, commons.commons_id, [draft], services.clock())
        is_last = form.get("next") != "another"
        then = f"journal/{draft.entry_id}" if is_last else "consigner"
        return written(f"/communs/{slug}/{then}", "consigne", outcome)

    async def _contributor(
        self, form: Form, commons: Commons, db: Db, me: Me, services: Services
    ) -> UUID:
        """Oneself, or, for stewards and treasurers, any member."""
        person = require(me, Operation.LOG, commons.commons_id)
        chosen = form.get("contributor")
        if not chosen or chosen == str(person.person_id):
            return person.person_id
        require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        store = IdentityStore(db, services.keyring.email)
        members = {str(m.person_id): m for m in await store.members(commons.commons_id)}
        if chosen not in members:
            text = t("Choisissez une personne de ce commun.")
            raise InputError(text, [FieldError("contributor", text)])
        return members[chosen].person_id

    async def _log_view(self, commons: Commons, db: Db, me: Me, services: Services) -> View:
        for_others = may(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        store = IdentityStore(db, services.keyring.email)
        members = await store.members(commons.commons_id) if for_others else []
        people = [(str(member.person_id), member.name) for member in members]
        person = require(me, Operation.LOG, commons.commons_id)
        wanted = Filter(person=person.person_id, kinds=(Kind.CONTRIBUTION,))
        found = await JournalStore(db).page(commons.commons_id, wanted, limit=1)
        shows = {"commons": commons, "people": people, "last": found[0] if found else None}
        title = t("Consigner une contribution")
        return View("registry/log.html", title, crumbs_of(commons), shows)

    @post("/consigner/apercu", status_code=200)
    async def preview(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        """The entry as it would be written from what is typed so far; nothing is kept."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG, commons.commons_id)
        form = await read_form(request)
        names = await IdentityStore(db, services.keyring.email).members(commons.commons_id)
        chosen = form.get("contributor", str(person.person_id))
        shows: dict[str, object] = {
            "who": next((m.name for m in names if str(m.person_id) == chosen), person.name),
            "form": form,
            "minutes": None,
            "day": None,
        }
        with suppress(InputError):
            shows["minutes"] = parse_minutes(form.get("duration"))
        with suppress(InputError):
            shows["day"] = read_day(form.get("day"))
        return page(request, View("registry/_preview.html", "", (), shows))


def _typed_again(entry: Entry) -> dict[str, list[str]]:
    """The fields of the form that would log the same again, on another day."""
    texts = {name: entry.personal.get(name, "") for name in ("description", "links")}
    codes = {name: entry.details.get(name, "") for name in ("nature", "reward")}
    typed = {name: [value] for name, value in (texts | codes).items()}
    if entry.quantity is not None and entry.unit == MINUTE.code:
        typed["duration"] = [duration(entry.quantity, "fr")]
    return typed
