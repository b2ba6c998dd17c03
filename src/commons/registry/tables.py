"""Which commons and organisations exist."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Table,
    Text,
    Uuid,
    text,
)

from commons.db.metadata import metadata

organisations = Table(
    "organisation",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("siret", Text),
    Column("siren", Text),
    Column("rna", Text),
    Column("insee", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_organisation_name", text("lower(name)")),
    info={"service": "SELECT, INSERT, UPDATE"},
)

commons = Table(
    "commons",
    metadata,
    Column("commons_id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("resource_kind", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("community", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("licences", ARRAY(Text), nullable=False),
    Column(
        "territory", Text, nullable=False, comment="INSEE code of a commune or EPCI, or empty."
    ),
    Column("themes", ARRAY(Text), nullable=False),
    Column("links", ARRAY(Text), nullable=False),
    Column("needs", Text, nullable=False),
    Column("maturity", Text, nullable=False),
    Column("is_legal_person", Boolean, nullable=False),
    Column("carrier_id", Uuid, ForeignKey("organisation.organisation_id")),
    Column("readers", Text, nullable=False, comment="Who may read the journal."),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("readers IN ('public', 'pseudonyms', 'members')", name="readers"),
    Index("ix_commons_territory", "territory"),
    info={"service": "SELECT, INSERT, UPDATE"},
)
