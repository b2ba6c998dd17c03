"""Charters that were drawn up, as they were: bytes and hash."""

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from commons.db.metadata import metadata

charters = Table(
    "charter",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("charter_id", Uuid, nullable=False),
    Column("model", Text, nullable=False),
    Column("answers", Text, nullable=False, comment="Canonical JSON."),
    Column("title", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("docx", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("made_by", Uuid, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("commons_id", "charter_id"),
    Index("ix_charter_made", "commons_id", "made_at"),
    info={"service": "SELECT, INSERT"},
)
