"""Entries for books from an exported journal alone, with what others say of each."""

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from commons.kernel.addresses import without_addresses
from commons.ledger.books.entry import (
    ERASED,
    UNNAMED,
    BookEntry,
    Heading,
    Party,
    Standing,
    day_of,
    erased_party,
    is_person_field,
)
from commons.ledger.books.places import key_of
from commons.ledger.books.texts import shown_texts
from commons.ledger.checkpoint import parse_checkpoint
from commons.ledger.entry_text import EntryText
from commons.ledger.model import Kind, State
from commons.ledger.rules import CONTEST_DAYS_MAX, CONTESTABLE, QUORUM_MAX
from commons.ledger.verification import parts_of

_NUMBER = re.compile(r"[1-9][0-9]{0,4}\Z")


def read_book(data: bytes, moment: datetime) -> tuple[Heading, Iterator[BookEntry]]:
    """The heading and the entries, in leaf order, of a journal that was found coherent.

    States are those at `moment`. A person whose name the file does not give is « effacée »
    if the journal says so, else « non nommée ». Raises `UnbookableError` for a day that no
    calendar has, before any entry is given.
    """
    envelope, entries = parts_of(data)
    said = Said()
    for entry in entries:
        said.hear(entry)
    said.close()
    commons = envelope["commons"]
    checkpoint = parse_checkpoint(envelope["checkpoint"])
    name = without_addresses(commons["name"])
    heading = Heading(commons["commons_id"], commons["slug"], name, checkpoint)
    return heading, _entries(data, said, envelope["people"], moment)


def _entries(
    data: bytes, said: "Said", people: Mapping[str, str], moment: datetime
) -> Iterator[BookEntry]:
    for index, entry in enumerate(parts_of(data)[1]):
        opened = {
            name: item["value"] for name, item in json.loads(b"{%b}" % entry.opened).items()
        }
        leaf = json.loads(entry.leaf)
        erased = said.erased.get(entry.entry_id, frozenset())
        parties = {
            name: _party(opened[name], people)
            if name in opened
            else (ERASED if name in erased else UNNAMED)
            for name in leaf.get("personal", {})
            if is_person_field(name)
        }
        texts = {name: text for name, text in opened.items() if not is_person_field(name)}
        standing = said.standing(entry, leaf["recorded_at"], moment)
        yield BookEntry.of(index, entry.leaf, leaf, standing, parties, shown_texts(texts), {})


def _party(value: str, people: Mapping[str, str]) -> Party:
    key = key_of(value)
    name = without_addresses(people.get(value, ""))
    return Party(key, name, name) if name else erased_party(key)


@dataclass(frozen=True, slots=True)
class _Ruled:
    quorum: int
    silence_days: int | None


@dataclass(slots=True)
class Said:
    """What entries say of one another: only those that are spoken of take room."""

    reversals: dict[bytes, bytes] = field(default_factory=dict)
    attestations: dict[bytes, bytes] = field(default_factory=dict)
    contests: dict[bytes, bytes] = field(default_factory=dict)
    answered: set[bytes] = field(default_factory=set)
    erased: dict[bytes, frozenset[str]] = field(default_factory=dict)
    kinds: dict[bytes, Kind] = field(default_factory=dict)
    rules: list[tuple[str, str, _Ruled]] = field(default_factory=list)
    attested: Counter[bytes] = field(default_factory=Counter)
    contested: set[bytes] = field(default_factory=set)

    def hear(self, entry: EntryText) -> None:
        leaf = {"entry_id": entry.name}
        for name, day in (("occurred_from", entry.since), ("occurred_to", entry.until)):
            day_of({**leaf, name: day.decode()}, name)
        kind, about = Kind(entry.kind.decode()), entry.about
        if kind is Kind.CLAIM:
            self.kinds[entry.entry_id] = kind
        elif kind is Kind.DOCUMENT and entry.details and b'"rules"' in entry.details:
            self._hear_rules(json.loads(entry.leaf))
        if about is None:
            return
        match kind:
            case Kind.REVERSAL:
                self.reversals[about] = entry.entry_id
            case Kind.ATTESTATION:
                self.attestations[entry.entry_id] = about
            case Kind.CONTEST:
                self.contests[entry.entry_id] = about
            case Kind.ANSWER:
                self.answered.add(about)
            case Kind.ERASURE:
                fields = json.loads(b"{%b}" % (entry.details or b"")).get("fields", "")
                before = self.erased.get(about, frozenset())
                self.erased[about] = before | frozenset(fields.split(" "))

    def _hear_rules(self, leaf: Mapping[str, Any]) -> None:
        details = leaf["details"]
        quorum, days = details.get("quorum", ""), details.get("contest-days", "")
        if details.get("document") != "rules" or not _is_number(quorum, QUORUM_MAX):
            return
        silent = details.get("silence") == "accepts" and _is_number(days, CONTEST_DAYS_MAX)
        ruled = _Ruled(int(quorum), int(days) if silent else None)
        self.rules.append((leaf["recorded_at"], leaf["entry_id"], ruled))

    def close(self) -> None:
        """Count what stands, once everything was heard."""
        taken_back = self.reversals
        for number, about in self.attestations.items():
            if number not in taken_back:
                self.attested[about] += 1
        for number, about in self.contests.items():
            if number not in taken_back and number not in self.answered:
                self.contested.add(about)
        self.attestations.clear()
        self.rules.sort()

    def standing(self, entry: EntryText, recorded_at: str, moment: datetime) -> Standing:
        key, kind = entry.entry_id, Kind(entry.kind.decode())
        taken_back = self.reversals.get(key)
        return Standing(
            self._state(key, kind, recorded_at, moment),
            self.attested.get(key, 0),
            taken_back.decode() if taken_back else None,
            self._target(entry.about) if kind is Kind.REVERSAL else None,
        )

    def _target(self, about: bytes | None) -> Kind:
        """What a reversal with a quantity takes back: a claim, or else a contribution."""
        return self.kinds.get(about or b"", Kind.CONTRIBUTION)

    def _state(self, key: bytes, kind: Kind, recorded_at: str, moment: datetime) -> State:
        if key in self.reversals:
            return State.REVERSED
        if kind in CONTESTABLE and key in self.contested:
            return State.CONTESTED
        if kind is not Kind.CONTRIBUTION:
            return State.RECORDED
        ruled = self._ruled(recorded_at)
        if self.attested.get(key, 0) >= ruled.quorum:
            return State.ATTESTED
        if ruled.silence_days is not None:
            span = timedelta(days=ruled.silence_days)
            return State.ACCEPTED if _is_past(recorded_at, span, moment) else State.AWAITING
        return State.AWAITING

    def _ruled(self, recorded_at: str) -> _Ruled:
        """The rules in force when the entry was recorded."""
        place = bisect_right(self.rules, recorded_at, key=lambda item: item[0])
        return self.rules[place - 1][2] if place else _Ruled(1, None)


def _is_past(recorded_at: str, span: timedelta, moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(recorded_at) + span <= moment
    except (ValueError, OverflowError):
        return False


def _is_number(text: str, highest: int) -> bool:
    return bool(_NUMBER.match(text)) and int(text) <= highest
