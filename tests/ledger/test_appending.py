"""What a journal accepts, on a real PostgreSQL, as the service's login.

One request is one entry (LED-2), compared by what its leaf commits to (LED-3); states are
derived (LED-16).
"""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from tests.conftest import Database
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
from commons.ledger.appending import append, append_all
from commons.ledger.export import ExportedCommons, spell_export
from commons.ledger.filters import Filter
from commons.ledger.model import (
    Account,
    AccountKind,
    AlreadyWritten,
    Draft,
    Entry,
    Kind,
    Outcome,
    Refused,
    State,
    Written,
)
from commons.ledger.reading import reading
from commons.ledger.rules import reversal_of
from commons.ledger.sealing import Sealer, Signer, sealed_entries
from commons.ledger.store import JournalStore
from commons.ledger.tables import entries, personal
from commons.ledger.verification import verify_journal

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COMMONS = Account(AccountKind.COMMONS)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))


@pytest.fixture
async def garden(db: AsyncConnection) -> UUID:
    commons_id = uuid4()
    await JournalStore(db).open(commons_id, ORIGIN, NOW)
    return commons_id


def refusal(outcome: Outcome) -> Exception:
    assert isinstance(outcome, Refused), outcome
    return outcome.error


async def test_the_same_request_twice_is_one_entry(db: AsyncConnection, garden: UUID) -> None:
    draft = contribution(1, 150)
    first = await append(db, garden, [draft], NOW)
    again = await append(db, garden, [draft], NOW + timedelta(hours=1))
    assert (first, again) == ([Written(UUID(int=1))], [AlreadyWritten(UUID(int=1))])
    assert await JournalStore(db).count(garden) == 1


async def test_the_same_key_with_other_content_is_refused_and_the_first_stands(
    db: AsyncConnection, garden: UUID
) -> None:
    await append(db, garden, [contribution(1, 150)], NOW)
    [later] = await append(db, garden, [contribution(1, 150, "Autre chose")], NOW)
    assert isinstance(refusal(later), ConflictError)
    entry = await JournalStore(db).entry(garden, UUID(int=1))
    assert entry.personal["description"] == "Taille des pommiers"


async def test_in_one_batch_neighbours_of_a_refused_entry_are_written(
    db: AsyncConnection, garden: UUID
) -> None:
    bad = replace(contribution(2, 10), unit="bushel")
    outcomes = await append(
        db, garden, [contribution(1, 5), bad, contribution(1, 5), contribution(1, 6)], NOW
    )
    assert [type(outcome) for outcome in outcomes] == [
        Written,
        Refused,
        AlreadyWritten,
        Refused,
    ]


async def test_one_repeats_a_request_whose_text_was_erased(
    db: AsyncConnection, garden: UUID
) -> None:
    await append(db, garden, [contribution(1, 150)], NOW)
    await db.execute(delete(personal).where(personal.c.commons_id == garden))
    [again] = await append(db, garden, [contribution(1, 150)], NOW)
    assert again == AlreadyWritten(UUID(int=1))
    [other] = await append(db, garden, [contribution(1, 151)], NOW)
    assert isinstance(refusal(other), ConflictError)


async def test_nobody_attests_their_own_work_nor_the_same_work_twice(
    db: AsyncConnection, garden: UUID
) -> None:
    await append(db, garden, [contribution(1, 150)], NOW)
    own = replace(attestation(2, 1), personal={"attester": str(CAMILLE)})
    outcomes = await append(db, garden, [own, attestation(3, 1), attestation(4, 1)], NOW)
    assert "propre contribution" in str(refusal(outcomes[0]))
    assert isinstance(outcomes[1], Written)
    assert "déjà attesté" in str(refusal(outcomes[2]))
    [later] = await append(db, garden, [attestation(5, 1)], NOW)
    assert "déjà attesté" in str(refusal(later))
    entry = await JournalStore(db).entry(garden, UUID(int=1))
    assert (entry.state, entry.attestations) == (State.ATTESTED, 1)


async def test_a_correction_is_one_reversal_and_a_reversal_is_final(
    db: AsyncConnection, garden: UUID
) -> None:
    store = JournalStore(db)
    await append(db, garden, [contribution(1, 150)], NOW)
    first = reversal_of(
        await store.entry(garden, UUID(int=1)),
        (),
        entry_id=UUID(int=2),
        on=NOW.date(),
        personal={"reverser": str(NOUR), "reason": "Saisi deux fois"},
    )
    outcomes = await append(db, garden, [first, replace(first, entry_id=UUID(int=3))], NOW)
    assert isinstance(outcomes[0], Written)
    assert "déjà sa contre-écriture" in str(refusal(outcomes[1]))
    [of_reversal] = await append(
        db, garden, [replace(first, entry_id=UUID(int=4), about=UUID(int=2))], NOW
    )
    assert isinstance(refusal(of_reversal), RuleBrokenError)
    assert [given.quantity for given in await store.given(garden)] == [Decimal(0)]
    assert (await store.entry(garden, UUID(int=1))).state is State.REVERSED


