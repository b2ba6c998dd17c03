"""Pages of the rules of a journal: read them, see what would change, adopt; declare units."""

from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, may, require
from commons.kernel.errors import InputError
from commons.kernel.quantity import BUILT_IN_UNITS, plain
from commons.kernel.text import t
from commons.ledger.model import DatedRules, Rules
from commons.ledger.rules import rules_at
from commons.ledger.ruling import RulesStore
from commons.ledger.store import JournalStore
from commons.registry.access import persons_in, sight_is_open
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of, sight_of
from commons.registry.ruling import (
    ATTESTERS,
    ATTESTING,
    changes,
    check_still_known,
    described,
    read_rules,
    read_unit,
)
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, Form, View, form_page, read_form, see_other


class RulingPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get("/regles")
    async def rules(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        return form_page(request, await _view(commons, db, me, services))

    @post("/regles/relire", status_code=200)
    async def review(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        """Say what would change from now on; nothing is adopted yet."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        form = await read_form(request)
        view = await _view(commons, db, me, services)
        if form.get("step") == "edit":
            return form_page(request, view, form)
        with form.shown_again(view):
            before: Rules = view.shows["current"]
            after = _read(form)
            changed = changes(before, after)
            if not changed:
                raise InputError(t("Ce sont déjà les règles de ce commun : rien ne change."))
        shows = {
            "commons": commons,
            "changed": changed,
            "kept": [text for text in described(after) if text in described(before)],
            "form": form,
            "attesters": sorted(after.attesters),
        }
        title = t("Relire les nouvelles règles")
        crumb = Crumb(t("Règles du journal"), f"/communs/{slug}/regles")
        view = View("registry/rules_review.html", title, (*crumbs_of(commons), crumb), shows)
        return form_page(request, view, form)

    @post("/regles")
    async def decide(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Adopt the rules that were reviewed: they hold from now on, as an entry."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.EDIT_COMMONS, commons.commons_id)
        form = await read_form(request)
        store = RulesStore(db)
        with form.shown_again(await _view(commons, db, me, services)):
            rules = _read(form)
            check_still_known(await store.all(commons.commons_id), form.get("known"))
            now = services.clock()
            await store.decide(commons.commons_id, rules, person.person_id, now)
        return see_other(f"/communs/{slug}/regles", "regles")

    @post("/unites")
    async def declare_unit(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Redirect:
        """Declare what else contributions are counted in; it is never changed."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.EDIT_COMMONS, commons.commons_id)
        form = await read_form(request)
        with form.shown_again(await _view(commons, db, me, services)):
            unit = read_unit(form.get("code"), form.get("scale") or "0", form.get("label"))
            await JournalStore(db).declare_unit(commons.commons_id, unit)
        return see_other(f"/communs/{slug}/regles", "unite")


def _read(form: Form) -> Rules:
    return read_rules({name: form.get(name) for name in form.typed}, form.all("attesters"))


async def _view(commons: Commons, db: Db, me: Me, services: Services) -> View:
    """The rules in force, those before, and the units, for whoever reads the journal."""
    sight_is_open(commons, me)
    journal = JournalStore(db)
    known = await RulesStore(db).all(commons.commons_id)
    said = await journal.entries_by_id(commons.commons_id, [item.entry_id for item in known])
    current = rules_at(known, services.clock())
    units = await journal.units(commons.commons_id)
    shows: dict[str, Any] = {
        "commons": commons,
        "current": current,
        "sentences": described(current),
        "history": _history(known),
        "said": said,
        "sight": await sight_of(db, services, commons, me, persons_in(said.values())),
        "known": str(known[-1].entry_id) if known else "",
        "advance": plain(current.advance),
        "roles": [(role, ATTESTING[role]) for role in ATTESTERS],
        "units": [unit for unit in units.values() if unit.code not in BUILT_IN_UNITS],
        "may_rule": may(me, Operation.EDIT_COMMONS, commons.commons_id),
    }
    crumb = Crumb(t("Journal"), f"/communs/{commons.slug}/journal")
    title = t("Règles du journal")
    return View("registry/rules.html", title, (*crumbs_of(commons), crumb), shows)


def _history(known: list[DatedRules]) -> list[tuple[DatedRules, list[Any]]]:
    """Each decision with the sentences it changed, the latest first."""
    before, found = Rules(), []
    for dated in known:
        found.append((dated, [text for _, text in changes(before, dated.rules)]))
        before = dated.rules
    return found[::-1]
