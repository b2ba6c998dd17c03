"""What an instance holds about a person: taken away in one file, or erased for good."""

import json
from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.response import Redirect, Template

from commons.chamber.leaving import claims_of
from commons.charters.store import CharterStore
from commons.erased import erase_person, keep_list, sweep
from commons.identity.authentication import SESSION_COOKIE, Me
from commons.identity.leaving import known_of
from commons.identity.model import Person
from commons.identity.rules import require_someone
from commons.kernel.errors import FieldError, InputError
from commons.kernel.quantity import plain
from commons.kernel.text import Text, t
from commons.ledger.erasing import ErasingStore, Mention
from commons.ledger.model import Entry
from commons.procurement.store import DossierStore
from commons.registry.store import RegistryStore
from commons.statements.files import document_answer, file_answer
from commons.statements.personal_paper import personal_document
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import (
    AnyRequest,
    Crumb,
    View,
    form_page,
    page,
    read_form,
    see_other,
)

FORM = "commons-person/1"
CONFIRMATION = "effacer"


class PersonalDataPages(Controller):
    path = "/moi"
    include_in_schema = False

    @get("/donnees")
    async def show(self, request: AnyRequest, db: Db, me: Me) -> Template:
        return form_page(request, await _view(db, require_someone(me)))

    @get("/donnees.json")
    async def take(self, db: Db, me: Me) -> Response[bytes]:
        """Everything about oneself, for oneself alone."""
        person = require_someone(me)
        data = await everything_about(db, person.person_id)
        return file_answer(data, "mes-donnees.json", "application/json")

    @get("/donnees.pdf")
    async def read(self, db: Db, me: Me, services: Lent) -> Response[bytes]:
        """The same, to be read, for oneself alone."""
        content = await held_about(db, require_someone(me).person_id)
        document = personal_document(content, spell(content), services.clock())
        return await document_answer(document, "mes-donnees", "pdf")

    @post("/effacer")
    async def erase(
        self, request: AnyRequest, db: Db, me: Me, services: Lent
    ) -> Redirect | Template:
        """Erase oneself, once the word was typed; nobody can undo it.

        The answer lists the documents that name the person and are kept, if there are any.
        """
        person = require_someone(me)
        form = await read_form(request)
        named = await _named(db, person.name)
        with form.shown_again(await _view(db, person)):
            if form.get("confirmation").casefold() != CONFIRMATION:
                text = t("Pour confirmer, écrivez le mot « effacer ».")
                raise InputError(t("Rien n'a été effacé."), [FieldError("confirmation", text)])
            await erase_person(db, person.person_id, services.clock())
        response: Redirect | Template = see_other("/", "efface")
        if named:
            shows = {"named": named}
            title = t("Vos données sont effacées")
            request.scope["state"]["visitor"] = None
            response = page(request, View("identity/erased.html", title, (), shows))
        # Once the answer has left, the erasure is committed: the list then says it too.
        response.background = BackgroundTask(_after_erasing, services, person.person_id)
        response.delete_cookie(SESSION_COOKIE)
        return response


async def _after_erasing(services: Services, person_id: UUID) -> None:
    async with services.engine.begin() as db:
        await sweep(db, person_id, services.clock())
        await keep_list(db, services.keyring.email, services.settings.data_dir)


@dataclass(frozen=True, slots=True)
class Named:
    """A document in which someone is named, and where to ask about it."""

    title: Text | str
    place: str
    href: str


async def _view(db: Db, person: Person) -> View:
    count = len(await ErasingStore(db).mentions(person.person_id))
    crumbs = (Crumb(t("Mon compte"), "/moi"),)
    shows = {"count": count, "named": await _named(db, person.name)}
    return View("identity/data.html", t("Mes données"), crumbs, shows)


async def _named(db: Db, name: str) -> list[Named]:
    """The charters and dossiers that name the person: erasing changes none of them."""
    charters = await CharterStore(db).naming(name)
    dossiers = await DossierStore(db).naming(name)
    registry = RegistryStore(db)
    several = await registry.several({commons_id for commons_id, _ in charters})
    commons = {item.commons_id: item for item in several}
    keepers = await registry.organisation_names(dossiers)
    return [
        *(
            Named(title, commons[key].name, f"/communs/{commons[key].slug}/chartes")
            for key, title in charters
        ),
        *(
            Named(t("Un dossier de consultation"), keepers[key], "/organisations")
            for key in dossiers
        ),
    ]


async def everything_about(db: Db, person_id: UUID) -> bytes:
    """A JSON file that a person can read."""
    return spell(await held_about(db, person_id))


async def held_about(db: Db, person_id: UUID) -> dict[str, object]:
    """What is held of a person, in the order things were recorded; `places` are names."""
    store = ErasingStore(db)
    entries = await store.entries(await store.mentions(person_id))
    identity, claims = await known_of(db, person_id), await claims_of(db, person_id)
    told = [_told(mention, entry) for mention, entry in entries]
    places = {UUID(item["commons_id"]) for item in claims}
    places |= {entry.commons_id for _, entry in entries}
    roles = identity["roles"]
    if isinstance(roles, list):
        places |= {UUID(role["scope_id"]) for role in roles}
    named = await RegistryStore(db).several(places)
    return {
        "form": FORM,
        "identity": identity,
        "claims": claims,
        "entries": told,
        "places": {str(item.commons_id): item.name for item in named},
    }


def spell(content: dict[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _told(mention: Mention, entry: Entry) -> dict[str, object]:
    return {
        "commons_id": str(entry.commons_id),
        "entry_id": str(entry.entry_id),
        "kind": str(entry.kind),
        "state": str(entry.state),
        "recorded_at": entry.recorded_at.isoformat(),
        "occurred_from": entry.occurred_from.isoformat(),
        "occurred_to": entry.occurred_to.isoformat(),
        "quantity": plain(entry.quantity) if entry.quantity is not None else None,
        "unit": entry.unit,
        "about": str(entry.about) if entry.about else None,
        "details": dict(entry.details),
        "personal": {name: entry.personal.get(name, "") for name in mention.fields},
    }
