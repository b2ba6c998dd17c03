"""What jurists publish: legal texts, dated thresholds, clauses and the layout of documents."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["V-code", "V-JO", "V-2e", "AV"]
"""How a legal text was checked: in the code, in the Journal officiel, in a secondary source,
or not yet (AV, « à vérifier »)."""

Piece: TypeAlias = Literal["RC", "CCAP", "CCTP", "AE", "BPU"]
PIECES: tuple[Piece, ...] = ("RC", "CCAP", "CCTP", "AE", "BPU")

Purchase: TypeAlias = Literal["supplies", "services", "works"]
BuyerKind: TypeAlias = Literal["local", "central", "network"]
"""Collectivité, central authority, or entité adjudicatrice."""

Ccag: TypeAlias = Literal["none", "TIC", "PI", "FCS", "MI", "MOE", "Travaux"]
Consideration: TypeAlias = Literal["environment", "social", "economy", "innovation"]
CriterionKind: TypeAlias = Literal[
    "price",
    "cost",
    "environment",
    "quality",
    "contribution",
    "governance",
    "reversibility",
    "social",
    "other",
]
ClauseKind: TypeAlias = Literal[
    "subject",
    "candidacy",
    "specification",
    "execution",
    "criterion",
    "price",
    "property",
    "order",
]
LevelName: TypeAlias = Literal["prudent", "standard", "ambitious"]
LEVELS: tuple[LevelName, ...] = ("prudent", "standard", "ambitious")
AskType: TypeAlias = Literal["text", "integer", "date", "choice", "url"]
Route: TypeAlias = Literal["all", "competitive", "direct"]

BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a legal text. `effect` is None when the copy at hand does not say."""

    effect: date | None
    until: date | None
    state: str
    status: Status
    note: str = ""

    def in_force(self, on: date) -> bool:
        return (self.effect is None or self.effect <= on) and (
            self.until is None or on <= self.until
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A legal text that may be cited; `article` is written without spaces or dots (L2112-2)."""

    id: str
    code: str
    article: str
    versions: tuple[Version, ...]
    ccag: Ccag = "none"

    @property
    def label(self) -> str:
        return f"{self.code}, {self.article}"

    def version_on(self, on: date) -> Version | None:
        """The latest wording in force on that day, or None if the text came later."""
        known = [version for version in self.versions if version.in_force(on)]
        return max(known, key=lambda v: v.effect or date.min, default=None)


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal text as it is cited: its name, the date of effect and how it was checked."""

    source: str
    text: str
    effect: date | None
    status: Status


@dataclass(frozen=True, slots=True)
class Threshold:
    """One dated value. `buyers` and `purchases` are empty when it holds for all of them."""

    measure: str
    title: str
    value: Decimal
    unit: str
    purchases: frozenset[str]
    buyers: frozenset[str]
    effect: date | None
    until: date | None
    basis: tuple[str, ...]
    source: str
    status: Status
    note: str = ""

    def holds(self, on: date, purchase: Purchase, buyer: BuyerKind) -> bool:
        return (
            (self.effect is None or self.effect <= on)
            and (self.until is None or on <= self.until)
            and (not self.purchases or purchase in self.purchases)
            and (not self.buyers or buyer in self.buyers)
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """A blank of a clause. Without a default a person must answer; `example` shows how."""

    name: str
    question: str
    type: AskType
    default: str | None = None
    example: str | None = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """The legal text a clause rests on, and the version it was written against."""

    source: str
    effect: date | None
    supports: str


@dataclass(frozen=True, slots=True)
class Derogation:
    """An article of a CCAG that a clause sets aside."""

    ccag: Ccag
    article: str
    subject: str
    status: Status


@dataclass(frozen=True, slots=True)
class Share:
    """A sub-criterion and its part of the criterion, in percent."""

    name: str
    percent: int


@dataclass(frozen=True, slots=True)
class Step:
    """One mark of a scale and what an offer must show to get it."""

    mark: int
    text: str


@dataclass(frozen=True, slots=True)
class CriterionModel:
    """What a criterion clause offers: advised weights in points of 100, parts and scale."""

    kind: CriterionKind
    weight_least: int
    weight_most: int
    shares: tuple[Share, ...]
    scale: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class PriceLine:
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A unit of contract text. `bodies` has the standard level and perhaps the two others."""

    id: str
    version: int
    title: str
    kind: ClauseKind
    placement: tuple[Piece, ...]
    purpose: str
    when: str
    when_not: str
    bodies: Mapping[LevelName, str]
    asks: tuple[Ask, ...]
    legal_basis: tuple[Citation, ...]
    cautions: tuple[str, ...]
    evidence: str
    burden: Literal["low", "medium", "high"]
    route: Route = "all"
    mandatory: bool = False
    considerations: frozenset[Consideration] = frozenset()
    incompatible_clauses: tuple[str, ...] = ()
    incompatible_with: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    ccag: tuple[Ccag, ...] = ()
    derogations: tuple[Derogation, ...] = ()
    decp: str = ""
    criterion: CriterionModel | None = None
    price_lines: tuple[PriceLine, ...] = ()

    def body(self, level: LevelName) -> str:
        """The text of that level; the standard one where the level has none of its own."""
        return self.bodies.get(level, self.bodies["standard"])

    def ask(self, name: str) -> Ask | None:
        return next((ask for ask in self.asks if ask.name == name), None)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a document: fixed prose, a clause if it is chosen, or a generated part."""

    title: str = ""
    body: str = ""
    clause: str = ""
    part: str = ""
    route: Route = "all"
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A document: its sections in order. It says which clauses are in, and where."""

    id: str
    version: int
    piece: Piece
    title: str
    sections: tuple[Section, ...]
    route: Route = "all"

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(s.clause for section in self.sections for s in section.slots if s.clause)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is published, by identifier."""

    sources: Mapping[str, Source]
    thresholds: tuple[Threshold, ...]
    clauses: Mapping[str, Clause]
    layouts: Mapping[Piece, Layout]
