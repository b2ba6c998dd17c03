"""How a commons confirms (LED-30, LED-31, LED-32, LED-33, LED-35, LED-36, LED-38)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.ledger.conftest import (
    CAMILLE,
    KEY,
    NOUR,
    ORIGIN,
    SIGNER,
    attestation,
    contribution,
    money,
)

from commons.kernel.errors import ConflictError, InputError, RuleBrokenError
from commons.kernel.quantity import Unit
from commons.ledger.appending import append, append_all
from commons.ledger.filters import Filter
from commons.ledger.model import (
    Account,
    AccountKind,
    Draft,
    Kind,
    Outcome,
    Refused,
    Rules,
    Standing,
    State,
    Written,
)
from commons.ledger.rules import reversal_of
from commons.ledger.ruling import RulesStore
from commons.ledger.sealing import Sealer, Signer
from commons.ledger.store import JournalStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SASHA = UUID(int=0xC3)
WORKSHOP = UUID(int=0xA5)
COMMONS = Account(AccountKind.COMMONS)
OUTSIDE = Account(AccountKind.OUTSIDE)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))


@pytest.fixture
async def garden(db: AsyncConnection) -> UUID:
    commons_id = uuid4()
    await JournalStore(db).open(commons_id, ORIGIN, NOW)
    return commons_id


def attested_by(number: int, person: UUID, about: int = 1) -> Draft:
    return replace(attestation(number, about), personal={"attester": str(person)})


def said(kind: Kind, number: int, about: int, who: dict[str, str], reason: str) -> Draft:
    draft = attestation(number, about)
    return replace(draft, kind=kind, personal={**who, "reason": reason})


def contest(
    number: int, about: int, person: UUID = NOUR, reason: str = "C'était lundi"
) -> Draft:
    return said(Kind.CONTEST, number, about, {"contester": str(person)}, reason)


def answer(
    number: int, about: int, person: UUID = CAMILLE, reason: str = "Oui, lundi"
) -> Draft:
    return said(Kind.ANSWER, number, about, {"answerer": str(person)}, reason)


def payment(number: int, about: int) -> Draft:
    return replace(money(number, COMMONS, OUTSIDE, "10"), about=UUID(int=about))


def refused(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    return str(outcome.error)


async def rule(db: AsyncConnection, garden: UUID, rules: Rules, at: datetime = NOW) -> None:
    await RulesStore(db).decide(garden, rules, SASHA, at)


async def state(
    db: AsyncConnection, garden: UUID, number: int = 1, at: datetime = NOW
) -> State:
    return (await JournalStore(db, at).entry(garden, UUID(int=number))).state


async def test_a_quorum_is_reached_by_distinct_people(
    db: AsyncConnection, garden: UUID
) -> None:
    await rule(db, garden, Rules(quorum=2))
    await append_all(db, garden, [contribution(1, 30)], NOW)
    await append_all(db, garden, [attested_by(2, NOUR)], NOW)
    assert await state(db, garden) is State.AWAITING
    [again] = await append(db, garden, [attested_by(3, NOUR)], NOW)
    assert "déjà attesté" in refused(again)
    await append_all(db, garden, [attested_by(4, SASHA)], NOW)
    assert await state(db, garden) is State.ATTESTED


async def test_rules_hold_for_what_is_recorded_afterwards(
    db: AsyncConnection, garden: UUID
) -> None:
    await append_all(db, garden, [contribution(1, 30)], NOW)
    await append_all(db, garden, [attested_by(2, NOUR)], NOW)
    later = NOW + timedelta(days=1)
    await rule(db, garden, Rules(quorum=2), later)
    await append_all(db, garden, [contribution(3, 30)], later)
    await append_all(db, garden, [attested_by(4, NOUR, 3)], later)
    assert await state(db, garden, 1) is State.ATTESTED
    assert await state(db, garden, 3) is State.AWAITING
    known = await RulesStore(db).all(garden)
    recorded = await JournalStore(db).entry(garden, known[0].entry_id)
    assert (recorded.kind, recorded.details["quorum"]) == (Kind.DOCUMENT, "2")


async def test_only_the_roles_that_the_commons_named_attest(
    db: AsyncConnection, garden: UUID
) -> None:
    await rule(db, garden, Rules(attesters=frozenset({"steward"})))
    await append_all(db, garden, [contribution(1, 30)], NOW)
    member = Standing(roles=frozenset({"contributor"}))
    [outcome] = await append(db, garden, [attested_by(2, NOUR)], NOW, member)
    assert "votre rôle" in refused(outcome)
    steward = Standing(roles=frozenset({"contributor", "steward"}))
    await append_all(db, garden, [attested_by(3, NOUR)], NOW, steward)
    assert await state(db, garden) is State.ATTESTED


async def test_nobody_attests_for_an_organisation_they_sign_for(
    db: AsyncConnection, garden: UUID
) -> None:
    draft = contribution(1, 30)
    lent = replace(draft, details={**draft.details, "organisation": str(WORKSHOP)})
    await append_all(db, garden, [lent], NOW)
    signatory = Standing(signs_for=frozenset({WORKSHOP}))
    [outcome] = await append(db, garden, [attested_by(2, NOUR)], NOW, signatory)
    assert "signez pour l'organisation" in refused(outcome)
    elsewhere = Standing(signs_for=frozenset({UUID(int=9)}))
    await append_all(db, garden, [attested_by(3, NOUR)], NOW, elsewhere)


async def test_what_is_contested_is_not_paid_before_someone_answers(
    db: AsyncConnection, garden: UUID
) -> None:
    await append_all(db, garden, [contribution(1, 30), money(2, TOWN, COMMONS, "50")], NOW)
    await append_all(db, garden, [attested_by(3, NOUR)], NOW)
    await append_all(db, garden, [contest(4, 1)], NOW)
    assert await state(db, garden) is State.CONTESTED
    [found] = await JournalStore(db).contested(garden, CAMILLE)
    assert found.entry_id == UUID(int=1)
    [unpaid] = await append(db, garden, [payment(5, 1)], NOW)
    assert "contestée" in refused(unpaid)
    await append_all(db, garden, [answer(6, 4)], NOW)
    assert await state(db, garden) is State.ATTESTED
    await append_all(db, garden, [payment(7, 1)], NOW)
    [late] = await append(db, garden, [answer(8, 4)], NOW)
    assert "déjà sa réponse" in refused(late)


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (contest(10, 1, CAMILLE), "annulez-la"),
        (contest(10, 1, reason=" "), "pourquoi"),
        (contest(10, 2), "se conteste"),
        (answer(10, 1), "qu'à une contestation"),
        (answer(10, 3, NOUR), "propre contestation"),
        (contest(10, 1), "déjà contesté"),
        (contest(10, 99), "pas dans ce journal"),
    ],
)
async def test_a_contest_has_a_reason_a_target_and_another_author(
    db: AsyncConnection, garden: UUID, draft: Draft, why: str
) -> None:
    await append_all(db, garden, [contribution(1, 30), money(2, TOWN, COMMONS, "5")], NOW)
    await append_all(db, garden, [contest(3, 1)], NOW)
    [outcome] = await append(db, garden, [draft], NOW)
    assert why in refused(outcome)


async def test_a_contest_withdrawn_awaits_no_answer(db: AsyncConnection, garden: UUID) -> None:
    await append_all(db, garden, [contribution(1, 30)], NOW)
    await append_all(db, garden, [contest(2, 1)], NOW)
    entry = await JournalStore(db).entry(garden, UUID(int=2))
    who = {"reverser": str(NOUR), "reason": "Je me suis trompée"}
    back = reversal_of(entry, (), entry_id=UUID(int=3), on=NOW.date(), personal=who)
    await append_all(db, garden, [back], NOW)
    assert await state(db, garden) is State.AWAITING
    [late] = await append(db, garden, [answer(4, 2)], NOW)
    assert "retirée" in refused(late)
    assert isinstance((await append(db, garden, [contest(5, 1)], NOW))[0], Written)


async def test_silence_accepts_when_the_commons_ruled_so(
    db: AsyncConnection, garden: UUID
) -> None:
    await rule(db, garden, Rules(quorum=3, contest_days=15, silence_accepts=True))
    await append_all(db, garden, [contribution(1, 30), contribution(2, 60)], NOW)
    await append_all(db, garden, [contest(3, 2)], NOW)
    eve, day = NOW + timedelta(days=15, seconds=-1), NOW + timedelta(days=15)
    assert await state(db, garden, 1, eve) is State.AWAITING
    assert await state(db, garden, 1, day) is State.ACCEPTED
    assert await state(db, garden, 2, day) is State.CONTESTED
    [late] = await append(db, garden, [contest(4, 1)], day)
    assert "15 jours" in refused(late)
    await append_all(db, garden, [answer(5, 3)], day)
    assert await state(db, garden, 2, day) is State.ACCEPTED
    store = JournalStore(db, day)
    accepted = await store.page(garden, Filter(state=State.ACCEPTED))
    assert {entry.entry_id.int for entry in accepted} == {1, 2}
    assert [given.attested for given in await store.given(garden)] == [Decimal(90)]
    assert [given.attested for given in await JournalStore(db, eve).given(garden)] == [0]


@pytest.mark.parametrize(
    "rules",
    [
        Rules(quorum=0),
        Rules(quorum=101),
        Rules(contest_days=0),
        Rules(silence_accepts=True),
        Rules(advance=Decimal(-1)),
        Rules(advance=Decimal("0.001")),
    ],
)
async def test_rules_nobody_can_follow_are_refused(
    db: AsyncConnection, garden: UUID, rules: Rules
) -> None:
    with pytest.raises(InputError):
        await rule(db, garden, rules)
    assert await JournalStore(db).count(garden) == 0


async def test_a_commons_pays_in_advance_only_what_it_declared(
    db: AsyncConnection, garden: UUID
) -> None:
    await append_all(db, garden, [money(1, TOWN, COMMONS, "10")], NOW)
    [short] = await append(db, garden, [money(2, COMMONS, OUTSIDE, "15")], NOW)
    assert "5 de plus" in refused(short)
    await rule(db, garden, Rules(advance=Decimal(20)))
    await append_all(db, garden, [money(3, COMMONS, OUTSIDE, "30")], NOW)
    assert await JournalStore(db).balance(garden, COMMONS) == Decimal(-20)
    [over] = await append(db, garden, [money(4, COMMONS, OUTSIDE, "0.01")], NOW)
    assert isinstance(over, Refused)
    assert isinstance(over.error, RuleBrokenError)


async def test_a_unit_is_declared_once_and_keeps_its_scale(
    db: AsyncConnection, garden: UUID
) -> None:
    store = JournalStore(db)
    basket = Unit("basket", 1, "paniers")
    await store.declare_unit(garden, basket)
    await store.declare_unit(garden, basket)
    for other in (Unit("basket", 2, "paniers"), Unit("minute", 2, "minutes")):
        with pytest.raises(ConflictError):
            await store.declare_unit(garden, other)
    half = replace(contribution(1, 1), unit="basket", quantity=Decimal("1.5"))
    quarter = replace(contribution(2, 1), unit="basket", quantity=Decimal("1.25"))
    outcomes = await append(db, garden, [half, quarter], NOW)
    assert [type(outcome) for outcome in outcomes] == [Written, Refused]


async def test_balances_are_known_on_a_day_and_at_a_checkpoint(
    db: AsyncConnection, garden: UUID
) -> None:
    store = JournalStore(db)
    early = replace(
        money(1, TOWN, COMMONS, "100"),
        occurred_from=date(2026, 10, 1),
        occurred_to=date(2026, 10, 1),
    )
    await append_all(db, garden, [early, money(2, COMMONS, OUTSIDE, "30")], NOW)
    await Sealer(db, Signer(SIGNER, KEY)).seal(garden, NOW)
    # Learned late: it happened before, and was not known at the checkpoint of size 2.
    forgotten = replace(early, entry_id=UUID(int=3))
    await append_all(db, garden, [forgotten], NOW - timedelta(days=3))
    october = await store.balances_at(garden, on=date(2026, 10, 31))
    assert october[COMMONS, "EUR"] == Decimal(200)
    known = await store.balances_at(garden, size=2)
    assert known[COMMONS, "EUR"] == Decimal(70)
    both = await store.balances_at(garden, on=date(2026, 10, 31), size=2)
    assert both[COMMONS, "EUR"] == Decimal(100)
    assert await store.balances_at(garden) == await store.balances(garden)