async def test_what_is_not_held_cannot_be_given(db: AsyncConnection, garden: UUID) -> None:
    envelope = Account(AccountKind.ENVELOPE, UUID(int=9))
    camille = Account(AccountKind.PERSON, CAMILLE)
    outcomes = await append(
        db,
        garden,
        [
            money(1, COMMONS, envelope, "1"),
            money(2, TOWN, COMMONS, "100"),
            money(3, COMMONS, envelope, "60.01"),
            money(4, envelope, camille, "60.02"),
            money(5, envelope, camille, "60.01"),
        ],
        NOW,
    )
    assert [type(outcome) for outcome in outcomes] == [
        Refused,
        Written,
        Written,
        Refused,
        Written,
    ]
    held = await JournalStore(db).balances(garden)
    assert held[COMMONS, "EUR"] == Decimal("39.99")
    assert held[camille, "EUR"] == Decimal("60.01")
    assert sum(held.values()) == 0


async def test_a_decision_is_written_whole_or_not_at_all(
    db: AsyncConnection, garden: UUID
) -> None:
    savepoint = await db.begin_nested()
    with pytest.raises(RuleBrokenError, match="pas assez"):
        await append_all(
            db, garden, [money(1, TOWN, COMMONS, "5"), money(2, COMMONS, TOWN, "6")], NOW
        )
    await savepoint.rollback()
    assert await JournalStore(db).count(garden) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": Decimal(-1)},
        {"quantity": Decimal("1.5")},
        {"quantity": Decimal("NaN")},
        {"quantity": Decimal(10) ** 16},
        {"unit": "hour"},
        {"occurred_to": date(2027, 1, 1)},
        {"occurred_from": date(2026, 11, 21)},
        {"occurred_from": date(1812, 1, 1), "occurred_to": date(1812, 1, 1)},
        {"details": {"nature": "work", "reward": "gold"}},
        {"personal": {"contributor": str(CAMILLE), "description": " "}},
        {"personal": {"contributor": str(CAMILLE), "description": "a\0b"}},
        {"personal": {"contributor": str(CAMILLE), "description": "x" * 10_001}},
    ],
)
async def test_a_malformed_contribution_is_refused_with_the_field(
    db: AsyncConnection, garden: UUID, change: dict[str, object]
) -> None:
    draft = replace(contribution(1, 30), **change)  # type: ignore[arg-type]
    [outcome] = await append(db, garden, [draft], NOW)
    error = refusal(outcome)
    assert isinstance(error, InputError)
    assert error.errors
    assert await JournalStore(db).count(garden) == 0


async def test_an_attestation_of_nothing_is_refused(db: AsyncConnection, garden: UUID) -> None:
    [outcome] = await append(db, garden, [attestation(1, 99)], NOW)
    assert "pas dans ce journal" in str(refusal(outcome))


async def waiting(db: AsyncConnection) -> list[UUID]:
    return list(await db.scalars(text("SELECT entry_id FROM journal_queue ORDER BY entry_id")))


async def test_the_sealed_journal_verifies_and_grows_consistently(
    db: AsyncConnection, garden: UUID
) -> None:
    sealer = Sealer(db, Signer(SIGNER, KEY))
    await append(db, garden, [contribution(1, 150), contribution(2, 30)], NOW)
    kept = await sealer.seal(garden, NOW)
    assert kept is not None
    await append(db, garden, [attestation(3, 1)], NOW)
    assert await waiting(db) == [UUID(int=3)]
    note = await sealer.seal(garden, NOW)
    assert note is not None
    leaves = await sealed_entries(db, garden, 3, opened=True)
    people = {str(CAMILLE): "Camille Roux", str(NOUR): "Nour Benali"}
    exported = ExportedCommons(garden, "jardin", "Le jardin")
    data = spell_export(exported, note, leaves, people, signer=SIGNER, key=KEY)
    verdict = verify_journal(data, Signer(SIGNER, KEY).verifier, kept)
    assert verdict.faults == ()
    assert (verdict.entries, verdict.compared_with) == (3, 2)
    assert await waiting(db) == []


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=-1)])
async def test_what_speaks_of_an_entry_is_sealed_after_it_whatever_key_or_clock(
    db: AsyncConnection, garden: UUID, late: timedelta
) -> None:
    """LED-42: here the later entry has the smaller key, and a clock that is not ahead."""
    await append(db, garden, [contribution(9, 150), contribution(8, 30)], NOW)
    await append(db, garden, [attestation(5, 9)], NOW + late)
    contest = replace(attestation(4, 9), kind=Kind.CONTEST)
    contest = replace(contest, personal={"contester": str(NOUR), "reason": "Trop"})
    await append(db, garden, [contest], NOW + 2 * late)
    answer = replace(contest, entry_id=UUID(int=3), kind=Kind.ANSWER, about=UUID(int=4))
    answer = replace(answer, personal={"answerer": str(CAMILLE), "reason": "Non"})
    [outcome] = await append(db, garden, [answer], NOW + 3 * late)
    assert isinstance(outcome, Written)
    note = await Sealer(db, Signer(SIGNER, KEY)).seal(garden, NOW)
    assert note is not None
    leaves = await sealed_entries(db, garden, 5, opened=True)
    exported = ExportedCommons(garden, "jardin", "Le jardin")
    data = spell_export(exported, note, leaves, {}, signer=SIGNER, key=KEY)
    assert verify_journal(data, Signer(SIGNER, KEY).verifier).faults == ()
    order = [json.loads(item.leaf)["entry_id"] for item in leaves]
    assert [UUID(item).int for item in order] == [8, 9, 5, 4, 3]


