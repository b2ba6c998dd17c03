"""Contesting an entry and answering, from its page."""

from uuid import UUID

from litestar import Controller, post
from litestar.params import FromPath
from litestar.response import Redirect

from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.kernel.addresses import REFUSED, has_address
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.model import Kind
from commons.ledger.store import JournalStore
from commons.registry.confirming import require_answerer, said_about
from commons.registry.journal_pages import entry_view
from commons.registry.once import entry_key, written
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Form, read_form


class ConfirmingPages(Controller):
    path = "/communs/{slug:str}/journal/{entry_id:uuid}"
    include_in_schema = False

    @post("/contester")
    async def contest(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Say what is wrong with someone else's contribution or claim."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.ATTEST, commons.commons_id)
        form = await read_form(request)
        now = services.clock()
        who = {"contester": person.person_id}
        view = await entry_view(commons, entry_id, db, me, services)
        with form.shown_again(view):
            reason, key = _reason(form, "contest"), entry_key(form.get("entry_id"))
            draft = said_about(Kind.CONTEST, entry_id, now.date(), who, reason, key=key)
            [outcome] = await append_all(db, commons.commons_id, [draft], now)
        return written(f"/communs/{slug}/journal/{entry_id}", "conteste", outcome)

    @post("/repondre")
    async def answer(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Answer a contest: whoever's entry was contested may, or a steward."""
        commons = await RegistryStore(db).by_slug(slug)
        store = JournalStore(db)
        person = await require_answerer(store, me, commons.commons_id, entry_id)
        form = await read_form(request)
        now = services.clock()
        who = {"answerer": person.person_id}
        contested = (await store.entry(commons.commons_id, entry_id)).about or entry_id
        view = await entry_view(commons, contested, db, me, services)
        with form.shown_again(view):
            reason, key = _reason(form, "answer"), entry_key(form.get("entry_id"))
            draft = said_about(Kind.ANSWER, entry_id, now.date(), who, reason, key=key)
            [outcome] = await append_all(db, commons.commons_id, [draft], now)
        return written(f"/communs/{slug}/journal/{entry_id}", "repondu", outcome)


def _reason(form: Form, name: str) -> str:
    """What was typed. A contest or an answer without words says nothing."""
    reason = form.get(name)
    text = t("Écrivez votre raison : elle sera lue avec l'écriture.") if not reason else None
    if has_address(reason):
        text = REFUSED
    if text is not None:
        raise InputError(text, [FieldError(name, text)])
    return reason
