"""Pages of a commons' journal: log, read, attest, reverse, import, take away."""

from datetime import datetime
from uuid import UUID, uuid4

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require
from commons.identity.store import IdentityStore
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t
from commons.ledger.appending import append_all
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.model import AlreadyWritten, Draft, Entry, Kind, State
from commons.ledger.rules import reversal_of
from commons.ledger.sealing import Sealer, sealed_entries
from commons.ledger.store import PAGE, Filter, JournalStore
from commons.registry.access import persons_in, sight_is_open
from commons.registry.contributing import check_reversible, contribution_draft
from commons.registry.importing import Importer
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of, sight_of, signer_of
from commons.registry.store import RegistryStore
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


class JournalPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/consigner")
    async def log(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.LOG, commons.commons_id)
        view = await self._log_view(commons, db, me, services)
        typed = {"entry_id": [str(uuid4())], "day": [services.clock().date().isoformat()]}
        return form_page(request, view, Form(typed))

    @post("/consigner")
    async def write(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Log a contribution. The form carries its key: sending it twice writes once."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG, commons.commons_id)
        form = await read_form(request)
        with form.shown_again(await self._log_view(commons, db, me, services)):
            contributor = await self._contributor(form, commons, db, me, services)
            draft = contribution_draft(
                {name: form.get(name) for name in form.typed},
                entry_id=_uuid(form.get("entry_id")),
                contributor=contributor,
                recorder=person.person_id,
            )
            [outcome] = await append_all(db, commons.commons_id, [draft], services.clock())
        again = isinstance(outcome, AlreadyWritten)
        if form.get("next") == "another":
            return see_other(f"/communs/{slug}/consigner", "deja" if again else "consigne")
        place = f"/communs/{slug}/journal/{draft.entry_id}"
        return see_other(place, "deja" if again else "consigne")

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
        shows = {"commons": commons, "people": people}
        title = t("Consigner une contribution")
        return View("registry/log.html", title, crumbs_of(commons), shows)

    @get("/journal")
    async def journal(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        query = request.query_params
        state = State(query["etat"]) if query.get("etat") in list(State) else None
        kinds = (Kind(query["genre"]),) if query.get("genre") in list(Kind) else ()
        before = _cursor(query.get("avant", ""))
        store = JournalStore(db)
        wanted = Filter(kinds=kinds, state=state)
        entries = await store.page(commons.commons_id, wanted, before)
        shows = {
            "commons": commons,
            "entries": entries,
            "sight": await sight_of(db, services, commons, me, persons_in(entries)),
            "state": state or "",
            "kind": kinds[0] if kinds else "",
            "count": await store.count(commons.commons_id),
            "older": _after(entries[-1]) if len(entries) == PAGE else "",
            "sealed": await Sealer(db, signer_of(services)).latest(commons.commons_id),
            "may_attest": may(me, Operation.ATTEST, commons.commons_id),
            "may_import": may(me, Operation.LOG_FOR_OTHERS, commons.commons_id),
        }
        return page(
            request, View("registry/journal.html", t("Journal"), crumbs_of(commons), shows)
        )

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
        view = await self._entry_view(commons, entry_id, db, me, services)
        return form_page(request, view)

    async def _entry_view(
        self, commons: Commons, entry_id: UUID, db: Db, me: Me, services: Services
    ) -> View:
        sight_is_open(commons, me)
        store = JournalStore(db)
        entry = await store.entry(commons.commons_id, entry_id)
        story = await store.about(commons.commons_id, entry_id)
        postings = await store.postings_of(commons.commons_id, entry_id)
        persons = persons_in([entry, *story])
        persons |= {item.account.ref for item in postings if item.account.ref}
        own = me is not None and entry.person("contributor") == me.person_id
        attested = me is not None and any(
            item.person("attester") == me.person_id for item in story
        )
        reversible = entry.kind is Kind.CONTRIBUTION and entry.reversed_by is None
        shows = {
            "commons": commons,
            "entry": entry,
            "story": story,
            "postings": postings,
            "sight": await sight_of(db, services, commons, me, persons),
            "may_attest": may(me, Operation.ATTEST, commons.commons_id)
            and not own
            and not attested
            and reversible,
            "own": own and reversible,
            "may_reverse": reversible
            and (may(me, Operation.REVERSE, commons.commons_id) or own),
        }
        crumbs = (*crumbs_of(commons), Crumb(t("Journal"), f"/communs/{commons.slug}/journal"))
        return View("registry/entry.html", t("Une écriture"), crumbs, shows)

    @post("/journal/{entry_id:uuid}/attester")
    async def attest(
        self, slug: FromPath[str], entry_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Redirect:
        commons = await RegistryStore(db).by_slug(slug)
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
        await append_all(db, commons.commons_id, [draft], now)
        return see_other(f"/communs/{slug}/journal/{entry_id}", "atteste")

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
        """Take a contribution back: its contributor may, or a steward; with a reason."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG, commons.commons_id)
        store = JournalStore(db)
        target = await store.entry(commons.commons_id, entry_id)
        if target.person("contributor") != person.person_id:
            require(me, Operation.REVERSE, commons.commons_id)
        check_reversible(target)
        form = await read_form(request)
        view = await self._entry_view(commons, entry_id, db, me, services)
        now = services.clock()
        with form.shown_again(view):
            if not form.get("reason"):
                text = t("Dites pourquoi cette écriture est annulée.")
                raise InputError(text, [FieldError("reason", text)])
            postings = await store.postings_of(commons.commons_id, entry_id)
            personal = {"reverser": str(person.person_id), "reason": form.get("reason")}
            draft = reversal_of(
                target, postings, entry_id=uuid4(), on=now.date(), personal=personal
            )
            await append_all(db, commons.commons_id, [draft], now)
        return see_other(f"/communs/{slug}/journal/{entry_id}", "annule")

    @get("/importer")
    async def choose_file(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        return form_page(request, _import_view(commons))

    @post("/importer", status_code=200)
    async def import_file(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        form = await read_form(request)
        people = IdentityStore(db, services.keyring.email)
        importer = Importer(db, people, commons.commons_id, services.clock())
        with form.shown_again(_import_view(commons)):
            sent = (await request.form()).get("file")
            data = await sent.read() if isinstance(sent, UploadFile) else b""
            if not data:
                text = t("Choisissez un fichier CSV.")
                raise InputError(text, [FieldError("file", text)])
            report = await importer.spreadsheet(
                data,
                person.person_id,
                all_or_nothing=bool(form.get("whole")),
                make_people=bool(form.get("people")),
            )
        shows = {"commons": commons, "report": report}
        view = View(
            "registry/imported.html", t("Résultat de l'import"), crumbs_of(commons), shows
        )
        return page(request, view)

    @get("/journal.json")
    async def export(
        self, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Response[bytes]:
        """The journal as one file that can be checked without us."""
        commons = await RegistryStore(db).by_slug(slug)
        data = await exported_journal(db, services, commons, me)
        name = f"journal-{commons.slug}.json"
        return Response(
            data,
            media_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


async def exported_journal(db: Db, services: Services, commons: Commons, me: Me) -> bytes:
    """The exported journal as `me` may see it, sealed up to now."""
    is_open = sight_is_open(commons, me)
    signer = signer_of(services)
    sealer = Sealer(db, signer)
    await sealer.seal(commons.commons_id, services.clock())
    latest = await sealer.latest(commons.commons_id)
    if latest is None:
        raise InputError(t("Ce journal est encore vide : il n'y a rien à télécharger."))
    entries = await sealed_entries(db, commons.commons_id, latest.size, opened=is_open)
    people = IdentityStore(db, services.keyring.email)
    named = {
        UUID(item.value)
        for entry in entries
        for name, item in entry.personal.items()
        if name.startswith("account.") or name in PERSON_FIELDS
    }
    names = {str(key): name for key, name in (await people.names(named)).items()}
    return spell_export(
        ExportedCommons(commons.commons_id, commons.slug, commons.name),
        latest.note,
        entries,
        names,
        signer=signer.name,
        key=signer.key,
    )


PERSON_FIELDS = ("contributor", "attester", "claimant", "recorder", "reverser")


def _import_view(commons: Commons) -> View:
    title = t("Importer un tableau")
    return View("registry/import.html", title, crumbs_of(commons), {"commons": commons})


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise InputError(t("Ce formulaire est abîmé : rechargez la page.")) from error


def _after(entry: Entry) -> str:
    return f"{entry.recorded_at.isoformat()}_{entry.entry_id}"


def _cursor(typed: str) -> tuple[datetime, UUID] | None:
    if not typed:
        return None
    moment, _, key = typed.replace(" ", "+").rpartition("_")
    try:
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None:
            raise ValueError(typed)
        return found, UUID(key)
    except ValueError as error:
        raise ClientException("unreadable cursor") from error
