"""A commons and an organisation, checked at birth."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ResourceKind(StrEnum):
    NATURAL = "natural"
    MATERIAL = "material"
    IMMATERIAL = "immaterial"


class Maturity(StrEnum):
    IDEA = "idea"
    BUILDING = "building"
    RUNNING = "running"
    ESTABLISHED = "established"


class Readers(StrEnum):
    """Who may read the journal: anyone, anyone without the names, members only."""

    PUBLIC = "public"
    PSEUDONYMS = "pseudonyms"
    MEMBERS = "members"


class OrganisationKind(StrEnum):
    ASSOCIATION = "association"
    DE_FACTO = "de-facto"
    SCIC = "scic"
    CAE = "cae"
    COMPANY = "company"
    COLLECTIVITE = "collectivite"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CommonsFacts:
    """What is said of a commons; `rules.commons_facts` is the one way to make it."""

    name: str
    resource_kind: ResourceKind
    resource: str
    community: str
    rules: str
    licences: tuple[str, ...] = ()
    territory: str = ""
    themes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    needs: str = ""
    maturity: Maturity = Maturity.RUNNING
    is_legal_person: bool = False
    carrier_id: UUID | None = None
    readers: Readers = Readers.PSEUDONYMS


@dataclass(frozen=True, slots=True)
class Commons:
    """A registered commons. Its slug never changes: links to it stay good."""

    commons_id: UUID
    slug: str
    facts: CommonsFacts
    created_at: datetime
    changed_at: datetime

    @property
    def name(self) -> str:
        return self.facts.name


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    name: str
    kind: OrganisationKind
    siret: str | None = None
    siren: str | None = None
    rna: str | None = None
    insee: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    organisation_id: UUID
    slug: str
    facts: OrganisationFacts
    created_at: datetime

    @property
    def name(self) -> str:
        return self.facts.name
