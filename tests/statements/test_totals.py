"""Totals of a year: what the documents count is what the exported journal says."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.ledger.conftest import SIGNER
from tests.statements.lives import BASKET, DAYS, LIVES, NOW, YEAR, Step, exported, lived

from commons.kernel.quantity import Unit
from commons.ledger.appending import append_all
from commons.ledger.erasing import ErasingStore
from commons.ledger.model import Account, AccountKind, Draft, Kind, Rules
from commons.ledger.rules import reversal_of, transfer
from commons.ledger.ruling import RulesStore
from commons.ledger.store import JournalStore
from commons.ledger.year import YearStore
from commons.statements.model import Choice, Line
from commons.statements.rules import attested_minutes, cents_of, subtotals, valued

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
CHOICE = Choice(Decimal("12.02"), "smic", "Bulletin", {("work", BASKET): Decimal("0.035")})


def counted_by_hand(
    journal: Mapping[str, Any], quorum: int
) -> dict[tuple[str, str, str, str, str, str], Decimal]:
    """Read the leaves of a journal: who, reward, unit, nature, whose name, state → how much.

    Written from the specification (LED-33, decision 0018), with no query and no rule of ours.
    """
    entries = [(item["leaf"], item["open"]) for item in journal["entries"]]

    def about(entry_id: str, kind: str) -> list[dict[str, Any]]:
        return [
            leaf for leaf, _ in entries if leaf["kind"] == kind and leaf["about"] == entry_id
        ]

    found: dict[tuple[str, str, str, str, str, str], Decimal] = defaultdict(Decimal)
    for leaf, opened in entries:
        if leaf["kind"] != "contribution" or leaf["occurred_to"][:4] != str(YEAR):
            continue
        key = leaf["entry_id"]
        attested = [
            item
            for item in about(key, "attestation")
            if not about(item["entry_id"], "reversal")
        ]
        contested = [
            item
            for item in about(key, "contest")
            if not about(item["entry_id"], "answer") + about(item["entry_id"], "reversal")
        ]
        if about(key, "reversal"):
            continue
        state = "confirmed" if len(attested) >= quorum else "awaiting"
        details = leaf["details"]
        who = opened.get("contributor", {}).get("value", "")
        whose = "organisation" if "organisation" in details else "own"
        state = "contested" if contested else state
        place = (who, details["reward"], leaf["unit"], details["nature"], whose, state)
        found[place] += Decimal(leaf["quantity"])
    return found


def summed(
    found: Mapping[tuple[str, str, str, str, str, str], Decimal], *parts: str | None
) -> Decimal:
    """The sum of all that agrees with `parts`; None agrees with anything."""
    return sum(
        (
            amount
            for key, amount in found.items()
            if all(p in (None, k) for p, k in zip(parts, key, strict=True))
        ),
        Decimal(0),
    )


async def garden(
    db: AsyncConnection, quorum: int, people: list[UUID], life: list[Step], gone: int | None
) -> UUID:
    commons_id = uuid4()
    store = JournalStore(db)
    await store.open(commons_id, f"{SIGNER}/{commons_id}", NOW)
    await store.declare_unit(commons_id, Unit(BASKET, 3, "paniers"))
    await RulesStore(db).decide(commons_id, Rules(quorum=quorum), people[0], NOW)
    await lived(db, commons_id, people, life)
    if gone is not None:
        await ErasingStore(db).erase(people[gone], NOW)
    return commons_id


@settings(max_examples=40, suppress_health_check=QUIET)
@given(life=LIVES, quorum=st.integers(1, 2), gone=st.sampled_from([None, None, 0, 2]))
async def test_the_statement_counts_what_the_exported_journal_says(
    db: AsyncConnection, life: list[Step], quorum: int, gone: int | None
) -> None:
    people = [uuid4() for _ in range(3)]
    commons_id = await garden(db, quorum, people, life, gone)
    found = counted_by_hand(await exported(db, commons_id), quorum)
    store = YearStore(db, NOW)
    for person in people:
        given = await store.contributions(person, YEAR, commons_id)
        lines = [Line(entry) for entry in given]
        sums = subtotals(lines)
        for (reward, unit, nature), counted in sums.items():
            for state in ("confirmed", "awaiting", "contested"):
                wanted = summed(found, str(person), reward, unit, nature, None, state)
                assert getattr(counted, state) == wanted, (reward, unit, nature, state)
        assert sum((c.total for c in sums.values()), Decimal(0)) == summed(
            found, str(person), None, None, None, None, None
        )
        for nature in ("work", "knowledge"):
            wanted = summed(
                found, str(person), "pro-bono", "minute", nature, "own", "confirmed"
            )
            assert attested_minutes(lines).get(nature, 0) == wanted


@settings(max_examples=40, suppress_health_check=QUIET)
@given(life=LIVES, quorum=st.integers(1, 2), gone=st.sampled_from([None, 0]))
async def test_the_valuation_counts_everyone_even_the_erased(
    db: AsyncConnection, life: list[Step], quorum: int, gone: int | None
) -> None:
    people = [uuid4() for _ in range(3)]
    commons_id = await garden(db, quorum, people, life, gone)
    found = counted_by_hand(await exported(db, commons_id), quorum)
    given = await YearStore(db, NOW).given(commons_id, YEAR)
    hours, others, left_out = valued(given, CHOICE)
    for row in (*hours, *others):
        assert row.quantity == summed(
            found, None, "pro-bono", row.unit, row.nature, "own", "confirmed"
        )
    everything = [row.quantity for row in (*hours, *others)]
    everything += [item.quantity for item in left_out]
    assert sum(everything, Decimal(0)) == summed(found, None, None, None, None, None, None)
    for row in hours:
        assert (row.unit, row.nature in ("work", "knowledge")) == ("minute", True)


@given(
    minutes=st.integers(1, 10**9),
    rate=st.decimals(Decimal("0.0001"), 10_000, places=4),
)
def test_an_hour_is_valued_to_the_nearest_cent_half_a_cent_up(
    minutes: int, rate: Decimal
) -> None:
    cents = cents_of(Decimal(minutes), "minute", rate)
    # Multiplied out, so the check itself rounds nothing.
    exact = minutes * int(rate * 10_000)  # in cents, times 6000
    assert 2 * cents * 6000 - 6000 <= 2 * exact < 2 * cents * 6000 + 6000


async def test_a_correction_counts_in_the_year_of_what_it_corrects(db: AsyncConnection) -> None:
    """Decision 0018: taken back in 2027, a contribution of 2026 leaves 2026 and not 2027."""
    people = [uuid4() for _ in range(3)]
    gift = Step(Kind.CONTRIBUTION, 0, quantity=Decimal(90))
    back = replace(gift, kind=Kind.REVERSAL, who=1, days=DAYS[5])
    commons_id = await garden(db, 1, people, [gift, gift, back], None)
    store = YearStore(db, NOW)
    given = await store.contributions(people[0], YEAR, commons_id)
    [counted] = subtotals([Line(entry) for entry in given]).values()
    assert counted.total == Decimal(90)
    assert await store.late_reversals(commons_id, people[0], YEAR) == []
    assert await store.contributions(people[0], 2027, commons_id) == []
    [(reversal, taken)] = await store.late_reversals(commons_id, people[0], 2027)
    assert (reversal.about, taken.occurred_to.year) == (taken.entry_id, YEAR)


COMMONS, OUTSIDE = Account(AccountKind.COMMONS), Account(AccountKind.OUTSIDE)
TOWN = Account(AccountKind.FUNDER, UUID(int=77))
MOVES = st.lists(
    st.tuples(st.integers(1, 50_000), st.sampled_from(DAYS), st.booleans(), st.booleans()),
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=QUIET)
@given(moves=MOVES)
async def test_money_received_and_due_is_what_the_postings_say(
    db: AsyncConnection, moves: list[tuple[int, tuple[date, date], bool, bool]]
) -> None:
    """Each move makes a sum due; it may be paid at once, or be taken back in 2027."""
    person, commons_id = uuid4(), uuid4()
    store = JournalStore(db)
    await store.open(commons_id, f"{SIGNER}/{commons_id}", NOW)
    theirs = Account(AccountKind.PERSON, person)
    money = Draft(
        uuid4(),
        Kind.TRANSFER,
        *DAYS[0],
        details={"purpose": "funding"},
        postings=transfer(TOWN, COMMONS, Decimal(10_000)),
    )
    await append_all(db, commons_id, [money], NOW)
    for cents, days, is_paid, is_taken_back in moves:
        amount = Decimal(cents).scaleb(-2)
        award = Draft(
            uuid4(),
            Kind.TRANSFER,
            *days,
            details={"purpose": "award"},
            postings=transfer(COMMONS, theirs, amount),
        )
        await append_all(db, commons_id, [award], NOW)
        moved = transfer(theirs, OUTSIDE, amount)
        if is_paid:
            paid = replace(
                award, entry_id=uuid4(), details={"purpose": "payment"}, postings=moved
            )
            await append_all(db, commons_id, [paid], NOW)
        elif is_taken_back:
            entry = await store.entry(commons_id, award.entry_id)
            made = reversal_of(
                entry, award.postings, entry_id=uuid4(), on=DAYS[5][0], personal={}
            )
            await append_all(db, commons_id, [made], NOW)
    postings = [
        (leaf["occurred_to"], Decimal(posting["amount"]))
        for leaf in (item["leaf"] for item in (await exported(db, commons_id))["entries"])
        for posting in leaf.get("postings", [])
        if posting["account"] == "person"
    ]
    years = YearStore(db, NOW)
    for year in (2025, 2026, 2027):
        mine = await years.movements(commons_id, person, year)
        wanted = [amount for day, amount in postings if day[:4] == str(year)]
        assert sorted(moved.amount for moved in mine) == sorted(wanted)
        due = await years.due(commons_id, person, date(year, 12, 31))
        assert due == sum((a for day, a in postings if day[:4] <= str(year)), Decimal(0))
