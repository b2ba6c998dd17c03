"""A dossier on the desk: who works on it, what it says, what the rules find in it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commons.identity.authentication import Me
from commons.identity.model import Person
from commons.identity.store import IdentityStore
from commons.kernel.text import t
from commons.procurement import labels as words
from commons.procurement.access import require_any_preparer, require_preparer
from commons.procurement.assembly import blocking, wanted
from commons.procurement.content import load_catalogue
from commons.procurement.dossier_file import read_dossier
from commons.procurement.model import Dossier, Finding
from commons.procurement.placing import clause_of, page_of, row_of, standing
from commons.procurement.rules.lint import lint
from commons.procurement.store import DossierStore, KeptDossier
from commons.procurement.writing import Fields, comments_in, fields_of, write_dossier
from commons.web.context import Services
from commons.web.handlers import Db
from commons.web.pages import Crumb

LIST = Crumb(t("Chartes et marchés"), "/dossiers")


@dataclass(frozen=True, slots=True)
class Desk:
    """One dossier, readable, with its findings in the order of the rules."""

    person: Person
    kept: KeptDossier
    dossier: Dossier
    fields: Fields
    findings: tuple[Finding, ...]

    @property
    def address(self) -> str:
        return f"/dossiers/{self.kept.dossier_id}"

    @property
    def crumbs(self) -> tuple[Crumb, ...]:
        return crumbs_of(self.kept)

    def number_of(self, finding: Finding) -> int:
        """Where a finding stands in the list: its address on the page of the dossier."""
        return next(n for n, item in enumerate(self.findings) if item is finding)

    def shows(self) -> dict[str, Any]:
        """What every page of a dossier shows."""
        catalogue = load_catalogue()
        return {
            "desk": self,
            "dossier": self.dossier,
            "findings": self.findings,
            "number_of": self.number_of,
            "errors": standing(self.findings, "error"),
            "warnings": standing(self.findings, "warning"),
            "aside": sum(item.set_aside is not None for item in self.findings),
            "blocked": bool(blocking(self.findings)),
            "pieces": wanted(self.dossier, catalogue),
            "catalogue": catalogue,
            "words": words,
            "page_of": page_of,
            "clause_of": clause_of,
            "row_of": row_of,
        }


def crumbs_of(kept: KeptDossier) -> tuple[Crumb, ...]:
    return (LIST, Crumb(kept.title, f"/dossiers/{kept.dossier_id}"))


async def take(
    db: Db, dossier_id: UUID, me: Me, *, to_change: bool = False
) -> tuple[Person, KeptDossier]:
    """The dossier, for someone of its collectivité. Raises the refusal otherwise."""
    require_any_preparer(me)
    kept = await DossierStore(db).read(dossier_id, to_change=to_change)
    return require_preparer(me, kept.organisation_id), kept


async def open_desk(db: Db, dossier_id: UUID, me: Me, *, to_change: bool = False) -> Desk:
    """As `take`, read and checked. Raises `InputError` if its text is not readable."""
    person, kept = await take(db, dossier_id, me, to_change=to_change)
    dossier = read_dossier(kept.text)
    findings = lint(dossier, load_catalogue())
    return Desk(person, kept, dossier, fields_of(kept.text), findings)


async def save_fields(
    db: Db, services: Services, desk: Desk, fields: Fields, seen: str
) -> Dossier:
    """Write the dossier anew from its keys; its comments are kept, at the head of the file.

    Raises `ConflictError` if someone saved since `seen`, `InputError` if it does not read.
    """
    text = write_dossier(fields, comments_in(desk.kept.text))
    return await save_text(db, services, desk.kept, desk.person, text, seen)


async def save_text(
    db: Db, services: Services, kept: KeptDossier, person: Person, text: str, seen: str
) -> Dossier:
    store = DossierStore(db)
    store.check_seen(kept, seen)
    dossier = read_dossier(text)
    await store.save(kept, dossier.title, text, by=person.person_id, now=services.clock())
    return dossier


async def writer_of(db: Db, services: Services, kept: KeptDossier) -> str:
    """The name of whoever saved last; empty when that person was erased."""
    store = IdentityStore(db, services.keyring.email)
    return (await store.names([kept.changed_by])).get(kept.changed_by, "")
