"""Two programs, one answer: whatever a keeper signs, both verifiers say yes or both say no.

Small journals are drawn, their leaves changed in what they say, then the tree, the checkpoint
and the seal are made anew with the true key (LED-4, LED-6, LED-15, LED-21, LED-42).
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st
from tests.ledger.conftest import CAMILLE, KEY, NOUR, SIGNER, export, sealed
from tests.ledger.test_vectors import LEDGER, first_verdict, second_verdict

from commons.ledger.canonical import encode
from commons.ledger.checkpoint import verifier_key
from commons.ledger.commitments import commit
from commons.ledger.model import Account, AccountKind, Draft, Kind, Salted, SealedEntry
from commons.ledger.rules import transfer

PINNED = str(verifier_key(SIGNER, KEY))
PROGRAM = LEDGER / "verify" / "verify.py"
PEOPLE = (CAMILLE, NOUR, UUID(int=77))
WHO = {
    Kind.CONTRIBUTION: "contributor",
    Kind.CLAIM: "claimant",
    Kind.ATTESTATION: "attester",
    Kind.CONTEST: "contester",
    Kind.ANSWER: "answerer",
    Kind.REVERSAL: "reverser",
}
ACCOUNTS = (
    Account(AccountKind.COMMONS),
    Account(AccountKind.OUTSIDE),
    *(Account(AccountKind.PERSON, person) for person in PEOPLE),
    Account(AccountKind.ENVELOPE, UUID(int=5)),
)
IDS = st.integers(1, 7).map(lambda number: str(UUID(int=number)))
AMOUNTS = st.sampled_from(
    [
        "0",
        "-0",
        "1",
        "-1",
        "150",
        "-150",
        "1.5",
        "-1.5",
        "1.50",
        "0.01",
        "0.001",
        "1e3",
        "+1",
        "",
    ]
)
ODD = st.sampled_from(["", " ", "x", "\0", "e\u0301", "\n\u0301", "1", "2026-02-30", "minute"])


def verdicts(data: bytes) -> tuple[bool, bool]:
    case = {"file": data.decode(), "key": PINNED}
    return first_verdict(case), second_verdict(case)


@st.composite
def drafts(draw: st.DrawFn) -> list[Draft]:
    """Entries in any order, about any other: many of these journals are wrong as they stand."""
    written: list[Draft] = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        kind = draw(st.sampled_from(list(Kind)))
        speaks: bool = draw(st.booleans())
        about = draw(st.sampled_from(written)) if written and speaks else None
        if kind is Kind.REVERSAL and about is not None and draw(st.integers(0, 3)):
            written.append(_reversal(number, about))
            continue
        person = draw(st.sampled_from(PEOPLE))
        counted = kind in {Kind.CONTRIBUTION, Kind.CLAIM}
        moved = kind is Kind.TRANSFER
        written.append(
            Draft(
                entry_id=UUID(int=number),
                kind=kind,
                occurred_from=date(2026, 11, 20),
                occurred_to=date(2026, 11, 21),
                quantity=Decimal(draw(st.sampled_from(["150", "2", "-7"])))
                if counted
                else None,
                unit=draw(st.sampled_from(["minute", "EUR"])) if counted else None,
                about=about.entry_id if about else None,
                personal={WHO[kind]: str(person)} if kind in WHO else {},
                postings=transfer(
                    *draw(st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS))),
                    Decimal(draw(st.sampled_from(["10", "0.5"]))),
                )
                if moved
                else (),
            )
        )
    return written


def _reversal(number: int, about: Draft) -> Draft:
    back = tuple(type(item)(item.account, -item.amount, item.unit) for item in about.postings)
    return Draft(
        entry_id=UUID(int=number),
        kind=Kind.REVERSAL,
        occurred_from=about.occurred_from,
        occurred_to=about.occurred_to,
        quantity=-about.quantity if about.quantity is not None else None,
        unit=about.unit,
        about=about.entry_id,
        personal={"reverser": str(NOUR)},
        postings=back,
    )


@dataclass
class Item:
    """An entry that can be changed: its leaf, and what is open of it."""

    leaf: dict[str, Any]
    personal: dict[str, Salted]


def _about(item: Item, draw: Callable[..., Any]) -> None:
    item.leaf["about"] = draw(IDS)


def _no_about(item: Item, draw: Callable[..., Any]) -> None:
    item.leaf.pop("about", draw(st.none()))


def _kind(item: Item, draw: Callable[..., Any]) -> None:
    item.leaf["kind"] = draw(st.sampled_from([*Kind, "gift"]))


def _quantity(item: Item, draw: Callable[..., Any]) -> None:
    item.leaf["quantity"] = draw(AMOUNTS)
    if draw(st.booleans()):
        item.leaf["unit"] = draw(st.sampled_from(["minute", "EUR", "basket", "1x", ""]))


def _no_quantity(item: Item, draw: Callable[..., Any]) -> None:
    item.leaf.pop(draw(st.sampled_from(["quantity", "unit"])), None)
    if draw(st.booleans()):
        item.leaf.pop("quantity", None)
        item.leaf.pop("unit", None)


def _posting(item: Item, draw: Callable[..., Any]) -> None:
    moved = item.leaf.get("postings", [])
    match draw(st.integers(0, 4)):
        case 0:
            item.leaf.pop("postings", None)
        case 1 if moved:
            moved.reverse()
        case 2 if moved:
            place = draw(st.integers(0, len(moved) - 1))
            moved[place]["amount"] = draw(AMOUNTS)
        case 3 if moved:
            accounts = ["commons", "outside", "person", "funder", f"envelope:{UUID(int=5)}"]
            moved[0]["account"] = draw(st.sampled_from(accounts))
        case _:
            for one in moved:
                one["amount"] = str(-Decimal(one["amount"])) if one["amount"] != "" else ""


def _person(item: Item, draw: Callable[..., Any]) -> None:
    """Someone else is named, and the leaf commits to them."""
    if item.personal:
        name = draw(st.sampled_from(sorted(item.personal)))
        to = draw(st.sampled_from([*sorted(item.personal), "attester", "account.1", "x" * 201]))
        salted = Salted(item.personal.pop(name).salt, str(draw(st.sampled_from(PEOPLE))))
        item.personal[to] = salted
        committed = item.leaf.setdefault("personal", {})
        committed.pop(name, None)
        committed[to] = commit(to, salted.salt, salted.value)


def _closed(item: Item, draw: Callable[..., Any]) -> None:
    if item.personal:
        del item.personal[draw(st.sampled_from(sorted(item.personal)))]


def _spelling(item: Item, draw: Callable[..., Any]) -> None:
    fields = ["entry_id", "commons_id", "recorded_at", "occurred_from", "occurred_to", "unit"]
    item.leaf[draw(st.sampled_from([*fields, "form", "how"]))] = draw(ODD)


def _details(item: Item, draw: Callable[..., Any]) -> None:
    name = draw(st.sampled_from(["", "nature", "a b", "a" * 201, "é", 'a"b']))
    value = draw(ODD | st.just({}) | st.just(["x"]))
    item.leaf["details"] = draw(st.sampled_from([{name: value}, {}, [], name]))


def _period(item: Item, draw: Callable[..., Any]) -> None:
    day = st.sampled_from(["2026-11-19", "2026-11-22", "2026-13-01", "2026-11-2"])
    item.leaf[draw(st.sampled_from(["occurred_from", "occurred_to"]))] = draw(day)


def _missing(item: Item, draw: Callable[..., Any]) -> None:
    item.leaf.pop(draw(st.sampled_from(sorted(item.leaf))))


def _same_id(item: Item, draw: Callable[..., Any]) -> None:
    item.leaf["entry_id"] = draw(IDS)


CHANGES = (
    _about,
    _no_about,
    _kind,
    _quantity,
    _no_quantity,
    _posting,
    _person,
    _closed,
    _spelling,
    _details,
    _period,
    _missing,
    _same_id,
)


def _resealed(items: list[Item]) -> bytes | None:
    """The journal with a right tree, checkpoint and seal; nothing if it cannot be spelled."""
    spelled = []
    for item in items:
        leaf = json.dumps(item.leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        spelled.append(SealedEntry(leaf.encode(), item.personal))
    try:
        return export(spelled)
    except ValueError:
        return None


@given(drafts(), st.data())
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_verifiers_agree_on_whatever_is_signed(
    written: list[Draft], data: st.DataObject
) -> None:
    items = [Item(json.loads(one.leaf), dict(one.personal)) for one in sealed(written)]
    for _ in range(data.draw(st.integers(0, 2))):
        change = data.draw(st.sampled_from(CHANGES))
        change(data.draw(st.sampled_from(items)), data.draw)
    if data.draw(st.integers(0, 9)) == 0:
        items = list(data.draw(st.permutations(items)))
    file = _resealed(items)
    if file is not None:
        first, second = verdicts(file)
        target(float(first))
        assert first is second, (first, second, file.decode())


@given(drafts())
@settings(max_examples=200, deadline=None)
def test_both_verifiers_agree_on_journals_as_drawn(written: list[Draft]) -> None:
    first, second = verdicts(export(sealed(written)))
    assert first is second


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "", "{}", "null", "old "])
def test_the_second_verifier_says_no_in_a_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "given.json"
    file.write_text(text, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, str(PROGRAM), str(file), "-", PINNED],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith("No: ")
    assert "Traceback" not in answer.stderr


def test_the_second_verifier_reads_a_bare_checkpoint(tmp_path: Path) -> None:
    file, case = tmp_path / "checkpoint.txt", json.loads(_vectors("0011-checkpoints"))[0]
    file.write_text(case["file"], encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, str(PROGRAM), str(file), "-", case["key"]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == f"Yes:\n{case['file']}"


def _vectors(name: str) -> str:
    return (LEDGER / "vectors" / f"{name}.json").read_text(encoding="utf-8")


def test_a_leaf_that_is_rewritten_as_it_was_still_holds() -> None:
    written = sealed([_contribution()])
    items = [Item(json.loads(one.leaf), dict(one.personal)) for one in written]
    assert encode(items[0].leaf) == written[0].leaf
    assert verdicts(_resealed(items) or b"") == (True, True)


def _contribution() -> Draft:
    return Draft(
        entry_id=UUID(int=1),
        kind=Kind.CONTRIBUTION,
        occurred_from=date(2026, 11, 20),
        occurred_to=date(2026, 11, 20),
        quantity=Decimal(150),
        unit="minute",
        personal={"contributor": str(CAMILLE)},
    )
