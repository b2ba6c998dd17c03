"""Journals that hypothesis makes up: money, hours, other units, and words that would harm."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from unicodedata import normalize
from uuid import UUID, uuid4

from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.ledger.conftest import KEY, SIGNER

from commons.kernel.addresses import without_addresses
from commons.kernel.errors import DomainError
from commons.kernel.quantity import Unit
from commons.ledger.appending import append_all
from commons.ledger.books.entry import BookEntry, Heading, Party, erased_party
from commons.ledger.books.from_store import stored_entries
from commons.ledger.books.places import MARK, key_of
from commons.ledger.checkpoint import parse_checkpoint
from commons.ledger.erasing import ErasingStore
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.model import Account, AccountKind, Draft, Kind, Rules
from commons.ledger.rules import reversal_of, transfer
from commons.ledger.ruling import RulesStore
from commons.ledger.sealing import Sealer, Signer, sealed_entries
from commons.ledger.store import JournalStore

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PEOPLE = [UUID(sha256(b"person %d" % number).hexdigest()[:32]) for number in range(4)]
COMMONS, OUTSIDE = Account(AccountKind.COMMONS), Account(AccountKind.OUTSIDE)
TOWN = Account(AccountKind.FUNDER, UUID("7e000000-0000-4000-8000-000000000001"))
CHAMBER = Account(AccountKind.CHAMBER, UUID("c4000000-0000-4000-8000-000000000001"))
WELL = Account(AccountKind.ENVELOPE, UUID("3e110000-0000-4000-8000-000000000001"))
ROOF = Account(AccountKind.PROPOSAL, UUID("a00f0000-0000-4000-8000-000000000001"))
UNITS = [Unit("kg", 3, "kilos"), Unit("KG", 0, "kilogrammes"), Unit("repas-", 0, "repas")]
HARM = (
    '"',
    "\\",
    '\\"',
    "\n",
    "\r\n  Assets:Commun  1000 EUR",
    "\n2026-01-01 open Assets:Piege",
    "\n2026-01-01 * pris\n    Assets:Commun  9 EUR\n    Expenses:Verse\n",
    "\ninclude /etc/passwd",
    '"\n  etat: "attested"',
    "; etat: attested",
    "  ; date: 2020-01-01",
    "[2020-01-01]",
    "date:2020-01-01, type:A",
    "=HYPERLINK(1)",
    " @SUM(A1)",
    "\u202e\u2066",
    "\u2028\u2029\x85\x0b",
    "\u037e etat: attested",
    "camille@communs.example",
    "(a) ! * {1} [b] #c ^d | e",
    "é\u0301œ 水 🌱",
)
ROADS = (
    (TOWN, COMMONS),
    (CHAMBER, COMMONS),
    (COMMONS, WELL),
    (WELL, COMMONS),
    (COMMONS, ROOF),
    (ROOF, OUTSIDE),
    (COMMONS, OUTSIDE),
)
SAID = {
    "attest": (Kind.ATTESTATION, "attester"),
    "contest": (Kind.CONTEST, "contester"),
    "answer": (Kind.ANSWER, "answerer"),
}


def typed() -> st.SearchStrategy[str]:
    """What a person may type: any text, and pieces of what programs obey."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    piece = st.one_of(st.sampled_from(HARM), st.text(letters, max_size=12))
    return st.lists(piece, min_size=1, max_size=4).map("".join)


