"""Random lives of a journal: PostgreSQL and a model in memory give the same answers.

The model is a list and a few loops: slow, and short enough to be read as the rule itself.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from tests.conftest import Database
from tests.ledger.conftest import KEY, ORIGIN, SIGNER

from commons.db.engine import driver_url
from commons.kernel.errors import ConflictError, DomainError
from commons.ledger.appending import append_all
from commons.ledger.batcher import Batcher
from commons.ledger.model import (
    Account,
    AccountKind,
    Draft,
    Kind,
    Outcome,
    Refused,
    Request,
    Rules,
    State,
    Written,
)
from commons.ledger.rules import transfer
from commons.ledger.ruling import RulesStore
from commons.ledger.sealer import seal_waiting
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore
from commons.ledger.tables import queue

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
PEOPLE = [UUID(int=0xC0 + n) for n in range(4)]
COMMONS = Account(AccountKind.COMMONS)
OUTSIDE = Account(AccountKind.OUTSIDE)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))
WELL = Account(AccountKind.ENVELOPE, UUID(int=9))
ROADS = [(TOWN, COMMONS), (COMMONS, WELL), (WELL, COMMONS), (WELL, OUTSIDE), (COMMONS, OUTSIDE)]
AUTHOR = {
    Kind.ATTESTATION: "attester",
    Kind.CONTEST: "contester",
    Kind.ANSWER: "answerer",
    Kind.REVERSAL: "reverser",
}
KEYS = st.integers(1, 40)


@dataclass
class Model:
    """What a journal must answer, said plainly."""

    known: dict[int, Draft] = field(default_factory=dict)
    recorded: dict[int, datetime] = field(default_factory=dict)
    ruled: list[tuple[datetime, Rules]] = field(default_factory=list)

    def rules(self, moment: datetime) -> Rules:
        return ([Rules()] + [item for when, item in self.ruled if when <= moment])[-1]

    def about(self, number: int, kind: Kind) -> list[int]:
        return [
            key
            for key, draft in self.known.items()
            if draft.about == UUID(int=number) and draft.kind is kind
        ]

    def is_open(self, contest: int) -> bool:
        return not (self.about(contest, Kind.ANSWER) or self.about(contest, Kind.REVERSAL))

    def open_contests(self, number: int) -> list[int]:
        return [key for key in self.about(number, Kind.CONTEST) if self.is_open(key)]

    def state(self, number: int, now: datetime) -> State:
        draft, rules = self.known[number], self.rules(self.recorded[number])
        if self.about(number, Kind.REVERSAL):
            return State.REVERSED
        if draft.kind is Kind.CONTRIBUTION and self.open_contests(number):
            return State.CONTESTED
        if draft.kind is not Kind.CONTRIBUTION:
            return State.RECORDED
        attested = [
            key
            for key in self.about(number, Kind.ATTESTATION)
            if not self.about(key, Kind.REVERSAL)
        ]
        if len(attested) >= rules.quorum:
            return State.ATTESTED
        days = rules.contest_days if rules.silence_accepts else None
        if days is not None and self.recorded[number] + timedelta(days=days) <= now:
            return State.ACCEPTED
        return State.AWAITING

    def balance(self, account: Account) -> Decimal:
        moved = [
            posting.amount
            for draft in self.known.values()
            for posting in draft.postings
            if posting.account == account
        ]
        return sum(moved, Decimal(0))

    def write(self, draft: Draft, now: datetime) -> str:
        number = draft.entry_id.int
        if number in self.known:
            return "already" if self.known[number] == draft else "conflict"
        if draft.about is not None and not self.allows(draft, draft.about.int, now):
            return "refused"
        for posting in draft.postings:
            lowest = -self.rules(now).advance if posting.account == COMMONS else Decimal(0)
            can_be_negative = posting.account in (TOWN, OUTSIDE)
            after = self.balance(posting.account) + posting.amount
            if posting.amount < 0 and after < lowest and not can_be_negative:
                return "refused"
        self.known[number], self.recorded[number] = draft, now
        return "written"

    def allows(self, draft: Draft, number: int, now: datetime) -> bool:
        if number not in self.known:
            return False
        target, who = self.known[number], draft.personal.get(AUTHOR.get(draft.kind, ""), "")
        is_reversed = bool(self.about(number, Kind.REVERSAL))
        own = who == target.personal.get("contributor") or who == target.personal.get(
            "contester"
        )
        if draft.kind is Kind.REVERSAL:
            return target.kind is not Kind.REVERSAL and not is_reversed
        if draft.kind is Kind.TRANSFER:
            return not is_reversed and not self.open_contests(number)
        if draft.kind is Kind.ANSWER:
            return target.kind is Kind.CONTEST and self.is_open(number) and not own
        authors = self.authors(number, draft.kind)
        given = target.kind is Kind.CONTRIBUTION and not is_reversed and not own
        if draft.kind is Kind.CONTEST:
            days = self.rules(self.recorded[number]).contest_days
            late = days is not None and now >= self.recorded[number] + timedelta(days=days)
            return given and not late and who not in authors
        return given and who not in authors

    def authors(self, number: int, kind: Kind) -> set[str]:
        """Who has attested already, or has a contest open."""
        keys = self.open_contests(number) if kind is Kind.CONTEST else self.about(number, kind)
        return {self.known[key].personal[AUTHOR[kind]] for key in keys}


def said(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return "conflict" if isinstance(outcome.error, ConflictError) else "refused"
    return "written" if isinstance(outcome, Written) else "already"


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    kind = draw(
        st.sampled_from(
            [Kind.CONTRIBUTION, Kind.CONTRIBUTION, Kind.TRANSFER, Kind.TRANSFER, *AUTHOR]
        )
    )
    person = str(draw(st.sampled_from(PEOPLE)))
    bare = Draft(UUID(int=draw(KEYS)), kind, DAY, DAY)
    if kind is Kind.CONTRIBUTION:
        return replace(
            bare,
            quantity=Decimal(draw(st.integers(1, 3))),
            unit="minute",
            details={"nature": "work", "reward": "open"},
            personal={"contributor": person, "description": "Taille"},
        )
    if kind is Kind.TRANSFER:
        source, target = draw(st.sampled_from(ROADS))
        amount = Decimal(draw(st.integers(1, 30)))
        about = UUID(int=draw(KEYS)) if draw(st.integers(0, 3)) == 0 else None
        return replace(bare, about=about, postings=transfer(source, target, amount))
    personal = {AUTHOR[kind]: person}
    if kind in (Kind.CONTEST, Kind.ANSWER):
        personal["reason"] = "Parce que"
    return replace(bare, about=UUID(int=draw(KEYS)), personal=personal)


class Interrupted(Exception):  # noqa: N818 -- it is a crash, in the middle
    pass


class Life(RuleBasedStateMachine):
    """One journal; each step is taken on PostgreSQL and on the model."""

    engine: AsyncEngine
    loop: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.now = START
        self.commons_id = uuid4()
        self.sealed = 0
        self.batcher = Batcher(driver_url(self.engine), lambda: self.now)

        async def open_journal() -> None:
            async with self.engine.begin() as db:
                await JournalStore(db).open(self.commons_id, ORIGIN, self.now)

        self.loop.run(open_journal())

    def teardown(self) -> None:
        self.loop.run(self.batcher.__aexit__(None, None, None))

    @rule(several=st.lists(drafts(), min_size=1, max_size=6))
    def send_one_after_the_other(self, several: list[Draft]) -> None:
        async def work() -> list[Outcome]:
            return [
                await self.batcher.append(Request(self.commons_id, draft)) for draft in several
            ]

        expected = [self.model.write(draft, self.now) for draft in several]
        assert [said(outcome) for outcome in self.loop.run(work())] == expected

    @rule(several=st.lists(drafts(), min_size=2, max_size=8))
    def send_at_once_what_speaks_of_nothing(self, several: list[Draft]) -> None:
        """Within one batch nothing may speak of what the same batch brings."""
        alone = [draft for draft in several if draft.about is None]

        async def work() -> list[Outcome]:
            requests = [Request(self.commons_id, draft) for draft in alone]
            return await asyncio.gather(*[self.batcher.append(r) for r in requests])

        expected = [self.model.write(draft, self.now) for draft in alone]
        assert [said(outcome) for outcome in self.loop.run(work())] == expected

    @rule(several=st.lists(drafts(), min_size=1, max_size=4))
    def crash_before_the_commit(self, several: list[Draft]) -> None:
        async def work() -> None:
            async with self.engine.begin() as db:
                for draft in several:
                    await append_all(db, self.commons_id, [draft], self.now)
                raise Interrupted

        with pytest.raises((Interrupted, DomainError)):
            self.loop.run(work())

    @rule(
        quorum=st.integers(1, 3),
        days=st.sampled_from([None, 1, 3]),
        silence=st.booleans(),
        advance=st.integers(0, 20),
    )
    def decide(self, *, quorum: int, days: int | None, silence: bool, advance: int) -> None:
        rules = Rules(quorum, frozenset(), days, silence and days is not None, Decimal(advance))
        self.now += timedelta(seconds=1)

        async def work() -> None:
            async with self.engine.begin() as db:
                await RulesStore(db).decide(self.commons_id, rules, PEOPLE[0], self.now)

        self.loop.run(work())
        self.model.ruled.append((self.now, rules))

    @rule(hours=st.integers(1, 48))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def seal(self) -> None:
        async def work() -> int:
            signer = Signer(SIGNER, KEY)
            async with self.engine.connect() as db:
                await seal_waiting(db, signer, lambda: self.now)
                latest = await Sealer(db, signer).latest(self.commons_id)
                waiting = await db.scalar(
                    select(func.count())
                    .select_from(queue)
                    .where(queue.c.commons_id == self.commons_id)
                )
                assert waiting == 0
                return latest.size if latest else 0

        size = self.loop.run(work())
        assert size == len(self.model.known) + len(self.model.ruled)
        assert size >= self.sealed
        self.sealed = size

    @invariant()
    def answers_agree(self) -> None:
        async def work() -> tuple[dict[int, State], dict[tuple[Account, str], Decimal]]:
            async with self.engine.connect() as db:
                store = JournalStore(db, self.now)
                found = await store.entries_by_id(
                    self.commons_id, [UUID(int=number) for number in range(1, 41)]
                )
                held = await store.balances(self.commons_id)
                summed = await store.balances_at(self.commons_id)
                assert {key: held[key] for key in summed} == summed
                return {key.int: entry.state for key, entry in found.items()}, held

        states, held = self.loop.run(work())
        assert states == {n: self.model.state(n, self.now) for n in self.model.known}
        for account in (COMMONS, WELL, TOWN, OUTSIDE):
            assert held.get((account, "EUR"), Decimal(0)) == self.model.balance(account)


def live(database: Database, examples: int, steps: int) -> None:
    shared = create_async_engine(database.service, pool_size=1)
    with asyncio.Runner() as runner:

        class Here(Life):
            engine = shared
            loop = runner

        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(shared.dispose())


def test_a_journal_and_its_model_agree(fresh_database: Database) -> None:
    live(fresh_database, examples=8, steps=20)


@pytest.mark.slow
def test_a_journal_and_its_model_agree_for_thousands_of_steps(
    fresh_database: Database,
) -> None:
    live(fresh_database, examples=60, steps=50)
