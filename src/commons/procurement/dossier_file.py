"""The border of a dossier: a YAML file a buyer wrote becomes a `Dossier`, or says why not."""

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from stdnum.fr import siret as siret_number

from commons.kernel.errors import FieldError, InputError
from commons.kernel.quantity import parse_plain
from commons.kernel.text import t
from commons.procurement.border import LIST_MAX, explained, place_of
from commons.procurement.catalogue import (
    BuyerKind,
    Ccag,
    Consideration,
    CriterionKind,
    LevelName,
    Piece,
    Purchase,
    Step,
)
from commons.procurement.model import (
    Buyer,
    Choice,
    Condition,
    Criterion,
    Dossier,
    Estimate,
    Lot,
    Notice,
    Price,
    PriceForm,
    PriceItem,
    Procedure,
    Requirement,
    SubCriterion,
    Waiver,
)
from commons.strict_yaml import read_yaml

_Item = TypeVar("_Item")


def _decimal(typed: object) -> Decimal:
    if isinstance(typed, str):
        try:
            return parse_plain(typed)
        except InputError as error:
            raise ValueError(str(error)) from None
    raise ValueError("un nombre est attendu, comme 12.34")


def _whole(typed: object) -> object:
    if isinstance(typed, str) and typed.isascii() and typed.isdigit() and len(typed) <= 6:
        return int(typed)
    raise ValueError("un nombre entier est attendu")


def _day(typed: object) -> date:
    if isinstance(typed, str) and len(typed) == len("2026-11-23"):
        try:
            return date.fromisoformat(typed)
        except ValueError:
            pass
    raise ValueError("une date est attendue, comme 2026-11-23")


def _siret(number: str) -> str:
    compact = number.replace(" ", "")
    if compact and not siret_number.is_valid(compact):
        raise ValueError("ce SIRET n'existe pas : 14 chiffres, dont une clé de contrôle")
    return compact


Word = Annotated[str, Field(min_length=1, max_length=200)]
Prose = Annotated[str, Field(max_length=8000)]
Amount = Annotated[Decimal, BeforeValidator(_decimal)]
Whole = Annotated[int, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_day)]
Siret = Annotated[str, AfterValidator(_siret)]
Many = Annotated[tuple[_Item, ...], Field(max_length=LIST_MAX)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BuyerPart(_Part):
    name: Word
    kind: BuyerKind = "local"
    siret: Siret = ""
    represented_by: Prose = ""
    contact: Prose = ""


class EstimatePart(_Part):
    amount: Amount
    same_category: Amount = Decimal(0)


class LotPart(_Part):
    number: Whole
    title: Word
    amount: Amount | None = None


class SubCriterionPart(_Part):
    name: Word
    weight: Amount
    environmental: bool = False


class StepPart(_Part):
    mark: Whole
    text: Word


class CriterionPart(_Part):
    name: Word
    kind: CriterionKind
    weight: Amount
    description: Prose = ""
    method: Prose = ""
    evidence: Prose = ""
    environmental: bool = False
    subcriteria: Many[SubCriterionPart] = ()
    scale: Many[StepPart] = ()
    clause: str = ""

    def value(self) -> Criterion:
        return Criterion(
            self.name,
            self.kind,
            self.weight,
            self.description,
            self.method,
            self.evidence,
            self.environmental,
            tuple(SubCriterion(s.name, s.weight, s.environmental) for s in self.subcriteria),
            tuple(Step(step.mark, step.text) for step in self.scale),
            self.clause,
        )


class PriceItemPart(_Part):
    label: Word
    unit: Word


class PricePart(_Part):
    form: PriceForm = "unit"
    items: Many[PriceItemPart] = ()


class ChoicePart(_Part):
    id: Word
    level: LevelName = "standard"
    answers: dict[str, Prose] = {}


class ConditionPart(_Part):
    title: Word
    text: Prose
    considerations: Many[Consideration] = ()


class RequirementPart(_Part):
    title: Word
    text: Prose


class WaiverPart(_Part):
    rule: Word
    reason: Prose
    place: Prose = ""


class DossierFile(_Part):
    """What `docs/dossier.md` describes, key by key."""

    reference: Word
    title: Word
    need: Annotated[str, Field(min_length=1, max_length=8000)]
    buyer: BuyerPart
    purchase: Purchase
    procedure: Procedure
    estimate: EstimatePart
    consultation_on: Day
    offers_until: Day | None = None
    months: Whole | None = None
    ccag: Ccag = "none"
    place_of_performance: Prose = ""
    notices: Many[Notice] = ()
    lots: Many[LotPart] = ()
    no_lots_reason: Prose = ""
    social_services: bool = False
    social_exception: Prose = ""
    price: PricePart = PricePart()
    criteria: Many[CriterionPart] = ()
    clauses: Many[ChoicePart] = ()
    conditions: Many[ConditionPart] = ()
    candidacy: Many[RequirementPart] = ()
    requirements: Many[RequirementPart] = ()
    documents: Many[Piece] = ()
    waivers: Many[WaiverPart] = ()

    def value(self) -> Dossier:
        buyer = self.buyer
        return Dossier(
            reference=self.reference,
            title=self.title,
            need=self.need.strip(),
            buyer=Buyer(
                buyer.name, buyer.kind, buyer.siret, buyer.represented_by, buyer.contact
            ),
            purchase=self.purchase,
            procedure=self.procedure,
            estimate=Estimate(self.estimate.amount, self.estimate.same_category),
            consultation_on=self.consultation_on,
            offers_until=self.offers_until,
            months=self.months,
            ccag=self.ccag,
            place_of_performance=self.place_of_performance.strip(),
            notices=frozenset(self.notices),
            lots=tuple(Lot(lot.number, lot.title, lot.amount) for lot in self.lots),
            no_lots_reason=self.no_lots_reason.strip(),
            social_services=self.social_services,
            social_exception=self.social_exception.strip(),
            price=Price(
                self.price.form,
                tuple(PriceItem(item.label, item.unit) for item in self.price.items),
            ),
            criteria=tuple(criterion.value() for criterion in self.criteria),
            clauses=tuple(Choice(c.id, c.level, c.answers) for c in self.clauses),
            conditions=tuple(
                Condition(c.title, c.text, frozenset(c.considerations)) for c in self.conditions
            ),
            candidacy=tuple(Requirement(r.title, r.text) for r in self.candidacy),
            requirements=tuple(Requirement(r.title, r.text) for r in self.requirements),
            documents=self.documents,
            waivers=tuple(Waiver(w.rule, w.reason.strip(), w.place) for w in self.waivers),
        )


def read_dossier(text: str) -> Dossier:
    """Read the YAML of a dossier. Nothing is tolerated in silence.

    Raises `InputError` with one `FieldError` per fault: an unknown key, a missing one, a value
    out of its list or its bounds, an amount that is not written like 12.34, a date that is not
    written like 2026-11-23.
    """
    content = read_yaml(text)
    if not isinstance(content, dict):
        raise InputError(t("Ce fichier ne contient pas de dossier : des clés sont attendues."))
    try:
        return DossierFile.model_validate(content).value()
    except ValidationError as error:
        raise InputError(
            t("Ce dossier ne se lit pas."),
            [FieldError(place_of(fault), explained(fault)) for fault in error.errors()],
        ) from error
