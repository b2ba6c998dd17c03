"""What an exported journal confirms over a period is what the service counts."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.statements.lives import LIVES, NOW, YEAR, Step, exported_file
from tests.statements.test_totals import garden

from commons.ledger.books.from_file import read_book
from commons.ledger.model import Entry, Kind
from commons.ledger.year import YearStore
from commons.statements.attested import attested_in
from commons.statements.model import Line
from commons.statements.rules import subtotals

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
WHOLE = (date(YEAR, 1, 1), date(YEAR, 12, 31))
NAMES = st.sampled_from([("Awa", "Noé", "Zoé"), ("Awa", "Awa", "Zoé"), ("=Awa", "Noé\n", "é")])


def confirmed(entries: list[Entry], *, only_open: bool) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for (reward, unit, _), counted in subtotals([Line(each) for each in entries]).items():
        if counted.confirmed and not (only_open and reward == "pro-bono"):
            found[unit] = found.get(unit, Decimal(0)) + counted.confirmed
    return found


def spelled(quantities: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    return sorted(quantities.items())


@settings(max_examples=40, suppress_health_check=QUIET)
@given(
    life=LIVES,
    quorum=st.integers(1, 2),
    gone=st.sampled_from([None, None, 0, 2]),
    called=NAMES,
    only_open=st.booleans(),
)
async def test_the_file_and_the_service_confirm_the_same_quantities(
    db: AsyncConnection,
    *,
    life: list[Step],
    quorum: int,
    gone: int | None,
    called: tuple[str, ...],
    only_open: bool,
) -> None:
    people = [uuid4() for _ in range(3)]
    commons_id = await garden(db, quorum, people, life, gone)
    here = {
        p: name for i, (p, name) in enumerate(zip(people, called, strict=True)) if i != gone
    }
    named = {str(person): name for person, name in here.items()}
    data = await exported_file(db, commons_id, named)
    found = attested_in(read_book(data, NOW)[1], *WHOLE, only_open=only_open)
    wanted = []
    for person in here:
        given_by = await YearStore(db, NOW).contributions(person, YEAR, commons_id)
        if quantities := confirmed(given_by, only_open=only_open):
            wanted.append(spelled(quantities))
    assert sorted(map(spelled, found.people.values())) == sorted(wanted)
    assert not any("\n" in name for name in found.people)
    assert (gone is not None) or not found.nameless


@settings(max_examples=20, suppress_health_check=QUIET)
@given(life=LIVES, days=st.lists(st.dates(date(2025, 12, 25), date(2027, 1, 20)), min_size=2))
async def test_periods_that_follow_each_other_add_up(
    db: AsyncConnection, life: list[Step], days: list[date]
) -> None:
    people = [uuid4() for _ in range(3)]
    commons_id = await garden(db, 1, people, life, None)
    data = await exported_file(db, commons_id, {str(person): person.hex for person in people})

    def total(first: date, last: date) -> Decimal:
        found = attested_in(read_book(data, NOW)[1], first, last)
        amounts = [n for each in found.people.values() for n in each.values()]
        return sum([*amounts, *found.unconfirmed.values()], Decimal(0))

    first, *between = sorted(set(days))
    middle = between[len(between) // 2] if between else first
    last = max(days)
    if first < middle:
        whole = total(first, last)
        before = total(first, date.fromordinal(middle.toordinal() - 1))
        assert before + total(middle, last) == whole


async def test_people_of_one_name_are_told_apart(db: AsyncConnection) -> None:
    people = [UUID(int=n << 96) for n in (1, 2, 3)]
    life = [
        Step(Kind.CONTRIBUTION, 0),
        Step(Kind.CONTRIBUTION, 1),
        Step(Kind.ATTESTATION, 2, target=0),
        Step(Kind.ATTESTATION, 2, target=1),
    ]
    commons_id = await garden(db, 1, people, life, None)
    data = await exported_file(db, commons_id, {str(person): "Awa" for person in people})
    found = attested_in(read_book(data, NOW)[1], *WHOLE)
    assert set(found.people) == {"Awa (00000001)", "Awa (00000002)"}
    assert found.freely == {"minute": Decimal(120)}
