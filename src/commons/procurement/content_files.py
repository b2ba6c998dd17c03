"""The border of `procurement/`: what its files may say, and the frozen values they become.

`procurement/clause.schema.json` is generated from `ClauseFile`, so that an editor helps a
jurist while they write.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from commons.procurement.catalogue import (
    Ask,
    AskType,
    BuyerKind,
    Ccag,
    Citation,
    Clause,
    ClauseKind,
    Consideration,
    CriterionKind,
    CriterionModel,
    Derogation,
    Layout,
    LevelName,
    Piece,
    PriceLine,
    Purchase,
    Route,
    Section,
    Share,
    Slot,
    Source,
    Status,
    Step,
    Threshold,
    Version,
)

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,59}$")]
SourceId = Annotated[str, Field(pattern=r"^[a-z][A-Za-z0-9.-]{1,59}$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Prose = Annotated[str, Field(min_length=1, max_length=4000)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AskFile(_File):
    """A blank of the text. Without `default` a person must answer; `example` shows how."""

    question: Line
    type: AskType
    default: Line | None = None
    example: Line | None = None
    choices: tuple[Line, ...] = ()
    min: int | None = None
    max: int | None = None

    def value(self, name: str) -> Ask:
        return Ask(
            name,
            self.question,
            self.type,
            self.default,
            self.example,
            self.choices,
            self.min,
            self.max,
        )


class CitationFile(_File):
    """A text of `sources.yaml` and the date of effect of the version the clause rests on."""

    source: SourceId
    effect: date | None
    supports: Line


class DerogationFile(_File):
    ccag: Ccag
    article: Line
    subject: Line
    status: Status


class ShareFile(_File):
    name: Line
    percent: Annotated[int, Field(ge=1, le=100)]


class StepFile(_File):
    mark: Annotated[int, Field(ge=0, le=20)]
    text: Line


class CriterionFile(_File):
    kind: CriterionKind
    weight_min: Annotated[int, Field(ge=1, le=100)]
    weight_max: Annotated[int, Field(ge=1, le=100)]
    shares: tuple[ShareFile, ...] = ()
    scale: Annotated[tuple[StepFile, ...], Field(min_length=2)]

    def value(self) -> CriterionModel:
        return CriterionModel(
            self.kind,
            self.weight_min,
            self.weight_max,
            tuple(Share(share.name, share.percent) for share in self.shares),
            tuple(Step(step.mark, step.text) for step in self.scale),
        )


class PriceLineFile(_File):
    label: Line
    unit: Line


class ClauseFile(_File):
    """One clause: keys in English, texts in French, `{blanks}` declared in `asks`."""

    id: Identifier
    version: Annotated[int, Field(ge=1, le=999)]
    title: Line
    kind: ClauseKind
    placement: Annotated[tuple[Piece, ...], Field(min_length=1)]
    route: Route = "all"
    mandatory: bool = False
    considerations: tuple[Consideration, ...] = ()
    purpose: Prose
    when: Prose
    when_not: Prose
    body: Prose
    prudent: Prose | None = None
    ambitious: Prose | None = None
    asks: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")], AskFile] = {}
    legal_basis: Annotated[tuple[CitationFile, ...], Field(min_length=1)]
    cautions: Annotated[tuple[Line, ...], Field(min_length=1)]
    evidence: Prose
    burden: Literal["low", "medium", "high"]
    incompatible_clauses: tuple[Identifier, ...] = ()
    incompatible_with: tuple[Line, ...] = ()
    needs: tuple[Identifier, ...] = ()
    ccag: tuple[Ccag, ...] = ()
    derogations: tuple[DerogationFile, ...] = ()
    decp: str = ""
    criterion: CriterionFile | None = None
    price_lines: tuple[PriceLineFile, ...] = ()

    def value(self) -> Clause:
        bodies: dict[LevelName, str] = {"standard": self.body}
        if self.prudent is not None:
            bodies["prudent"] = self.prudent
        if self.ambitious is not None:
            bodies["ambitious"] = self.ambitious
        return Clause(
            id=self.id,
            version=self.version,
            title=self.title,
            kind=self.kind,
            placement=self.placement,
            purpose=self.purpose,
            when=self.when,
            when_not=self.when_not,
            bodies=bodies,
            asks=tuple(ask.value(name) for name, ask in self.asks.items()),
            legal_basis=tuple(
                Citation(c.source, c.effect, c.supports) for c in self.legal_basis
            ),
            cautions=self.cautions,
            evidence=self.evidence,
            burden=self.burden,
            route=self.route,
            mandatory=self.mandatory,
            considerations=frozenset(self.considerations),
            incompatible_clauses=self.incompatible_clauses,
            incompatible_with=self.incompatible_with,
            needs=self.needs,
            ccag=self.ccag,
            derogations=tuple(
                Derogation(d.ccag, d.article, d.subject, d.status) for d in self.derogations
            ),
            decp=self.decp,
            criterion=self.criterion.value() if self.criterion else None,
            price_lines=tuple(PriceLine(line.label, line.unit) for line in self.price_lines),
        )


class SlotFile(_File):
    """Exactly one of: fixed prose (`title` and `body`), a `clause`, a generated `part`."""

    title: str = ""
    body: str = ""
    clause: str = ""
    part: str = ""
    route: Route = "all"
    comment: str = ""


class SectionFile(_File):
    heading: Line
    slots: Annotated[tuple[SlotFile, ...], Field(min_length=1)]


class LayoutFile(_File):
    id: Identifier
    version: Annotated[int, Field(ge=1, le=999)]
    piece: Piece
    title: Line
    route: Route = "all"
    sections: Annotated[tuple[SectionFile, ...], Field(min_length=1)]

    def value(self) -> Layout:
        sections = tuple(
            Section(
                section.heading,
                tuple(
                    Slot(
                        slot.title, slot.body, slot.clause, slot.part, slot.route, slot.comment
                    )
                    for slot in section.slots
                ),
            )
            for section in self.sections
        )
        return Layout(self.id, self.version, self.piece, self.title, sections, self.route)


class VersionFile(_File):
    effect: date | None
    until: date | None = None
    state: Line
    status: Status
    note: str = ""


class SourceFile(_File):
    id: SourceId
    code: Line
    article: Line
    ccag: Ccag = "none"
    versions: Annotated[tuple[VersionFile, ...], Field(min_length=1)]

    def value(self) -> Source:
        versions = tuple(
            Version(v.effect, v.until, v.state, v.status, v.note) for v in self.versions
        )
        return Source(self.id, self.code, self.article, versions, self.ccag)


class SourcesFile(_File):
    checked_on: date
    sources: tuple[SourceFile, ...]


class ThresholdFile(_File):
    measure: Identifier
    title: Line
    value: Amount
    unit: Literal["EUR", "percent", "ratio", "inhabitants", "agents"]
    purchases: tuple[Purchase, ...] = ()
    buyers: tuple[BuyerKind, ...] = ()
    effect: date | None
    until: date | None
    basis: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    source: Line
    status: Status
    note: str = ""

    def to_threshold(self) -> Threshold:
        return Threshold(
            self.measure,
            self.title,
            self.value,
            self.unit,
            frozenset(self.purchases),
            frozenset(self.buyers),
            self.effect,
            self.until,
            self.basis,
            self.source,
            self.status,
            self.note,
        )


class ThresholdsFile(_File):
    checked_on: date
    thresholds: tuple[ThresholdFile, ...]