async def test_entries_are_listed_latest_first_and_by_what_one_looks_for(
    db: AsyncConnection, garden: UUID
) -> None:
    store = JournalStore(db)
    for number in range(1, 6):
        moment = NOW + timedelta(seconds=number)
        await append(db, garden, [contribution(number, number * 10)], moment)
    await append(db, garden, [attestation(6, 2)], NOW + timedelta(seconds=9))
    first = await store.page(garden, Filter(kinds=(Kind.CONTRIBUTION,)), limit=2)
    assert [entry.entry_id.int for entry in first] == [5, 4]
    after = (first[-1].recorded_at, first[-1].entry_id)
    rest = await store.page(garden, Filter(kinds=(Kind.CONTRIBUTION,)), before=after)
    assert [entry.entry_id.int for entry in rest] == [3, 2, 1]
    attested = await store.page(garden, Filter(state=State.ATTESTED))
    assert [entry.entry_id.int for entry in attested] == [2]
    assert len(await store.page(garden, Filter(person=NOUR))) == 1


async def test_entries_recorded_together_are_listed_by_when_they_happened(
    db: AsyncConnection, garden: UUID
) -> None:
    """An import has one moment; its rows are read in the order of what they tell."""
    store, days = JournalStore(db), [3, 1, 4, 1, 5, 2, 2]
    drafts = [
        replace(contribution(number, 30), occurred_from=day, occurred_to=day)
        for number, day in enumerate((date(2026, 10, day) for day in days), start=1)
    ]
    await append_all(db, garden, drafts, NOW)
    listed: list[Entry] = []
    while len(listed) < len(days):
        last = (listed[-1].recorded_at, listed[-1].entry_id) if listed else None
        listed += await store.page(garden, Filter(), before=last, limit=2)
    expected = sorted(((day, number) for number, day in enumerate(days, start=1)), reverse=True)
    assert [entry.entry_id.int for entry in listed] == [number for _, number in expected]
    last = (listed[-1].recorded_at, listed[-1].entry_id)
    assert await store.page(garden, Filter(), before=last) == []


def test_a_state_is_looked_up_for_what_is_shown_and_not_for_the_whole_journal() -> None:
    """With EXISTS, PostgreSQL gathered every contest of the table before it showed a page."""
    assert "EXISTS" not in str(reading(literal(NOW)))


async def test_forty_copies_of_one_request_at_once_make_one_entry(
    fresh_database: Database,
) -> None:
    engine = create_async_engine(fresh_database.service, pool_size=12)
    commons_id = uuid4()
    async with engine.begin() as db:
        await JournalStore(db).open(commons_id, ORIGIN, NOW)
        await append_all(db, commons_id, [money(1, TOWN, COMMONS, "100")], NOW)
    envelope = Account(AccountKind.ENVELOPE, UUID(int=9))

    async def send(draft: Draft) -> Outcome:
        async with engine.begin() as db:
            return (await append(db, commons_id, [draft], NOW))[0]

    drafts = [contribution(2, 30), money(3, COMMONS, envelope, "70"), attestation(4, 2)]
    await send(drafts[0])
    outcomes = await asyncio.gather(*[send(draft) for draft in drafts for _ in range(13)])
    assert [type(outcome) for outcome in outcomes].count(Written) == 2
    assert not [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    async with engine.begin() as db:
        held = await JournalStore(db).balances(commons_id)
        assert held[envelope, "EUR"] == Decimal(70)
        assert await db.scalar(select(func.count()).select_from(entries)) == 4
    await engine.dispose()
