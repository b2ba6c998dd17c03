"""People of an instance and the roles they hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

INSTANCE = UUID(int=0)
"""The scope of a role that holds for the whole instance."""


class Scope(StrEnum):
    INSTANCE = "instance"
    COMMONS = "commons"
    ORGANISATION = "organisation"


class Role(StrEnum):
    """What someone does in a commons, a chamber or a collectivité (glossary)."""

    CONTRIBUTOR = "contributor"
    STEWARD = "steward"
    TREASURER = "treasurer"
    ANIMATOR = "animator"
    DELEGATE = "delegate"
    AUDITOR = "auditor"
    AGENT = "agent"
    SIGNATORY = "signatory"


@dataclass(frozen=True, slots=True)
class Grant:
    scope: Scope
    scope_id: UUID
    role: Role


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is signed in, with every role they hold."""

    person_id: UUID
    name: str
    email: str | None
    grants: frozenset[Grant]

    def roles_in(self, scope_id: UUID) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants if grant.scope_id == scope_id)


@dataclass(frozen=True, slots=True)
class Member:
    person_id: UUID
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    invitation_id: UUID
    scope: Scope
    scope_id: UUID
    role: Role
    place: str
    invited_by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Someone who was invited and has not answered, as the stewards see it."""

    invitation_id: UUID
    name: str
    role: Role
    invited_at: datetime


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A sign-in link as it is sent: the token is known here and nowhere else."""

    token: str
    expires_at: datetime
