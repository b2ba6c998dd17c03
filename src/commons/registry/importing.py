"""Spreadsheets and git histories brought into a journal, with a verdict per line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.identity.model import Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.kernel.errors import InputError
from commons.kernel.quantity import COMMIT
from commons.kernel.text import Text, t
from commons.ledger.appending import append
from commons.ledger.csv_import import FaultyRow, ImportedRow, read_contributions
from commons.ledger.git_import import read_history
from commons.ledger.model import AlreadyWritten, Draft, Kind, Refused, Written

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a line: `written`, `already` or `refused`, and why."""

    line: int
    outcome: str
    text: Text


@dataclass(frozen=True, slots=True)
class Report:
    verdicts: tuple[Verdict, ...]

    def count(self, outcome: str) -> int:
        return sum(1 for verdict in self.verdicts if verdict.outcome == outcome)


WRITTEN = t("Consignée, en attente d'attestation.")
ALREADY = t("Déjà consignée : rien n'a été ajouté.")


class Importer:
    """Brings contributions into one journal, within the caller's transaction."""

    def __init__(
        self, db: AsyncConnection, people: IdentityStore, commons_id: UUID, now: datetime
    ) -> None:
        self.db = db
        self.people = people
        self.commons_id = commons_id
        self.now = now

    async def spreadsheet(
        self, data: bytes, recorder: UUID, *, all_or_nothing: bool, make_people: bool
    ) -> Report:
        """Import a CSV file. With `make_people`, unknown names become people of the commons.

        Raises `InputError` if the file cannot be read, or, with `all_or_nothing`, if any
        line is refused: then the caller's transaction must be rolled back.
        """
        rows = read_contributions(data, self.commons_id)
        named = await self._by_name()
        drafts: list[tuple[int, Draft]] = []
        verdicts: dict[int, Verdict] = {}
        for row in rows:
            if isinstance(row, FaultyRow):
                verdicts[row.line] = Verdict(row.line, "refused", row.text)
                continue
            person_id = await self._contributor(row.contributor, named, make=make_people)
            if person_id is None:
                text = t("« {name} » n'est pas membre : invitez d'abord.", name=row.contributor)
                verdicts[row.line] = Verdict(row.line, "refused", text)
                continue
            drafts.append((row.line, _draft_of(row, person_id, recorder)))
        for start in range(0, len(drafts), AT_ONCE):
            verdicts |= await self._write(drafts[start : start + AT_ONCE])
        report = Report(tuple(verdicts[line] for line in sorted(verdicts)))
        refused = [verdict for verdict in report.verdicts if verdict.outcome == "refused"]
        if all_or_nothing and refused:
            raise InputError(
                t(
                    "Rien n'a été importé : {count} ligne(s) refusée(s). Ligne {line} : {why}",
                    count=len(refused),
                    line=refused[0].line,
                    why=refused[0].text,
                )
            )
        return report

    async def history(self, folder: Path) -> Report:
        """Import a git history: commits as claims that await attestation, never as value."""
        drafts: list[tuple[int, Draft]] = []
        known: dict[str, UUID] = {}
        for number, claim in enumerate(read_history(folder, self.commons_id), start=1):
            address = claim.person.email.casefold()
            if address not in known:
                known[address] = await self._author(claim.person.name, address)
            personal = {
                "contributor": str(known[address]),
                "description": claim.subject or claim.commit,
                "links": f"git:{claim.commit}",
            }
            draft = Draft(
                entry_id=claim.entry_id,
                kind=Kind.CONTRIBUTION,
                occurred_from=claim.day,
                occurred_to=claim.day,
                quantity=Decimal(1),
                unit=COMMIT.code,
                details={"nature": "work", "reward": "pro-bono", "source": "git"},
                personal=personal,
            )
            drafts.append((number, draft))
        verdicts: dict[int, Verdict] = {}
        for start in range(0, len(drafts), AT_ONCE):
            verdicts |= await self._write(drafts[start : start + AT_ONCE])
        return Report(tuple(verdicts[line] for line in sorted(verdicts)))

    async def _write(self, drafts: Sequence[tuple[int, Draft]]) -> dict[int, Verdict]:
        outcomes = await append(
            self.db, self.commons_id, [draft for _, draft in drafts], self.now
        )
        verdicts = {}
        for (line, _), outcome in zip(drafts, outcomes, strict=True):
            match outcome:
                case Written():
                    verdicts[line] = Verdict(line, "written", WRITTEN)
                case AlreadyWritten():
                    verdicts[line] = Verdict(line, "already", ALREADY)
                case Refused(error=error):
                    first = error.errors[0].text if error.errors else error.text
                    verdicts[line] = Verdict(line, "refused", first)
        return verdicts

    async def _by_name(self) -> dict[str, UUID]:
        members = await self.people.members(self.commons_id)
        named: dict[str, UUID] = {}
        for member in members:
            named.setdefault(_folded(member.name), member.person_id)
        return named

    async def _contributor(
        self, typed: str, named: dict[str, UUID], *, make: bool
    ) -> UUID | None:
        if _folded(typed) in named:
            return named[_folded(typed)]
        if "@" in typed:
            try:
                found = await self.people.by_address(typed)
            except InputError:
                found = None
            if found is not None:
                return found
        if not make or "@" in typed:
            return None
        person_id = await self.people.make_nameless_address(typed, self.now)
        await self._join(person_id)
        named[_folded(typed)] = person_id
        return person_id

    async def _author(self, name: str, address: str) -> UUID:
        try:
            person_id = await self.people.find_or_make(
                name, address, self.now, keep_address=False
            )
        except InputError:
            person_id = await self.people.make_nameless_address(name[:100] or "?", self.now)
        await self._join(person_id)
        return person_id

    async def _join(self, person_id: UUID) -> None:
        member = Grant(Scope.COMMONS, self.commons_id, Role.CONTRIBUTOR)
        await self.people.grant(person_id, member, self.now)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _draft_of(row: ImportedRow, person_id: UUID, recorder: UUID) -> Draft:
    personal = {
        "contributor": str(person_id),
        "recorder": str(recorder),
        "description": row.description,
    }
    return Draft(
        entry_id=row.entry_id,
        kind=Kind.CONTRIBUTION,
        occurred_from=row.day,
        occurred_to=row.day,
        quantity=row.quantity,
        unit=row.unit,
        details={"nature": row.nature, "reward": row.reward, "source": "csv"},
        personal={**personal, "links": row.links} if row.links else personal,
    )
