"""Commons rule how contributions are confirmed: a new table, nothing else is touched."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_rules",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column(
            "entry_id", sa.Uuid(), nullable=False, comment="The entry that records them."
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quorum", sa.SmallInteger(), nullable=False),
        sa.Column(
            "attesters",
            sa.ARRAY(sa.Text()),
            nullable=False,
            comment="Roles; empty for everyone.",
        ),
        sa.Column("contest_days", sa.SmallInteger(), nullable=True),
        sa.Column("silence_accepts", sa.Boolean(), nullable=False),
        sa.Column(
            "advance",
            sa.Numeric(precision=24, scale=6),
            nullable=False,
            comment="Euros paid before they are held.",
        ),
        sa.CheckConstraint("quorum >= 1", name=op.f("ck_journal_rules_quorum")),
        sa.CheckConstraint("contest_days >= 1", name=op.f("ck_journal_rules_contest_days")),
        sa.CheckConstraint(
            "contest_days IS NOT NULL OR NOT silence_accepts",
            name=op.f("ck_journal_rules_silence"),
        ),
        sa.CheckConstraint("advance >= 0", name=op.f("ck_journal_rules_advance")),
        sa.ForeignKeyConstraint(
            ["commons_id", "entry_id"],
            ["journal_entry.commons_id", "journal_entry.entry_id"],
            name=op.f("fk_journal_rules_commons_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("commons_id", "entry_id", name=op.f("pk_journal_rules")),
    )
    op.create_index(
        "ix_journal_rules_decided", "journal_rules", ["commons_id", "decided_at"], unique=False
    )
