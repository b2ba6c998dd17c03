"""What every export of a journal is made from: its entries, as one reader may see them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from commons.kernel.text import Text, t
from commons.ledger.books.places import MARK, Place, key_of
from commons.ledger.checkpoint import Checkpoint
from commons.ledger.model import PERSON_FIELDS, AccountKind, Kind, State

YEARS = range(1900, 3000)


class UnbookableError(ValueError):
    """The entry says something that no book can hold; the message says what."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Party:
    """A person as the export shows them.

    `key` tells persons apart, in hexadecimal; it is empty for all those who cannot be told
    apart. `name` is read; `label` begins the name of their accounts.
    """

    key: str
    name: str
    label: str


ERASED = Party("", "personne effacée", "Personne effacée")
UNNAMED = Party("", "personne non nommée", "Personne non nommée")


def erased_party(key: str) -> Party:
    """Someone erased who can still be told from others."""
    return Party(key, f"{ERASED.name} {key[:MARK]}", ERASED.label)


def is_person_field(name: str) -> bool:
    """Whether a personal field holds the identifier of a person."""
    return name in PERSON_FIELDS or name.startswith("account.")


@dataclass(frozen=True, slots=True)
class Heading:
    """Which journal is exported, and the checkpoint of exactly these entries."""

    commons_id: str
    slug: str
    name: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of an entry adds to a place, in one unit."""

    place: Place
    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What other entries make of an entry, at the moment one asks.

    `target` is the kind of the entry that a reversal takes back.
    """

    state: State = State.RECORDED
    attestations: int = 0
    reversed_by: str | None = None
    target: Kind | None = None


@dataclass(frozen=True, slots=True)
class BookEntry:
    """An entry as its leaf says it, with the persons and texts that may be shown.

    `parties` and `texts` are by personal field; `names` are those of organisations, by the
    account that a leaf spells.
    """

    index: int
    leaf_hash: str
    said: Mapping[str, Any]
    kind: Kind
    since: date
    until: date
    standing: Standing
    parties: Mapping[str, Party] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        index: int,
        leaf: bytes,
        said: Mapping[str, Any],
        standing: Standing,
        parties: Mapping[str, Party],
        texts: Mapping[str, str],
        names: Mapping[str, str],
    ) -> "BookEntry":
        """`said` is the leaf, read. Raises `UnbookableError` for a day that cannot be."""
        return cls(
            index,
            sha256(b"\x00" + leaf).hexdigest(),
            said,
            Kind(said["kind"]),
            day_of(said, "occurred_from"),
            day_of(said, "occurred_to"),
            standing,
            parties,
            texts,
            names,
        )

    @property
    def entry_id(self) -> str:
        return str(self.said["entry_id"])

    @property
    def recorded_at(self) -> str:
        return str(self.said["recorded_at"])

    @property
    def about(self) -> str | None:
        return self.said.get("about")

    @property
    def unit(self) -> str:
        return str(self.said.get("unit", ""))

    @property
    def details(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.said.get("details", {})
        return found

    @property
    def is_given(self) -> bool:
        """Whether it is a contribution, or takes one back."""
        kind = self.standing.target if self.kind is Kind.REVERSAL else self.kind
        return kind is Kind.CONTRIBUTION and "quantity" in self.said

    @property
    def quantity(self) -> Decimal:
        return Decimal(self.said.get("quantity", "0"))

    @property
    def giver(self) -> Party:
        return self.parties.get("contributor", ERASED)

    def lines(self) -> Iterator[Line]:
        """What it adds where; the lines sum to zero in each unit.

        A contribution comes from whoever gave it; a claim, an attestation or a document
        moves nothing.
        """
        if self.is_given:
            yield Line(Place("received"), self.quantity, self.unit)
            yield Line(_of_person("given", self.giver, ""), -self.quantity, self.unit)
        for number, posting in enumerate(self.said.get("postings", ()), start=1):
            place = self._place(posting["account"], f"account.{number}")
            yield Line(place, Decimal(posting["amount"]), posting["unit"])

    def _place(self, account: str, field_name: str) -> Place:
        kind, _, ref = account.partition(":")
        if kind == AccountKind.PERSON:
            return _of_person(kind, self.parties.get(field_name, ERASED), account)
        if not ref:
            return Place(kind, account=account)
        title = self.texts.get("title", "") if kind == AccountKind.ENVELOPE else ""
        name = title or self.names.get(account, "")
        return Place(kind, key_of(ref), name, name, account)


def _of_person(kind: str, party: Party, account: str) -> Place:
    return Place(kind, party.key, party.label, party.name, account)


def day_of(said: Mapping[str, Any], name: str) -> date:
    """A day of an entry. Raises `UnbookableError` if no calendar of ours has it."""
    try:
        day = date.fromisoformat(said[name])
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise UnbookableError(
            t("Écriture {entry} : date ou quantité impossible.", entry=str(said["entry_id"]))
        )
    return day
