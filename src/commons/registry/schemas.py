"""Shapes of the JSON API: what may be sent, what is answered."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from commons.registry.model import (
    Commons,
    Maturity,
    Organisation,
    OrganisationKind,
    Readers,
    ResourceKind,
)
from commons.registry.publiccode_review import Fault
from commons.strict_yaml import SIZE_MAX_BYTES
from commons.web.i18n import translate


def writable(text: str) -> str:
    """Refuse what PostgreSQL cannot keep: NUL and lone surrogates."""
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("a character that cannot be written")
    return text


Line = Annotated[str, Field(max_length=300), AfterValidator(writable)]
Lines = Annotated[str, Field(max_length=4000), AfterValidator(writable)]
Items = Annotated[list[Line], Field(max_length=30)]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CommonsIn(Sent):
    """A commons as one describes it. `territory` is a commune, an EPCI or its code."""

    name: Line
    resource: Lines
    community: Lines
    resource_kind: ResourceKind = ResourceKind.MATERIAL
    rules: Lines = ""
    licences: Items = []
    territory: Line = ""
    themes: Items = []
    links: Items = []
    needs: Lines = ""
    maturity: Maturity = Maturity.RUNNING
    readers: Readers = Readers.PSEUDONYMS
    is_legal_person: bool = False

    def typed(self) -> dict[str, str]:
        return _typed(self)


class CommonsChange(Sent):
    """What changes of a commons; what is left out or null stays."""

    name: Line | None = None
    resource: Lines | None = None
    community: Lines | None = None
    resource_kind: ResourceKind | None = None
    rules: Lines | None = None
    licences: Items | None = None
    territory: Line | None = None
    themes: Items | None = None
    links: Items | None = None
    needs: Lines | None = None
    maturity: Maturity | None = None
    readers: Readers | None = None
    is_legal_person: bool | None = None

    def typed(self) -> dict[str, str]:
        return _typed(self)


def _typed(sent: Sent) -> dict[str, str]:
    """The fields as a form has them; those that say nothing are left out."""
    fields: dict[str, str] = {}
    for name, value in sent.model_dump(exclude_none=True).items():
        if isinstance(value, bool):
            fields[name] = "oui" if value else "non"
        elif isinstance(value, list):
            fields[name] = "\n".join(value)
        else:
            fields[name] = str(value)
    return fields


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
    kind: OrganisationKind = OrganisationKind.ASSOCIATION
    siret: Line = ""
    siren: Line = ""
    rna: Line = ""
    insee: Line = ""

    def typed(self) -> dict[str, str]:
        return _typed(self)


class OrganisationChange(Sent):
    """What changes of an organisation; what is left out or null stays, `""` takes away."""

    name: Line | None = None
    kind: OrganisationKind | None = None
    siret: Line | None = None
    siren: Line | None = None
    rna: Line | None = None
    insee: Line | None = None

    def typed(self) -> dict[str, str]:
        return _typed(self)


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


class PublicCodeIn(Sent):
    """The text of a `publiccode.yml`; `register` false only looks at it.

    `amended` replaces fields that were read from the file, or adds what it lacks.
    """

    text: Annotated[str, Field(max_length=SIZE_MAX_BYTES), AfterValidator(writable)]
    register_it: Annotated[bool, Field(alias="register")] = False
    amended: CommonsChange = CommonsChange()


class FaultOut(BaseModel):
    """`line` counts from 1; 0 when the key is not in the file."""

    place: str
    line: int
    detail: str
    mended: bool

    @classmethod
    def of(cls, fault: Fault, locale: str) -> "FaultOut":
        return cls(
            place=fault.place,
            line=fault.line,
            detail=translate(fault.text, locale),
            mended=fault.is_mended,
        )


class PublicCodeOut(BaseModel):
    """What was understood, what is wrong, and the file with what could be mended."""

    fields: dict[str, str]
    faults: list[FaultOut]
    corrected: str
    commons: CommonsOut | None
