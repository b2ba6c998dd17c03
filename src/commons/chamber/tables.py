"""Envelopes a commons shares out, the claims on them, and how they were divided."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from commons.db.metadata import metadata

envelopes = Table(
    "envelope",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("envelope_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("terms", Text, nullable=False, comment="Who may claim, suggested ranges."),
    Column("amount", Numeric(24, 6), nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("closes_on", Date, nullable=False),
    Column("opened_by", Uuid, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("commons_id", "envelope_id"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("closes_on >= opens_on", name="dates"),
    info={"service": "SELECT, INSERT"},
)

claims = Table(
    "claim",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("envelope_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("entry_id", Uuid, nullable=False, comment="The claim as it stands in the journal."),
    Column("amount", Numeric(24, 6), nullable=False),
    Column("reason", Text, nullable=False),
    Column("claimed_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("commons_id", "envelope_id", "person_id"),
    ForeignKeyConstraint(
        ["commons_id", "envelope_id"], ["envelope.commons_id", "envelope.envelope_id"]
    ),
    CheckConstraint("amount > 0", name="amount"),
    info={"service": "SELECT, INSERT, UPDATE, DELETE"},
)

settlements = Table(
    "settlement",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("envelope_id", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("round_file", LargeBinary, nullable=False, comment="round.json as it was booked."),
    Column("round_sha256", Text, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("proposed_by", Uuid),
    Column("settled_by", Uuid, nullable=False),
    Column("settled_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("commons_id", "envelope_id", "entry_id"),
    ForeignKeyConstraint(
        ["commons_id", "envelope_id"], ["envelope.commons_id", "envelope.envelope_id"]
    ),
    info={"service": "SELECT, INSERT"},
)

proposals = Table(
    "settlement_proposal",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("envelope_id", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("proposed_by", Uuid, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("commons_id", "envelope_id"),
    ForeignKeyConstraint(
        ["commons_id", "envelope_id"], ["envelope.commons_id", "envelope.envelope_id"]
    ),
    info={"service": "SELECT, INSERT, UPDATE"},
)
