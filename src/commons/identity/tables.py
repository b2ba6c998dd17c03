"""People of an instance, how they sign in, and what they may do."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from commons.db.metadata import metadata

persons = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, comment="Clear, to write to; nothing until the person gives it."),
    Column("email_hmac", LargeBinary, unique=True, comment="To match an address."),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("erased_at", DateTime(timezone=True)),
    info={"service": "SELECT, INSERT, UPDATE"},
)

grants = Table(
    "role_grant",
    metadata,
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("scope_id", Uuid, nullable=False, comment="All zeros for the instance."),
    Column("role", Text, nullable=False),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("person_id", "scope", "scope_id", "role"),
    CheckConstraint("scope IN ('instance', 'commons', 'organisation')", name="scope"),
    Index("ix_role_grant_scope", "scope", "scope_id"),
    info={"service": "SELECT, INSERT, DELETE"},
)

sign_in_links = Table(
    "sign_in_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    info={"service": "SELECT, INSERT, UPDATE, DELETE"},
)

sessions = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    info={"service": "SELECT, INSERT, DELETE"},
)

invitations = Table(
    "invitation",
    metadata,
    Column("invitation_id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("scope_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("place", Text, nullable=False, comment="The name of the commons or organisation."),
    Column("invited_by", Uuid, ForeignKey("person.person_id"), nullable=False),
    Column("invited_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Index("ix_invitation_person", "person_id"),
    info={"service": "SELECT, INSERT, UPDATE, DELETE"},
)

attempts = Table(
    "attempt",
    metadata,
    Column("key", LargeBinary, nullable=False),
    Column("slot", DateTime(timezone=True), nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("key", "slot"),
    info={"service": "SELECT, INSERT, UPDATE, DELETE"},
)
