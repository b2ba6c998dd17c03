"""The main job, end to end, in one instance: told step by step, each step at most once.

Run again on the same instance it adds nothing twice: commons are found by name, contributions
by their key, envelopes by their title, charters by their commons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.charters.content import charter_model
from commons.charters.model import PublicParty
from commons.charters.pages import MODEL, commons_party
from commons.charters.rules import answers_from
from commons.charters.store import CharterStore, DrawnCharter
from commons.content import content_folder
from commons.demonstration.inputs import CodeFile, Inputs
from commons.demonstration.money import Money, MoneyTold
from commons.demonstration.script import Script, script
from commons.identity.model import INSTANCE, Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.instance import Instance
from commons.kernel.errors import InputError, NotFoundError
from commons.kernel.identifiers import slug_of
from commons.kernel.text import Text, t
from commons.ledger.appending import append
from commons.ledger.filters import Filter
from commons.ledger.git_import import read_history
from commons.ledger.model import Draft, Kind, State
from commons.ledger.store import JournalStore
from commons.registry.importing import Importer, Report
from commons.registry.model import Commons, Organisation
from commons.registry.rules import commons_facts, organisation_facts
from commons.registry.store import RegistryStore

AWAITING_KEPT = 3
"""Contributions left without attestation, so that a visitor sees some."""


@dataclass(frozen=True, slots=True)
class Told:
    """What there is at the end of the story, and what was said on the way."""

    lines: list[Text]
    refusals: list[Text]
    commons: list[Commons]
    described: list[tuple[Commons, CodeFile]]
    garden: Commons
    chamber: Commons
    charter: DrawnCharter
    money: MoneyTold


class Story:
    """Tells the story within one transaction: all of it is written, or nothing."""

    def __init__(self, instance: Instance, db: AsyncConnection, now: datetime) -> None:
        self.instance = instance
        self.db = db
        self.now = now
        self.people = IdentityStore(db, instance.keyring.email)
        self.registry = RegistryStore(db)
        self.journal = JournalStore(db)
        self.script: Script = script()
        self.ids: dict[str, UUID] = {}
        self.lines: list[Text] = []
        self.refusals: list[Text] = []

    async def tell(self, inputs: Inputs) -> Told:
        """Raises `InputError` on an instance that serves others: it is left alone."""
        await self._only_here()
        garden = await self._garden()
        tools = [await self._tools(code) for code in inputs.publiccodes]
        chamber = await self._commons(self.script.chamber)
        town = await self._town()
        await self._contributions(garden, inputs)
        if inputs.history is not None:
            importer = Importer(self.db, self.people, tools[0].commons_id, self.now)
            what = t("Historique git importé dans {name}, à attester", name=tools[0].name)
            claims = read_history(inputs.history, tools[0].commons_id)
            self._tell_import(what, await importer.history(claims))
        money = Money(self.db, self.now, self.ids, self.lines)
        told = await money.tell(garden, chamber, town, inputs.election)
        charter = await self._charter(garden, town)
        every = {item.commons_id: item for item in [garden, *tools, chamber]}
        return Told(
            self.lines,
            self.refusals,
            list(every.values()),
            list(zip(tools, inputs.publiccodes, strict=True)),
            garden,
            chamber,
            charter,
            told,
        )

    def _say(self, message: str, **values: Text | str | int) -> None:
        self.lines.append(t(message, **values))

    async def _only_here(self) -> None:
        others = await self.registry.search(limit=1)
        ours = slug_of(self.script.garden["name"])
        if others and not await self._known(ours):
            raise InputError(
                t(
                    "Cette instance sert déjà d'autres communs : la démonstration n'y écrit "
                    "rien. Donnez-lui un dossier à elle avec --data-dir."
                )
            )

    async def _known(self, slug: str) -> Commons | None:
        try:
            return await self.registry.by_slug(slug)
        except NotFoundError:
            return None

    async def _commons(self, typed: Mapping[str, str]) -> Commons:
        facts = commons_facts(typed)
        found = await self._known(slug_of(facts.name))
        if found is None:
            found = await self.registry.register(facts, self.now)
            origin = f"{self.instance.settings.instance_name}/{found.commons_id}"
            await self.journal.open(found.commons_id, origin, self.now)
            self._say("Commun inscrit : {name}.", name=found.name)
        for name, role in (("Amina Belkacem", Role.STEWARD), ("Lucie Nguyen", Role.TREASURER)):
            await self._grant(self.ids[name], found.commons_id, role)
        return found

    async def _grant(self, person_id: UUID, commons_id: UUID, role: Role) -> None:
        await self.people.grant(person_id, Grant(Scope.COMMONS, commons_id, role), self.now)

    async def _garden(self) -> Commons:
        for person in self.script.people:
            self.ids[person.name] = await self.people.find_or_make(
                person.name, person.email, self.now, keep_address=True
            )
        steward = Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD)
        await self.people.grant(self.ids["Amina Belkacem"], steward, self.now)
        garden = await self._commons(self.script.garden)
        for person in self.script.people:
            for role in person.roles:
                await self._grant(self.ids[person.name], garden.commons_id, role)
        return garden

    async def _tools(self, file: CodeFile) -> Commons:
        """A commons from its publiccode.yml; the file's hash is its journal's first entry."""
        commons = await self._commons({**file.code.typed, "readers": "public"})
        today = self.now.date()
        draft = Draft(
            entry_id=uuid5(commons.commons_id, "publiccode"),
            kind=Kind.DOCUMENT,
            occurred_from=today,
            occurred_to=today,
            details={"document": "publiccode", "sha256": file.sha256},
            personal={"title": "publiccode.yml"},
        )
        if not await self.journal.entries_by_id(commons.commons_id, [draft.entry_id]):
            await append(self.db, commons.commons_id, [draft], self.now)
            self.refusals += [
                t(
                    "{file}, {place} : {text}",
                    file=file.name,
                    place=fault.place,
                    text=fault.text,
                )
                for fault in file.code.faults
            ]
        return commons

    async def _town(self) -> Organisation:
        facts = organisation_facts(self.script.town)
        for known in await self.registry.organisations():
            if known.facts.siret == facts.siret:
                return known
        self._say("Collectivité inscrite : {name}.", name=facts.name)
        return await self.registry.add_organisation(facts, self.now)

    async def _contributions(self, garden: Commons, inputs: Inputs) -> None:
        importer = Importer(self.db, self.people, garden.commons_id, self.now)
        report = await importer.spreadsheet(
            inputs.contributions,
            self.ids["Lucie Nguyen"],
            all_or_nothing=False,
            make_people=True,
        )
        self._tell_import(t("Tableau importé dans {name}", name=garden.name), report)
        for member in await self.people.members(garden.commons_id):
            self.ids.setdefault(member.name, member.person_id)
        await self._attest(garden)

    def _tell_import(self, what: Text, report: Report) -> None:
        self._say(
            "{what} : {written} écritures, {already} déjà là, {refused} refusées.",
            what=what,
            written=report.count("written"),
            already=report.count("already"),
            refused=report.count("refused"),
        )
        self.refusals += [
            t("Ligne {line} : {why}", line=verdict.line, why=verdict.text)
            for verdict in report.verdicts
            if verdict.outcome == "refused"
        ]

    async def _attest(self, garden: Commons) -> None:
        """Amina attests what others gave, Lucie what Amina gave; the latest few still wait."""
        found = await self.journal.page(
            garden.commons_id, Filter(kinds=(Kind.CONTRIBUTION,)), limit=200
        )
        waiting = sorted(
            (entry for entry in found if entry.state is State.AWAITING),
            key=lambda entry: (entry.occurred_to, str(entry.entry_id)),
        )
        amina, lucie = self.ids["Amina Belkacem"], self.ids["Lucie Nguyen"]
        today = self.now.date()
        drafts = [
            Draft(
                entry_id=uuid4(),
                kind=Kind.ATTESTATION,
                occurred_from=today,
                occurred_to=today,
                about=entry.entry_id,
                personal={
                    "attester": str(lucie if entry.person("contributor") == amina else amina)
                },
            )
            for entry in waiting[:-AWAITING_KEPT]
            if entry.occurred_to <= today
        ]
        if drafts:
            await append(self.db, garden.commons_id, drafts, self.now)
            self._say("Contributions attestées par une autre personne : {n}.", n=len(drafts))

    async def _charter(self, garden: Commons, town: Organisation) -> DrawnCharter:
        """The charter of the garden and the town: what the registry knows, then the example."""
        store = CharterStore(self.db)
        drawn = await store.of(garden.commons_id)
        if drawn:
            return drawn[-1]
        example = content_folder("examples") / "charter-answers.yaml"
        given = yaml.safe_load(example.read_text(encoding="utf-8"))["answers"]
        known = answers_from(
            commons_party(garden), PublicParty(town.name, town.facts.siret or "")
        )
        kept = {name: answer for name, answer in known.items() if answer != ""}
        charter = await store.draw_up(
            garden.commons_id,
            charter_model(MODEL),
            {**given, **kept},
            dated=self.now.date(),
            by=self.ids["Amina Belkacem"],
            now=self.now,
        )
        self._say("Charte rédigée : {title}.", title=charter.title)
        return charter
