"""Spreadsheets and git histories brought into a journal, with a verdict per line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import check_address
from commons.identity.store import IdentityStore
from commons.kernel.errors import FieldError, InputError
from commons.kernel.quantity import COMMIT
from commons.kernel.text import Text, t
from commons.ledger.appending import append
from commons.ledger.csv_import import FaultyRow, ImportedRow, read_contributions
from commons.ledger.git_import import Claim, GitClaim, GitPerson, read_log
from commons.ledger.glances import Glances
from commons.ledger.model import AlreadyWritten, Draft, Kind, Refused, Written

AT_ONCE = 5000
AUTHORS_MAX = 5000


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
        members = await self.people.members(self.commons_id)
        named: dict[str, UUID] = {}
        for member in members:
            named.setdefault(_folded(member.name), member.person_id)
        ids = {member.person_id for member in members}
        drafts: list[tuple[Verdict, Draft]] = []
        verdicts: list[Verdict] = []
        for row in rows:
            if isinstance(row, FaultyRow):
                verdicts.append(Verdict(row.line, "refused", row.text))
                continue
            person_id = await self._contributor(row.contributor, named, ids, make=make_people)
            if person_id is None:
                text = t("« {name} » n'est pas membre : invitez d'abord.", name=row.contributor)
                verdicts.append(Verdict(row.line, "refused", text))
                continue
            hoped = Verdict(row.line, "written", WRITTEN)
            drafts.append((hoped, _draft_of(row, person_id, recorder)))
        written = await self._write(drafts)
        return _kept([*verdicts, *written], all_or_nothing=all_or_nothing)

    async def history(
        self,
        claims: Sequence[Claim],
        recorder: UUID | None = None,
        *,
        all_or_nothing: bool = False,
        make_people: bool = True,
    ) -> Report:
        """Import a git history: commits as claims that await attestation, never as value.

        A commit that is here already stays as it was recorded. With `make_people`, authors
        whose address nobody has become members; one who is known to the instance without
        being a member is refused: they are to be invited. Raises as `spreadsheet` does.
        """
        ids = [claim.entry_id for claim in claims if isinstance(claim, GitClaim)]
        here = await Glances(self.db, self.commons_id).of_history(ids)
        members = {item.person_id for item in await self.people.members(self.commons_id)}
        authors: dict[str, UUID | None] = {}
        verdicts: list[Verdict] = []
        drafts: list[tuple[Verdict, Draft]] = []
        for claim in claims:
            if isinstance(claim, FaultyRow):
                verdicts.append(Verdict(claim.line, "refused", claim.text))
                continue
            told = {"commit": claim.commit[:10], "name": claim.person.name}
            if claim.entry_id in here:
                text = t(
                    "Commit {commit} de {name} : déjà consigné, rien n'a été ajouté.", **told
                )
                verdicts.append(Verdict(claim.line, "already", text))
                continue
            mark = claim.person.email.casefold() or claim.person.name
            if mark not in authors:
                if len(authors) >= AUTHORS_MAX:
                    raise InputError(
                        t("Plus de {limit} personnes : coupez le fichier.", limit=AUTHORS_MAX)
                    )
                authors[mark] = await self._author(claim.person, members, make=make_people)
            person_id = authors[mark]
            if person_id is None:
                text = t("« {name} » n'est pas membre : invitez d'abord.", **told)
                verdicts.append(Verdict(claim.line, "refused", text))
                continue
            text = t("Commit {commit} de {name} : consigné, en attente d'attestation.", **told)
            drafts.append(
                (Verdict(claim.line, "written", text), _claimed(claim, person_id, recorder))
            )
        written = await self._write(drafts)
        return _kept([*verdicts, *written], all_or_nothing=all_or_nothing)

    async def log(
        self, data: bytes, recorder: UUID, *, all_or_nothing: bool, make_people: bool
    ) -> Report:
        """Import a history from what `git log` wrote; a fault stands beside `history`.

        Raises as `spreadsheet` does.
        """
        try:
            claims = read_log(data, self.commons_id)
        except InputError as error:
            raise InputError(error.text, [FieldError("history", error.text)]) from error
        return await self.history(
            claims, recorder, all_or_nothing=all_or_nothing, make_people=make_people
        )

    async def _write(self, drafts: Sequence[tuple[Verdict, Draft]]) -> list[Verdict]:
        """What became of each; the verdict given with a draft is the one if it is written."""
        verdicts = []
        for start in range(0, len(drafts), AT_ONCE):
            part = drafts[start : start + AT_ONCE]
            outcomes = await append(
                self.db, self.commons_id, [draft for _, draft in part], self.now
            )
            for (hoped, _), outcome in zip(part, outcomes, strict=True):
                match outcome:
                    case Written():
                        verdicts.append(hoped)
                    case AlreadyWritten():
                        verdicts.append(Verdict(hoped.line, "already", ALREADY))
                    case Refused(error=error):
                        first = error.errors[0].text if error.errors else error.text
                        verdicts.append(Verdict(hoped.line, "refused", first))
        return verdicts

    async def _contributor(
        self, typed: str, named: dict[str, UUID], members: Collection[UUID], *, make: bool
    ) -> UUID | None:
        if _folded(typed) in named:
            return named[_folded(typed)]
        if "@" in typed:
            try:
                found = await self.people.by_address(typed)
            except InputError:
                found = None
            if found is not None and found in members:
                return found
        if not make or "@" in typed:
            return None
        person_id = await self.people.make_nameless_address(typed, self.now)
        await self._join(person_id)
        named[_folded(typed)] = person_id
        return person_id

    async def _author(
        self, person: GitPerson, members: Collection[UUID], *, make: bool
    ) -> UUID | None:
        """The member who wrote under that address, made if nobody has it and `make` says so.

        An address that no mail could reach, or none, names someone of this commons only.
        """
        try:
            address = check_address(person.email)
        except InputError:
            mark = f"{self.commons_id} {person.email.casefold() or person.name}"
            found = await self.people.by_mark(mark)
            if found is None and make:
                found = await self.people.find_or_make_marked(person.name, mark, self.now)
                await self._join(found)
            return found
        found = await self.people.by_address(address)
        if found is not None:
            return found if found in members else None
        if not make:
            return None
        found = await self.people.find_or_make(
            person.name, address, self.now, keep_address=False
        )
        await self._join(found)
        return found

    async def _join(self, person_id: UUID) -> None:
        member = Grant(Scope.COMMONS, self.commons_id, Role.CONTRIBUTOR)
        await self.people.grant(person_id, member, self.now)


def _kept(verdicts: list[Verdict], *, all_or_nothing: bool) -> Report:
    """The report, in the order of the lines. Raises `InputError` if it may not stand."""
    report = Report(tuple(sorted(verdicts, key=lambda verdict: verdict.line)))
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


def _claimed(claim: GitClaim, person_id: UUID, recorder: UUID | None) -> Draft:
    personal = {
        "contributor": str(person_id),
        "description": claim.subject or claim.commit,
        "links": f"git:{claim.commit}",
    }
    return Draft(
        entry_id=claim.entry_id,
        kind=Kind.CONTRIBUTION,
        occurred_from=claim.day,
        occurred_to=claim.day,
        quantity=Decimal(1),
        unit=COMMIT.code,
        details={"nature": "work", "reward": "pro-bono", "source": "git"},
        personal={**personal, "recorder": str(recorder)} if recorder else personal,
    )


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
