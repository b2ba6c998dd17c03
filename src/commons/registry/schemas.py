"""Shapes of the JSON API: what may be sent, what is answered."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from commons.identity.model import Role
from commons.kernel.errors import FieldError, InputError
from commons.kernel.quantity import parse_plain, plain
from commons.kernel.text import t
from commons.ledger.model import Entry, Outcome, Refused, Rules, Written
from commons.ledger.rules import CONTEST_DAYS_MAX, QUORUM_MAX
from commons.registry.access import Sight
from commons.registry.model import Commons, Organisation


def _writable(text: str) -> str:
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("a character that cannot be written")
    return text


Line = Annotated[str, Field(max_length=300), AfterValidator(_writable)]
Lines = Annotated[str, Field(max_length=4000), AfterValidator(_writable)]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CommonsIn(Sent):
    """A commons as one describes it; lists are separated by commas."""

    name: Line
    resource: Lines
    community: Lines
    resource_kind: Line = "material"
    rules: Lines = ""
    licences: Lines = ""
    territory: Line = ""
    themes: Lines = ""
    links: Lines = ""
    needs: Lines = ""
    maturity: Line = "running"
    readers: Line = "pseudonyms"
    is_legal_person: bool = False

    def typed(self) -> dict[str, str]:
        fields = self.model_dump(exclude={"is_legal_person"})
        return {**fields, "is_legal_person": "oui" if self.is_legal_person else "non"}


class CommonsOut(BaseModel):
    commons_id: UUID
    slug: str
    name: str
    resource_kind: str
    resource: str
    community: str
    rules: str
    licences: list[str]
    territory: str
    themes: list[str]
    links: list[str]
    needs: str
    maturity: str
    readers: str
    is_legal_person: bool

    @classmethod
    def of(cls, commons: Commons) -> "CommonsOut":
        facts = commons.facts
        return cls(
            commons_id=commons.commons_id,
            slug=commons.slug,
            name=facts.name,
            resource_kind=facts.resource_kind,
            resource=facts.resource,
            community=facts.community,
            rules=facts.rules,
            licences=list(facts.licences),
            territory=facts.territory,
            themes=list(facts.themes),
            links=list(facts.links),
            needs=facts.needs,
            maturity=facts.maturity,
            readers=facts.readers,
            is_legal_person=facts.is_legal_person,
        )


class OrganisationIn(Sent):
    name: Line
    kind: Line = "association"
    siret: Line = ""
    siren: Line = ""
    rna: Line = ""
    insee: Line = ""


class OrganisationOut(BaseModel):
    organisation_id: UUID
    slug: str
    name: str
    kind: str
    siret: str | None
    siren: str | None
    rna: str | None
    insee: str | None

    @classmethod
    def of(cls, organisation: Organisation) -> "OrganisationOut":
        facts = organisation.facts
        return cls(
            organisation_id=organisation.organisation_id,
            slug=organisation.slug,
            name=facts.name,
            kind=facts.kind,
            siret=facts.siret,
            siren=facts.siren,
            rna=facts.rna,
            insee=facts.insee,
        )


class ContributionIn(Sent):
    """A contribution of one's own. `entry_id` makes sending it twice harmless.

    `quantity` is a decimal string in `unit`; time is in whole minutes.
    """

    entry_id: UUID
    occurred_on: date
    quantity: Annotated[str, Field(max_length=24, examples=["150"])]
    unit: Annotated[str, Field(max_length=32, examples=["minute"])] = "minute"
    description: Lines
    links: list[Line] = Field(default=[], max_length=20)
    nature: Line = "work"
    reward: Line = "pro-bono"


class ReasonIn(Sent):
    reason: Lines


class UnitIn(Sent):
    """A unit of a commons' own, such as `basket`, with at most `scale` decimals."""

    code: Line
    scale: Annotated[int, Field(ge=0, le=6)] = 0
    label: Line


class RulesIn(Sent):
    """How a commons confirms contributions; `advance` is euros, as a decimal string."""

    quorum: Annotated[int, Field(ge=1, le=QUORUM_MAX)] = 1
    attesters: list[Line] = Field(default=[], max_length=10)
    contest_days: Annotated[int, Field(ge=1, le=CONTEST_DAYS_MAX)] | None = None
    silence_accepts: bool = False
    advance: Annotated[str, Field(max_length=24)] = "0"

    def read(self) -> Rules:
        """Raises `InputError` for an unknown role or an unreadable amount."""
        unknown = [role for role in self.attesters if role not in list(Role)]
        if unknown:
            text = t("« {role} » n'est pas un rôle.", role=unknown[0])
            raise InputError(text, [FieldError("attesters", text)])
        return Rules(
            self.quorum,
            frozenset(self.attesters),
            self.contest_days,
            self.silence_accepts,
            parse_plain(self.advance),
        )


class RulesOut(BaseModel):
    quorum: int
    attesters: list[str]
    contest_days: int | None
    silence_accepts: bool
    advance: str

    @classmethod
    def of(cls, rules: Rules) -> "RulesOut":
        return cls(
            quorum=rules.quorum,
            attesters=sorted(rules.attesters),
            contest_days=rules.contest_days,
            silence_accepts=rules.silence_accepts,
            advance=plain(rules.advance),
        )


class Receipt(BaseModel):
    """`written`, or `already` when the very same request had been written before."""

    entry_id: UUID
    outcome: str

    @classmethod
    def of(cls, outcome: Outcome) -> "Receipt":
        if isinstance(outcome, Refused):
            raise outcome.error
        word = "written" if isinstance(outcome, Written) else "already"
        return cls(entry_id=outcome.entry_id, outcome=word)


class EntryOut(BaseModel):
    """An entry as the reader may see it; `leaf` is what the Merkle tree proves."""

    entry_id: UUID
    kind: str
    state: str
    recorded_at: str
    occurred_from: date
    occurred_to: date
    quantity: str | None
    unit: str | None
    about: UUID | None
    details: dict[str, str]
    personal: dict[str, str]
    leaf: str
    leaf_index: int | None
    attestations: int
    reversed_by: UUID | None

    @classmethod
    def of(cls, entry: Entry, sight: Sight) -> "EntryOut":
        return cls(
            entry_id=entry.entry_id,
            kind=entry.kind,
            state=entry.state,
            recorded_at=entry.recorded_at.isoformat(),
            occurred_from=entry.occurred_from,
            occurred_to=entry.occurred_to,
            quantity=plain(entry.quantity) if entry.quantity is not None else None,
            unit=entry.unit,
            about=entry.about,
            details=dict(entry.details),
            personal=dict(entry.personal) if sight.is_open else {},
            leaf=entry.leaf.decode(),
            leaf_index=entry.leaf_index,
            attestations=entry.attestations,
            reversed_by=entry.reversed_by,
        )
