"""What hledger, Ledger, Beancount and readers of linked data count is what the journal holds.

Where a program is not installed its part is skipped: `make deps` and `make oracle-books`.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from tests.conftest import Database
from tests.ledger.book_readers import (
    Held,
    beancount_balances,
    beancount_reads_these_and_nothing_else,
    hledger_balances,
    hledger_reads_these_and_nothing_else,
    ledger_balances,
    linked_balances,
    tool,
)
from tests.ledger.lived_journals import Step, stories
from tests.ledger.seen_journals import NAMES, Seen, seen_by_all

from commons.ledger.books.forms import BookForm
from commons.ledger.books.places import BRANCHES, commodity
from commons.ledger.books.valueflows import HELD
from commons.ledger.model import AccountKind


def by_owner(held: Held, kind: str) -> dict[tuple[str, str], Decimal]:
    """What the program found under a branch, by the mark of the owner and commodity."""
    branch = BRANCHES[kind]
    return {
        (name.removeprefix(branch).rpartition("-")[2], unit): amount
        for (name, unit), amount in held.items()
        if amount and (name == branch or name.startswith(f"{branch}:"))
    }


def agree_on_accounts(held: Held, seen: Seen, kinds: Iterable[AccountKind]) -> int:
    """How many accounts of these kinds hold something: what the database says."""
    counted = 0
    for kind in kinds:
        expected, found = seen.expected(kind), by_owner(held, kind)
        counted += len(found)
        if kind is AccountKind.PERSON and not seen.is_open:
            assert sorted(found.values()) == sorted(expected.values())
            continue
        for (mark, unit), amount in found.items():
            [owner] = {digits for digits, _ in expected if digits.startswith(mark)}
            assert expected.pop((owner, unit)) == amount
        assert expected == {}
    return counted


def agrees(held: Held, seen: Seen) -> None:
    """Every account of the journal holds, by the program, what the database says."""
    counted = agree_on_accounts(held, seen, AccountKind)
    received = {commodity(unit): amount for unit, amount in seen.received.items() if amount}
    assert {u: amount for (_, u), amount in by_owner(held, "received").items()} == received
    given = by_owner(held, "given")
    assert counted + len(received) + len(given) == sum(map(bool, held.values()))
    agree_on_gifts(given, received, seen)


def agree_on_gifts(given: Held, received: Mapping[str, Decimal], seen: Seen) -> None:
    total: dict[str, Decimal] = {}
    for (_, unit), amount in given.items():
        total[unit] = total.get(unit, Decimal(0)) - amount
    assert {unit: amount for unit, amount in total.items() if amount} == received
    for (person, unit), amount in seen.given.items() if seen.is_open else ():
        [mark] = {mark for mark, _ in given if mark and person.hex.startswith(mark)}
        assert given[mark, commodity(unit)] == -amount


def check_hledger(file: Path, seen: Seen) -> None:
    agrees(hledger_balances(file), seen)
    hledger_reads_these_and_nothing_else(file, seen.entries)


def check_ledger(file: Path, seen: Seen) -> None:
    agrees(ledger_balances(file), seen)


def check_beancount(file: Path, seen: Seen) -> None:
    agrees(beancount_balances(file), seen)
    beancount_reads_these_and_nothing_else(file, seen.entries)


def check_linked(file: Path, seen: Seen) -> None:
    """Accounts hold what events add up to; who gave and who was paid, likewise."""
    said, summed = linked_balances(file)
    agree_on_accounts(said, seen, HELD)
    assert {key: a for key, a in summed.items() if key[0].startswith("Assets:")} == said
    gifts: dict[str, Decimal] = {}
    givers: dict[tuple[str, str], Decimal] = {}
    paid = Decimal(0)
    for (name, unit), amount in summed.items():
        if name.startswith("given "):
            gifts[unit] = gifts.get(unit, Decimal(0)) + amount
        elif "#funder-" in name or "#chamber-" in name:
            givers[name.rpartition("-")[2], unit] = amount
        elif not name.startswith("Assets:"):
            paid += amount
    assert gifts == {**dict.fromkeys(gifts, Decimal(0)), **seen.received}
    outside = [a for (account, _), a in seen.balances.items() if account.kind == "outside"]
    assert paid == sum(outside)
    funders = {**seen.expected(AccountKind.FUNDER), **seen.expected(AccountKind.CHAMBER)}
    assert {key: amount for key, amount in givers.items() if amount} == funders


Check = Callable[[Path, Seen], None]
CHECKS = [
    pytest.param(BookForm.HLEDGER, check_hledger, "hledger", id="hledger"),
    pytest.param(BookForm.HLEDGER, check_ledger, "ledger", id="ledger"),
    pytest.param(BookForm.BEANCOUNT, check_beancount, "bean-check", id="beancount"),
    pytest.param(BookForm.JSONLD, check_linked, "", id="linked"),
]


def campaign(database: Database, form: BookForm, check: Check, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(story=stories(), names=NAMES)
    def holds(story: list[Step], names: list[str]) -> None:
        for seen in seen_by_all(database, story, names):
            with TemporaryDirectory() as folder:
                file = Path(folder) / f"journal.{form}"
                file.write_bytes(seen.text(form))
                check(file, seen)

    holds()


@pytest.mark.parametrize(("form", "check", "asked"), CHECKS)
def test_other_programs_count_what_the_journal_holds(
    template: Database, form: BookForm, check: Check, asked: str
) -> None:
    if asked:
        tool(asked)
    campaign(template, form, check, 6)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "check", "asked"), CHECKS)
def test_other_programs_count_what_hundreds_of_journals_hold(
    template: Database, form: BookForm, check: Check, asked: str
) -> None:
    if asked:
        tool(asked)
    campaign(template, form, check, 150)
