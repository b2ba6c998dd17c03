"""Shapes of what programs are told: findings and clauses."""

from datetime import date

from pydantic import BaseModel

from commons.procurement.catalogue import Basis, Clause
from commons.procurement.model import Finding
from commons.procurement.rules.lint import errors_in


class BasisOut(BaseModel):
    """A legal text; `status` is AV while nobody has checked it."""

    text: str
    effect: date | None
    status: str

    @classmethod
    def of(cls, basis: Basis) -> "BasisOut":
        return cls(text=basis.text, effect=basis.effect, status=basis.status)


class FindingOut(BaseModel):
    rule: str
    severity: str
    document: str
    place: str
    message: str
    basis: list[BasisOut]
    correction: str
    set_aside: str | None

    @classmethod
    def of(cls, finding: Finding) -> "FindingOut":
        return cls(
            rule=finding.rule,
            severity=finding.severity,
            document=finding.document,
            place=str(finding.place),
            message=str(finding.message),
            basis=[BasisOut.of(basis) for basis in finding.basis],
            correction=str(finding.correction),
            set_aside=finding.set_aside,
        )


class LintOut(BaseModel):
    """Every finding on the day `on`; `errors` counts those that stand."""

    on: date
    findings: list[FindingOut]
    errors: int

    @classmethod
    def of(cls, on: date, findings: tuple[Finding, ...]) -> "LintOut":
        return cls(
            on=on,
            findings=[FindingOut.of(finding) for finding in findings],
            errors=errors_in(findings),
        )


class AskOut(BaseModel):
    name: str
    question: str
    type: str
    default: str | None
    example: str | None
    choices: list[str]


class CitationOut(BaseModel):
    source: str
    effect: date | None
    supports: str


class ClauseOut(BaseModel):
    """A clause of the catalogue; `texts` holds its levels, blanks between braces."""

    id: str
    version: int
    title: str
    kind: str
    placement: list[str]
    route: str
    mandatory: bool
    purpose: str
    when: str
    when_not: str
    texts: dict[str, str]
    asks: list[AskOut]
    legal_basis: list[CitationOut]
    cautions: list[str]
    evidence: str
    burden: str
    incompatible_clauses: list[str]
    needs: list[str]

    @classmethod
    def of(cls, clause: Clause) -> "ClauseOut":
        return cls(
            id=clause.id,
            version=clause.version,
            title=clause.title,
            kind=clause.kind,
            placement=list(clause.placement),
            route=clause.route,
            mandatory=clause.mandatory,
            purpose=clause.purpose,
            when=clause.when,
            when_not=clause.when_not,
            texts={str(level): text for level, text in clause.bodies.items()},
            asks=[
                AskOut(
                    name=ask.name,
                    question=ask.question,
                    type=ask.type,
                    default=ask.default,
                    example=ask.example,
                    choices=list(ask.choices),
                )
                for ask in clause.asks
            ],
            legal_basis=[
                CitationOut(source=c.source, effect=c.effect, supports=c.supports)
                for c in clause.legal_basis
            ],
            cautions=list(clause.cautions),
            evidence=clause.evidence,
            burden=clause.burden,
            incompatible_clauses=list(clause.incompatible_clauses),
            needs=list(clause.needs),
        )
