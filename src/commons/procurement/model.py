"""A purchase as its buyer describes it, and what a check says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from commons.kernel.errors import InputError
from commons.kernel.quantity import EURO, check_amount
from commons.kernel.text import Text, t
from commons.procurement.catalogue import (
    Basis,
    BuyerKind,
    Ccag,
    Consideration,
    CriterionKind,
    LevelName,
    Piece,
    Purchase,
    Step,
)

Procedure: TypeAlias = Literal[
    "below-threshold",
    "innovative",
    "adapted",
    "open-call",
    "restricted-call",
    "negotiated",
    "competitive-dialogue",
]
WITHOUT_COMPETITION: frozenset[Procedure] = frozenset({"below-threshold", "innovative"})
Notice: TypeAlias = Literal["boamp", "jal", "joue", "profile"]
"""Where the notice is published: BOAMP, legal gazette, European journal, buyer profile."""

PriceForm: TypeAlias = Literal["unit", "flat", "mixed"]
Severity: TypeAlias = Literal["error", "warning"]

WEIGHT_MAX = Decimal(100)


def _check_money(amount: Decimal) -> None:
    if check_amount(amount, EURO) < 0:
        raise InputError(t("Un montant estimé ne peut pas être négatif."))


def _check_weight(weight: Decimal) -> None:
    if not weight.is_finite() or not 0 <= weight <= WEIGHT_MAX:
        raise InputError(t("Une pondération va de 0 à 100."))


@dataclass(frozen=True, slots=True)
class Buyer:
    name: str
    kind: BuyerKind = "local"
    siret: str = ""
    represented_by: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Euros before tax.

    `same_category` is what else is bought in the same homogeneous category (R2121-6), this
    purchase not included.
    """

    amount: Decimal
    same_category: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        _check_money(self.amount)
        _check_money(self.same_category)


@dataclass(frozen=True, slots=True)
class Lot:
    number: int
    title: str
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        if self.amount is not None:
            _check_money(self.amount)


@dataclass(frozen=True, slots=True)
class SubCriterion:
    """`weight` is in points of 100 like the criterion's, so the parts add up to it."""

    name: str
    weight: Decimal
    environmental: bool = False

    def __post_init__(self) -> None:
        _check_weight(self.weight)


@dataclass(frozen=True, slots=True)
class Criterion:
    """How offers are compared. `clause` names the clause it takes parts and scale from."""

    name: str
    kind: CriterionKind
    weight: Decimal
    description: str = ""
    method: str = ""
    evidence: str = ""
    environmental: bool = False
    subcriteria: tuple[SubCriterion, ...] = ()
    scale: tuple[Step, ...] = ()
    clause: str = ""

    def __post_init__(self) -> None:
        _check_weight(self.weight)

    @property
    def is_price_or_cost(self) -> bool:
        return self.kind in {"price", "cost"}

    @property
    def considers_environment(self) -> bool:
        """Never a price alone, nor a criterion whose weight is zero."""
        if self.kind == "price" or self.weight == 0:
            return False
        parts = any(part.environmental and part.weight > 0 for part in self.subcriteria)
        return self.kind == "environment" or self.environmental or parts


@dataclass(frozen=True, slots=True)
class PriceItem:
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class Price:
    form: PriceForm = "unit"
    items: tuple[PriceItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause put in the dossier, at a level, with the answers to its questions."""

    clause: str
    level: LevelName = "standard"
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of performance the buyer wrote."""

    title: str
    text: str
    considerations: frozenset[Consideration] = frozenset()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A technical requirement (CCTP) or one asked of candidates (RC)."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding set aside. Without a place it covers every finding of that rule."""

    rule: str
    reason: str
    place: str = ""

    def __post_init__(self) -> None:
        if len(self.reason.strip()) < 10:
            raise InputError(
                t("Mettre un constat à l'écart demande un motif d'au moins dix signes.")
            )


@dataclass(frozen=True, slots=True)
class Dossier:
    """One purchase.

    `consultation_on` is the day the consultation is launched: every rule is judged then.
    """

    reference: str
    title: str
    need: str
    buyer: Buyer
    purchase: Purchase
    procedure: Procedure
    estimate: Estimate
    consultation_on: date
    offers_until: date | None = None
    months: int | None = None
    ccag: Ccag = "none"
    place_of_performance: str = ""
    notices: frozenset[Notice] = frozenset()
    lots: tuple[Lot, ...] = ()
    no_lots_reason: str = ""
    social_services: bool = False
    social_exception: str = ""
    price: Price = Price()
    criteria: tuple[Criterion, ...] = ()
    clauses: tuple[Choice, ...] = ()
    conditions: tuple[Condition, ...] = ()
    candidacy: tuple[Requirement, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    documents: tuple[Piece, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    def __post_init__(self) -> None:
        if not self.is_competitive and "RC" in self.documents:
            raise InputError(
                t(
                    "Un achat sans mise en concurrence n'a pas de règlement de la "
                    "consultation : retirez RC des documents."
                )
            )
        chosen = [choice.clause for choice in self.clauses]
        twice = sorted({clause for clause in chosen if chosen.count(clause) > 1})
        if twice:
            raise InputError(t("La clause {clause} est choisie deux fois.", clause=twice[0]))

    @property
    def is_competitive(self) -> bool:
        return self.procedure not in WITHOUT_COMPETITION

    @property
    def whole_need(self) -> Decimal:
        """Euros before tax, as thresholds count them: lots are part of the need (R2121-1)."""
        lots = sum((lot.amount for lot in self.lots if lot.amount is not None), Decimal(0))
        return max(self.estimate.amount, lots)

    def choice(self, clause: str) -> Choice | None:
        return next((choice for choice in self.clauses if choice.clause == clause), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. `set_aside` holds the reason kept in the file, or None."""

    rule: str
    severity: Severity
    document: str
    place: Text
    message: Text
    correction: Text
    basis: tuple[Basis, ...]
    set_aside: str | None = None

    @property
    def counts(self) -> bool:
        return self.severity == "error" and self.set_aside is None
