"""Dossiers under preparation: the text a person typed, kept whole."""

from sqlalchemy import Column, DateTime, ForeignKey, Table, Text, Uuid

from commons.db.metadata import metadata

dossiers = Table(
    "dossier",
    metadata,
    Column("dossier_id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, ForeignKey("organisation.organisation_id")),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_by", Uuid, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    info={"service": "SELECT, INSERT, UPDATE"},
)
