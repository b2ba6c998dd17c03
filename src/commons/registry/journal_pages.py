"""Pages of a commons' journal: read, attest, reverse, take away."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require
from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.model import Draft, Kind
from commons.ledger.rules import CONTESTABLE, rules_at
from commons.ledger.ruling import RulesStore
from commons.ledger.store import JournalStore
from commons.registry.access import persons_in, sight_is_open
from commons.registry.asking import Asked, unread
from commons.registry.confirming import (
    is_subject,
    may_answer,
    may_attest,
    said_about,
    standing_of,
)
from commons.registry.exporting import export_of
from commons.registry.journal_view import journal_view
from commons.registry.model import Commons
from commons.registry.once import entry_key, written
from commons.registry.pages import crumbs_of, sight_of, signer_of
from commons.registry.reversing import may_reverse, require_reverser, take_back
from commons.registry.ruling import described
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Crumb,
    Form,
    View,
    form_page,
    read_form,
)


class JournalPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/journal")
    async def journal(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        query = {name: request.query_params.get(name, "") for name in request.query_params}
        view = await journal_view(commons, Asked.of(query), db, me, services)
        return form_page(request, view, _refused_filter(view, query))

    @post("/journal/attester")
    async def attest_several(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Attest what was ticked: all of it, or nothing if one is refused."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.ATTEST, commons.commons_id)
        form = await read_form(request)
        asked = Asked.of({name: form.get(name) for name in form.typed})
        view = await journal_view(commons, asked, db, me, services)
        now = services.clock()
        with form.shown_again(view):
            ticked = [entry_key(typed) for typed in form.all("entree")]
            if not ticked:
                text = t("Cochez les contributions que vous attestez, puis recommencez.")
                raise InputError(text)
            key = entry_key(form.get("entry_id"))
            drafts = [
                _attestation(entry_id, person.person_id, now, uuid5(key, str(entry_id)))
                for entry_id in ticked
            ]
            standing = standing_of(person, commons.commons_id)
            outcomes = await append_all(db, commons.commons_id, drafts, now, standing)
        return written(f"/communs/{slug}/journal?{asked.query}", "attestees", *outcomes)

    @get("/journal/{entry_id:uuid}")
    async def entry(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        view = await entry_view(commons, entry_id, db, me, services)
        return form_page(request, view)

    @post("/journal/{entry_id:uuid}/attester")
    async def attest(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.ATTEST, commons.commons_id)
        form = await read_form(request)
        now = services.clock()
        with form.shown_again(await entry_view(commons, entry_id, db, me, services)):
            draft = _attestation(
                entry_id, person.person_id, now, entry_key(form.get("entry_id"))
            )
            standing = standing_of(person, commons.commons_id)
            [outcome] = await append_all(db, commons.commons_id, [draft], now, standing)
        return written(f"/communs/{slug}/journal/{entry_id}", "atteste", outcome)

    @post("/journal/{entry_id:uuid}/annuler")
    async def reverse(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Take an entry back, with a reason: who may, `reversing` says."""
        commons = await RegistryStore(db).by_slug(slug)
        store = JournalStore(db)
        person, target = await require_reverser(store, me, commons.commons_id, entry_id)
        form = await read_form(request)
        view = await entry_view(commons, entry_id, db, me, services)
        now = services.clock()
        with form.shown_again(view):
            key, reason = entry_key(form.get("entry_id")), form.get("reason")
            outcome = await take_back(db, target, person, reason, entry_id=key, now=now)
        return written(f"/communs/{slug}/journal/{entry_id}", "annule", outcome)

    @get("/journal.json")
    async def export(self, slug: FromPath[str], db: Db, me: Me, services: Lent) -> Stream:
        """The journal as one file that can be checked without us."""
        commons = await RegistryStore(db).by_slug(slug)
        export = await export_of(db, services, commons, me)
        name = f"journal-{commons.slug}.json"
        return Stream(
            export.pieces(services.engine.connect),
            media_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


async def entry_view(
    commons: Commons, entry_id: UUID, db: Db, me: Me, services: Services
) -> View:
    sight_is_open(commons, me)
    store = JournalStore(db)
    entry = await store.entry(commons.commons_id, entry_id)
    story = await store.about(commons.commons_id, entry_id)
    postings = await store.postings_of(commons.commons_id, entry_id)
    target = await store.entry(commons.commons_id, entry.about) if entry.about else None
    persons = persons_in([entry, *story, *([target] if target else [])])
    persons |= {item.account.ref for item in postings if item.account.ref}
    own = is_subject(me, entry)
    known = await RulesStore(db).all(commons.commons_id)
    attested = me is not None and any(item.person("attester") == me.person_id for item in story)
    reversible = entry.kind is Kind.CONTRIBUTION and entry.reversed_by is None
    contestable = entry.kind in CONTESTABLE and entry.reversed_by is None
    shows = {
        "commons": commons,
        "entry": entry,
        "story": story,
        "target": target,
        "postings": postings,
        "sight": await sight_of(db, services, commons, me, persons),
        "may_attest": reversible
        and not attested
        and may_attest(me, entry, rules_at(known, entry.recorded_at)),
        "own": own and reversible,
        "may_contest": may(me, Operation.ATTEST, commons.commons_id)
        and contestable
        and not is_subject(me, entry),
        "may_answer": may_answer(me, commons.commons_id, entry),
        "open_contests": await store.open_contests(commons.commons_id, entry_id),
        "may_reverse": may_reverse(me, entry),
        "withdrawable": {
            item.entry_id
            for item in story
            if item.kind in (Kind.ATTESTATION, Kind.CONTEST) and may_reverse(me, item)
        },
        "key": str(signer_of(services).verifier),
        "ruled": next((described(i.rules) for i in known if i.entry_id == entry_id), ()),
    }
    crumbs = (*crumbs_of(commons), Crumb(t("Journal"), f"/communs/{commons.slug}/journal"))
    return View("registry/entry.html", t("Une écriture"), crumbs, shows)


def _refused_filter(view: View, query: Mapping[str, str]) -> Form:
    """The filter as it was typed, and what of it cannot be read, if there is one to correct."""
    is_open = view.shows["sight"].is_open
    faults = unread(query, is_open=is_open) if view.shows["count"] else {}
    nameless = None if is_open else faults.pop("qui", None)
    form = Form({name: [query[name]] for name in faults}, faults)
    if faults:
        form.summary = t("Un filtre ne se lit pas : il ne restreint rien.")
    return form if faults or not nameless else Form(summary=nameless)


def _attestation(entry_id: UUID, attester: UUID, now: datetime, key: UUID) -> Draft:
    who = {"attester": attester}
    return said_about(Kind.ATTESTATION, entry_id, now.date(), who, key=key)