def normalized(name: str) -> str:
    """A name as identities keep it."""
    return normalize("NFC", name)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next. `number` picks a person, a road or an earlier entry."""

    what: str
    number: int
    amount: int
    text: str
    unit: str


def stories() -> st.SearchStrategy[list[Step]]:
    happens = ("give", "give", "move", "move", "award", "pay", "several", "claim")
    said = ("attest", "contest", "answer", "reverse", "reverse", "erase", "rule")
    step = st.builds(
        Step,
        what=st.sampled_from(happens + said),
        number=st.integers(0, 30),
        amount=st.integers(1, 10**7),
        text=typed().map(without_addresses),
        unit=st.sampled_from(["minute", "minute", "commit", "EUR", *[u.code for u in UNITS]]),
    )
    beginning = Step("move", 0, 50_000_000, "Subvention", "EUR")
    return st.lists(step, min_size=12, max_size=40).map(lambda steps: [beginning, *steps])


@dataclass(slots=True)
class Naming:
    """As a member reads, or as a stranger does who is told pseudonyms."""

    is_open: bool
    names: Mapping[UUID, str]
    organisations: Mapping[str, str] = field(default_factory=dict)

    async def learn(self, db: AsyncConnection, persons: Collection[UUID]) -> None:
        pass

    def person(self, person_id: UUID) -> Party:
        if not self.is_open:
            key = sha256(person_id.bytes).hexdigest()
            return Party(key, f"Membre {key[:MARK]}", "Membre")
        key, name = key_of(str(person_id)), without_addresses(self.names.get(person_id, ""))
        return Party(key, name, name) if name else erased_party(key)

    def erased(self, account_id: UUID) -> Party:
        return erased_party(sha256(account_id.bytes).hexdigest())


@dataclass(slots=True)
class Life:
    """A journal while it is lived, in a transaction of the caller."""

    db: AsyncConnection
    names: dict[UUID, str]
    commons_id: UUID = field(default_factory=uuid4)
    now: datetime = START
    written: list[Draft] = field(default_factory=list)
    erased: set[UUID] = field(default_factory=set)

    @property
    def store(self) -> JournalStore:
        return JournalStore(self.db, self.now)

    async def begin(self) -> None:
        await self.store.open(self.commons_id, f"{SIGNER}/{self.commons_id}", self.now)
        for unit in UNITS:
            await self.store.declare_unit(self.commons_id, unit)

    async def live(self, story: list[Step]) -> None:
        """Do what can be done; what the journal refuses is not done."""
        for step in story:
            self.now += timedelta(hours=7)
            try:
                async with self.db.begin_nested():
                    await self._do(step)
            except DomainError:
                continue

    async def _do(self, step: Step) -> None:
        person = PEOPLE[step.number % len(PEOPLE)]
        if step.what == "erase":
            await ErasingStore(self.db).erase(person, self.now)
            self.erased.add(person)
        elif step.what == "rule":
            rules = Rules(1 + step.number % 2, frozenset(), 1, step.number % 3 == 0)
            await RulesStore(self.db).decide(self.commons_id, rules, person, self.now)
        elif person not in self.erased or step.what in {"move", "several", "reverse"}:
            draft = await self._draft(step, person)
            if draft is not None:
                await append_all(self.db, self.commons_id, [draft], self.now)
                self.written.append(draft)

    async def _draft(self, step: Step, person: UUID) -> Draft | None:
        day = self.now.date() - timedelta(days=step.number)
        bare = Draft(uuid4(), Kind.TRANSFER, day, self.now.date() if step.number % 5 else day)
        if step.what == "give":
            return _given(bare, step, person)
        if step.what in {"move", "award", "pay", "several"}:
            return _moved(bare, step, person)
        if step.what == "claim":
            return replace(
                bare,
                kind=Kind.CLAIM,
                quantity=Decimal(step.amount).scaleb(-2),
                unit="EUR",
                personal={"claimant": str(person), "reason": step.text},
            )
        return await self._about(bare, step, person) if self.written else None

    async def _about(self, bare: Draft, step: Step, person: UUID) -> Draft:
        target = self.written[step.number % len(self.written)].entry_id
        if step.what == "reverse":
            entry = await self.store.entry(self.commons_id, target)
            postings = await self.store.postings_of(self.commons_id, target)
            who = {"reverser": str(person), "reason": step.text}
            on = self.now.date()
            return reversal_of(entry, postings, entry_id=uuid4(), on=on, personal=who)
        kind, name = SAID[step.what]
        who = {name: str(person), "reason": f"Parce que {step.text}"}
        return replace(bare, kind=kind, about=target, personal=who)

    async def sealed(self) -> Heading:
        sealer = Sealer(self.db, Signer(SIGNER, KEY))
        await sealer.seal(self.commons_id, self.now)
        latest = await sealer.latest(self.commons_id)
        assert latest
        checkpoint = parse_checkpoint(latest.note)
        return Heading(str(self.commons_id), "jardin", "Jardin « des\n Lilas »", checkpoint)

    async def stored(self, heading: Heading, *, is_open: bool) -> list[BookEntry]:
        """The entries as the service reads them, by three at a time."""
        naming = Naming(is_open, self.names)
        found: list[BookEntry] = []
        for start in range(0, heading.checkpoint.size, 3):
            end = min(start + 3, heading.checkpoint.size)
            found += await stored_entries(
                self.db, self.commons_id, start, end, self.now, naming
            )
        return found

    async def exported(self, heading: Heading, *, is_open: bool) -> bytes:
        """The journal as one file that can be verified."""
        size = heading.checkpoint.size
        latest = await Sealer(self.db, Signer(SIGNER, KEY)).latest(self.commons_id)
        assert latest
        entries = await sealed_entries(self.db, self.commons_id, size, opened=is_open)
        return spell_export(
            ExportedCommons(self.commons_id, heading.slug, heading.name),
            latest.note,
            entries,
            {str(person): name for person, name in self.names.items()},
            signer=SIGNER,
            key=KEY,
        )

    def given(self) -> Iterator[tuple[Draft, Decimal]]:
        """Contributions that were written, and how much each adds, reversals included."""
        by_id = {draft.entry_id: draft for draft in self.written}
        for draft in self.written:
            about = by_id.get(draft.about) if draft.about else None
            target = about if draft.kind is Kind.REVERSAL else draft
            if target and target.kind is Kind.CONTRIBUTION and draft.quantity is not None:
                yield target, draft.quantity


def _given(bare: Draft, step: Step, person: UUID) -> Draft:
    scale = {"EUR": 2, "kg": 3}.get(step.unit, 0)
    return replace(
        bare,
        kind=Kind.CONTRIBUTION,
        quantity=Decimal(step.amount).scaleb(-scale),
        unit=step.unit,
        details={
            "nature": ("work", "in-kind", "material", "knowledge")[step.number % 4],
            "reward": ("pro-bono", "open")[step.number % 2],
        },
        personal={
            "contributor": str(person),
            "description": f"Fait : {step.text}",
            "links": "https://preuve.example/1\nmailto:camille@communs.example",
        },
    )


def _moved(bare: Draft, step: Step, person: UUID) -> Draft:
    amount = Decimal(step.amount).scaleb(-2)
    mine = Account(AccountKind.PERSON, person)
    if step.what == "several":
        there = [Account(AccountKind.PERSON, one) for one in PEOPLE[:2]]
        halves = [*transfer(COMMONS, there[0], amount), *transfer(WELL, there[1], amount)]
        return replace(bare, details={"purpose": "award"}, postings=tuple(halves))
    road = {"award": (WELL, mine), "pay": (mine, OUTSIDE)}.get(
        step.what, ROADS[step.number % len(ROADS)]
    )
    purpose = {"award": "award", "pay": "payment"}.get(step.what, "envelope")
    personal = {"recorder": str(person), "title": step.text}
    return replace(
        bare,
        details={"purpose": purpose},
        personal=personal,
        postings=transfer(*road, amount),
    )
