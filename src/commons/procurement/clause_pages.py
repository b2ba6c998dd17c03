"""Pages of the clauses of a dossier: which are in, at which level, with which answers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.identity.authentication import Me
from commons.kernel.errors import FieldError, InputError, NotFoundError
from commons.kernel.text import t
from commons.procurement.catalogue import LEVELS, Catalogue, Clause, LevelName
from commons.procurement.clause_text import answer_faults, fill
from commons.procurement.content import load_catalogue
from commons.procurement.desk import Desk, open_desk, save_fields
from commons.procurement.edit_pages import told
from commons.procurement.model import Choice
from commons.procurement.pages import overview
from commons.procurement.placing import CLAUSES, clause_of, on_page
from commons.procurement.rules.law import cite
from commons.procurement.starts import fits
from commons.procurement.writing import Fields, Raw
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


class DossierClausePages(Controller):
    path = "/dossiers/{dossier_id:uuid}/clauses"
    include_in_schema = False

    @get()
    async def listing(
        self, request: AnyRequest, dossier_id: FromPath[UUID], db: Db, me: Me
    ) -> Template:
        """The clauses that are in, then those that could be."""
        desk = await open_desk(db, dossier_id, me)
        catalogue = load_catalogue()
        here = on_page(desk.findings, CLAUSES)
        chosen = [choice.clause for choice in desk.dossier.clauses]
        competitive = desk.dossier.is_competitive
        shows: dict[str, Any] = {
            **desk.shows(),
            "here": [item for item in here if not clause_of(item)],
            "by_clause": {
                name: [item for item in here if clause_of(item) == name] for name in chosen
            },
            "chosen": [
                (choice, catalogue.clauses.get(choice.clause))
                for choice in desk.dossier.clauses
            ],
            "offered": [
                clause
                for clause in sorted(catalogue.clauses.values(), key=lambda c: not c.mandatory)
                if clause.id not in chosen and fits(clause, competitive=competitive)
            ],
        }
        view = View("procurement/clauses.html", t("Les clauses"), desk.crumbs, shows)
        return page(request, view)

    @get("/{clause_id:str}")
    async def ask(
        self,
        request: AnyRequest,
        dossier_id: FromPath[UUID],
        clause_id: FromPath[str],
        db: Db,
        me: Me,
    ) -> Template:
        desk = await open_desk(db, dossier_id, me)
        clause = _clause(clause_id)
        choice = desk.dossier.choice(clause.id)
        typed = {"seen": [desk.kept.seen]}
        if choice is not None:
            typed["level"] = [choice.level]
            typed |= {f"answers.{name}": [text] for name, text in choice.answers.items()}
        return form_page(request, _view(desk, clause, choice), Form(typed))

    @post("/{clause_id:str}")
    async def choose(
        self,
        request: AnyRequest,
        dossier_id: FromPath[UUID],
        clause_id: FromPath[str],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Put a clause in the dossier, or change it.

        A question may wait for its answer: the finding says so until it has one. An answer
        that does not fit its question is refused at once.
        """
        desk = await open_desk(db, dossier_id, me, to_change=True)
        clause = _clause(clause_id)
        form = await read_form(request)
        choice = _typed_choice(clause, form)
        view = _view(desk, clause, desk.dossier.choice(clause.id))
        with form.shown_again(view), told(form, desk.kept) as seen:
            _check(clause, choice)
            fields = _with_choice(desk.fields, clause_id, choice)
            await save_fields(db, services, desk, fields, seen)
        return see_other(f"{desk.address}/clauses", "dossier")

    @post("/{clause_id:str}/retirer")
    async def remove(
        self,
        request: AnyRequest,
        dossier_id: FromPath[UUID],
        clause_id: FromPath[str],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Redirect:
        """Take a clause out, even one that the catalogue does not know."""
        desk = await open_desk(db, dossier_id, me, to_change=True)
        form = await read_form(request)
        with (
            form.shown_again(await overview(db, services, desk)),
            told(form, desk.kept) as seen,
        ):
            fields = _with_choice(desk.fields, clause_id, None)
            await save_fields(db, services, desk, fields, seen)
        return see_other(f"{desk.address}/clauses", "dossier")


def _clause(clause_id: str) -> Clause:
    found = load_catalogue().clauses.get(clause_id)
    if found is None:
        raise NotFoundError(t("Cette clause n'est pas dans le clausier."))
    return found


def _typed_choice(clause: Clause, form: Form) -> Choice:
    level: LevelName = next((name for name in LEVELS if name == form.get("level")), "standard")
    answers = {
        ask.name: typed.replace("\r\n", " ")
        for ask in clause.asks
        if (typed := form.get(f"answers.{ask.name}")) and typed != ask.default
    }
    return Choice(clause.id, level, answers)


def _check(clause: Clause, choice: Choice) -> None:
    faults = [
        FieldError(f"answers.{name}", text)
        for name, text in answer_faults(clause, choice.level, choice.answers)
        if name in choice.answers
    ]
    if faults:
        raise InputError(t("Une réponse ne convient pas à sa question."), faults)


def _with_choice(fields: Fields, clause_id: str, choice: Choice | None) -> Fields:
    """The dossier with that clause replaced where it stands, added at the end, or taken out."""
    rows = fields.get("clauses", [])
    kept: list[Raw] = list(rows) if isinstance(rows, list) else []
    at = next(
        (n for n, row in enumerate(kept) if isinstance(row, dict) and row["id"] == clause_id),
        len(kept),
    )
    kept[at : at + 1] = [] if choice is None else [_row(choice)]
    return {**fields, "clauses": kept}


def _row(choice: Choice) -> dict[str, Raw]:
    row: dict[str, Raw] = {"id": choice.clause}
    if choice.level != "standard":
        row["level"] = choice.level
    if choice.answers:
        row["answers"] = dict(choice.answers)
    return row


def _filled(clause: Clause, choice: Choice | None) -> Mapping[str, str]:
    """Each level of the clause as it would read; blanks without an answer stay blanks."""
    answers = {ask.name: ask.default or f"[{ask.question}]" for ask in clause.asks}
    answers |= dict(choice.answers) if choice else {}
    return {level: fill(clause, text, answers) for level, text in clause.bodies.items()}


def _shows(desk: Desk, clause: Clause, catalogue: Catalogue) -> dict[str, Any]:
    on = desk.dossier.consultation_on
    return {
        **desk.shows(),
        "clause": clause,
        "basis": [(cite(catalogue, c.source, on), c.supports) for c in clause.legal_basis],
    }


def _view(desk: Desk, clause: Clause, choice: Choice | None) -> View:
    shows: dict[str, Any] = {
        **_shows(desk, clause, load_catalogue()),
        "choice": choice,
        "levels": [level for level in LEVELS if level in clause.bodies],
        "texts": _filled(clause, choice),
        "here": [
            item for item in on_page(desk.findings, CLAUSES) if clause_of(item) == clause.id
        ],
    }
    crumbs = (*desk.crumbs, Crumb(t("Les clauses"), f"{desk.address}/clauses"))
    return View("procurement/clause.html", clause.title, crumbs, shows)
