"""Programs that do not know us, asked what they read in a book."""

import csv
import io
import json
import os
import subprocess
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.programs import missing, program

from commons.ledger.books.entry import BookEntry
from commons.ledger.books.wording import sentence_of

ORACLE = REPOSITORY / ".oracle-books" / "bin"
Held = Mapping[tuple[str, str], Decimal]
"""What each account holds, by its name and commodity."""
UTF8 = {**os.environ, "LC_ALL": "C.UTF-8"}  # noqa: TID251 -- how programs read the file
TAGS = {
    *("ecriture", "empreinte", "rang", "consignee", "depuis", "genre", "etat"),
    *("attestations", "annule", "annulee-par", "sur", "calcul"),
}


def tool(name: str) -> str:
    """Where a program that reads books is; the test is skipped, or in CI fails, without it."""
    return program(name, "oracle-books" if name.startswith("bean") else "deps", beside=ORACLE)


def answer(*command: str | Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, check=False, env=UTF8
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode()


def moving(entries: list[BookEntry]) -> dict[str, BookEntry]:
    return {entry.entry_id: entry for entry in entries if list(entry.lines())}


def hledger_balances(file: Path) -> Held:
    """After a strict check, which also controls the balances at the end of the file."""
    hledger = tool("hledger")
    answer(hledger, "-f", file, "check", "--strict")
    rows = json.loads(answer(hledger, "-f", file, "balance", "-N", "--flat", "-O", "json"))[0]
    held: dict[tuple[str, str], Decimal] = {}
    for name, _, _, amounts in rows:
        for amount in amounts:
            number = amount["aquantity"]
            value = Decimal(number["decimalMantissa"]).scaleb(-number["decimalPlaces"])
            held[name, amount["acommodity"]] = value
    return held


def hledger_reads_these_and_nothing_else(file: Path, entries: list[BookEntry]) -> None:
    """As many transactions as entries that move, with our tags and no other."""
    told = json.loads(answer(tool("hledger"), "-f", file, "print", "-O", "json"))
    expected = moving(entries)
    by_id = {dict(item["ttags"]).get("ecriture"): item for item in told}
    assert by_id.keys() - {None} == expected.keys()
    assert len(told) == len(expected) + bool(expected)
    for entry_id, entry in expected.items():
        found = by_id[entry_id]
        tags = dict(found["ttags"])
        assert tags["empreinte"] == entry.leaf_hash
        assert tags["etat"] == entry.standing.state
        assert set(tags) <= TAGS
        assert found["tdate"] == entry.until.isoformat()
        assert found["tdescription"] == sentence_of(entry).replace(";", ",")
        assert len(found["tpostings"]) == len(list(entry.lines()))


def ledger_balances(file: Path) -> Held:
    """As Ledger reads the same file, refusing whatever was not declared."""
    told = answer(
        *(tool("ledger"), "-f", file, "--pedantic", "balance", "--flat", "--no-total"),
        *("--unround", "--balance-format", "%(account)\n%(scrub(display_total))\n@\n"),
    )
    held: dict[tuple[str, str], Decimal] = {}
    for part in told.split("@\n"):
        name, *amounts = part.splitlines() or [""]
        for line in amounts:
            amount, unit = line.split()
            held[name, unit.strip('"')] = Decimal(amount)
    return held


def beancount_balances(file: Path) -> Held:
    assert answer(tool("bean-check"), file) == ""
    asked = "SELECT account, currency, sum(number) GROUP BY account, currency"
    rows = csv.reader(io.StringIO(answer(tool("bean-query"), "-f", "csv", file, asked)))
    next(rows)
    return {(name, unit): Decimal(amount.strip()) for name, unit, amount in rows}


def beancount_reads_these_and_nothing_else(file: Path, entries: list[BookEntry]) -> None:
    asked = (
        "SELECT entry_meta('ecriture') AS ecriture, narration, flag, count(number) AS lignes "
        "GROUP BY ecriture, narration, flag"
    )
    told = answer(tool("bean-query"), "-f", "csv", file, asked)
    rows = {row["ecriture"]: row for row in csv.DictReader(io.StringIO(told))}
    expected = moving(entries)
    assert rows.keys() == expected.keys()
    for entry_id, entry in expected.items():
        assert rows[entry_id]["narration"].strip() == sentence_of(entry)
        assert int(rows[entry_id]["lignes"]) == len(list(entry.lines()))


def linked_balances(file: Path) -> tuple[Held, Held]:
    """What accounts are said to hold, and what the events add up to."""
    script = REPOSITORY / "oracle" / "linked.py"
    if not (ORACLE / "python").exists():
        missing("rdflib", "oracle-books")
    found = json.loads(answer(ORACLE / "python", script, file))
    assert found["unknown"] == []
    said, summed = (
        {(name, unit): Decimal(amount) for name, unit, amount in found[which]}
        for which in ("said", "summed")
    )
    return said, summed
