"""The first schema: people, commons, journals, envelopes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "attempt",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "slot", name=op.f("pk_attempt")),
    )
    op.create_table(
        "charter",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False, comment="Canonical JSON."),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("docx", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commons_id", "charter_id", name=op.f("pk_charter")),
    )
    op.create_index("ix_charter_made", "charter", ["commons_id", "made_at"], unique=False)
    op.create_table(
        "envelope",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "terms", sa.Text(), nullable=False, comment="Who may claim, suggested ranges."
        ),
        sa.Column("amount", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_envelope_amount")),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_envelope_dates")),
        sa.PrimaryKeyConstraint("commons_id", "envelope_id", name=op.f("pk_envelope")),
    )
    op.create_table(
        "journal",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("commons_id", name=op.f("pk_journal")),
    )
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=True),
        sa.Column("siren", sa.Text(), nullable=True),
        sa.Column("rna", sa.Text(), nullable=True),
        sa.Column("insee", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_index(
        "ix_organisation_name", "organisation", [sa.literal_column("lower(name)")], unique=False
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "email",
            sa.Text(),
            nullable=True,
            comment="Clear, to write to; nothing until the person gives it.",
        ),
        sa.Column(
            "email_hmac", sa.LargeBinary(), nullable=True, comment="To match an address."
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        sa.UniqueConstraint("email_hmac", name=op.f("uq_person_email_hmac")),
    )
    op.create_table(
        "claim",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "entry_id",
            sa.Uuid(),
            nullable=False,
            comment="The claim as it stands in the journal.",
        ),
        sa.Column("amount", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_amount")),
        sa.ForeignKeyConstraint(
            ["commons_id", "envelope_id"],
            ["envelope.commons_id", "envelope.envelope_id"],
            name=op.f("fk_claim_commons_id_envelope_id"),
        ),
        sa.PrimaryKeyConstraint(
            "commons_id", "envelope_id", "person_id", name=op.f("pk_claim")
        ),
    )
    op.create_table(
        "commons",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("resource_kind", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("licences", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "territory",
            sa.Text(),
            nullable=False,
            comment="INSEE code of a commune or EPCI, or empty.",
        ),
        sa.Column("themes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("links", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("maturity", sa.Text(), nullable=False),
        sa.Column("is_legal_person", sa.Boolean(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=True),
        sa.Column("readers", sa.Text(), nullable=False, comment="Who may read the journal."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "readers IN ('public', 'pseudonyms', 'members')", name=op.f("ck_commons_readers")
        ),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["organisation.organisation_id"], name=op.f("fk_commons_carrier_id")
        ),
        sa.PrimaryKeyConstraint("commons_id", name=op.f("pk_commons")),
        sa.UniqueConstraint("slug", name=op.f("uq_commons_slug")),
    )
    op.create_index("ix_commons_territory", "commons", ["territory"], unique=False)
    op.create_table(
        "dossier",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_dossier_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_dossier")),
    )
    op.create_table(
        "invitation",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "place",
            sa.Text(),
            nullable=False,
            comment="The name of the commons or organisation.",
        ),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["person.person_id"], name=op.f("fk_invitation_invited_by")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_invitation_person_id")
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_person", "invitation", ["person_id"], unique=False)
    op.create_table(
        "journal_account",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "ref",
            sa.Uuid(),
            nullable=True,
            comment="An envelope or an organisation; never a person.",
        ),
        sa.CheckConstraint(
            "kind <> 'person' OR ref IS NULL", name=op.f("ck_journal_account_person_apart")
        ),
        sa.ForeignKeyConstraint(
            ["commons_id"], ["journal.commons_id"], name=op.f("fk_journal_account_commons_id")
        ),
        sa.PrimaryKeyConstraint("commons_id", "account_id", name=op.f("pk_journal_account")),
    )
    op.create_index(
        "uq_journal_account_ref",
        "journal_account",
        ["commons_id", "kind", "ref"],
        unique=True,
        postgresql_where=sa.text("kind <> 'person'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "journal_checkpoint",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("tree_size", sa.BIGINT(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column(
            "frontier", sa.LargeBinary(), nullable=False, comment="Roots of its full subtrees."
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id"],
            ["journal.commons_id"],
            name=op.f("fk_journal_checkpoint_commons_id"),
        ),
        sa.PrimaryKeyConstraint("commons_id", "tree_size", name=op.f("pk_journal_checkpoint")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_from", sa.Date(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "about"],
            ["journal_entry.commons_id", "journal_entry.entry_id"],
            name=op.f("fk_journal_entry_commons_id_about"),
        ),
        sa.ForeignKeyConstraint(
            ["commons_id"], ["journal.commons_id"], name=op.f("fk_journal_entry_commons_id")
        ),
        sa.PrimaryKeyConstraint("commons_id", "entry_id", name=op.f("pk_journal_entry")),
    )
    op.create_index(
        "ix_journal_entry_about",
        "journal_entry",
        ["commons_id", "about", "kind"],
        unique=False,
        postgresql_where=sa.text("about IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_entry_recorded",
        "journal_entry",
        ["commons_id", "recorded_at", "entry_id"],
        unique=False,
    )
    op.create_index(
        "uq_journal_entry_reversal",
        "journal_entry",
        ["commons_id", "about"],
        unique=True,
        postgresql_where=sa.text("kind = 'reversal'"),
    )
    op.create_table(
        "journal_unit",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.CheckConstraint("scale BETWEEN 0 AND 6", name=op.f("ck_journal_unit_scale")),
        sa.ForeignKeyConstraint(
            ["commons_id"], ["journal.commons_id"], name=op.f("fk_journal_unit_commons_id")
        ),
        sa.PrimaryKeyConstraint("commons_id", "code", name=op.f("pk_journal_unit")),
    )
    op.create_table(
        "role_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False, comment="All zeros for the instance."),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope IN ('instance', 'commons', 'organisation')", name=op.f("ck_role_grant_scope")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_role_grant_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "scope", "scope_id", "role", name=op.f("pk_role_grant")
        ),
    )
    op.create_index("ix_role_grant_scope", "role_grant", ["scope", "scope_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_session_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_table(
        "settlement",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column(
            "round_file",
            sa.LargeBinary(),
            nullable=False,
            comment="round.json as it was booked.",
        ),
        sa.Column("round_sha256", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "envelope_id"],
            ["envelope.commons_id", "envelope.envelope_id"],
            name=op.f("fk_settlement_commons_id_envelope_id"),
        ),
        sa.PrimaryKeyConstraint("commons_id", "envelope_id", name=op.f("pk_settlement")),
    )
    op.create_table(
        "settlement_proposal",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "envelope_id"],
            ["envelope.commons_id", "envelope.envelope_id"],
            name=op.f("fk_settlement_proposal_commons_id_envelope_id"),
        ),
        sa.PrimaryKeyConstraint(
            "commons_id", "envelope_id", name=op.f("pk_settlement_proposal")
        ),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.person_id"], name=op.f("fk_sign_in_link_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_link")),
    )
    op.create_table(
        "journal_balance",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "account_id"],
            ["journal_account.commons_id", "journal_account.account_id"],
            name=op.f("fk_journal_balance_commons_id_account_id"),
        ),
        sa.PrimaryKeyConstraint(
            "commons_id", "account_id", "unit", name=op.f("pk_journal_balance")
        ),
    )
    op.create_table(
        "journal_holder",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "account_id"],
            ["journal_account.commons_id", "journal_account.account_id"],
            name=op.f("fk_journal_holder_commons_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("commons_id", "account_id", name=op.f("pk_journal_holder")),
        sa.UniqueConstraint(
            "commons_id", "person_id", name=op.f("uq_journal_holder_commons_id_person_id")
        ),
    )
    op.create_table(
        "journal_leaf",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_index", sa.BIGINT(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "entry_id"],
            ["journal_entry.commons_id", "journal_entry.entry_id"],
            name=op.f("fk_journal_leaf_commons_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("commons_id", "leaf_index", name=op.f("pk_journal_leaf")),
        sa.UniqueConstraint(
            "commons_id", "entry_id", name=op.f("uq_journal_leaf_commons_id_entry_id")
        ),
    )
    op.create_table(
        "journal_personal",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "about",
            sa.Uuid(),
            nullable=True,
            comment="The entry attested, so that one person attests it once.",
        ),
        sa.ForeignKeyConstraint(
            ["commons_id", "entry_id"],
            ["journal_entry.commons_id", "journal_entry.entry_id"],
            name=op.f("fk_journal_personal_commons_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint(
            "commons_id", "entry_id", "field", name=op.f("pk_journal_personal")
        ),
    )
    op.create_index(
        "ix_journal_personal_contributor",
        "journal_personal",
        ["commons_id", "value", "entry_id"],
        unique=False,
        postgresql_where=sa.text("field = 'contributor'"),
    )
    op.create_index(
        "uq_journal_personal_attester",
        "journal_personal",
        ["commons_id", "about", "value"],
        unique=True,
        postgresql_where=sa.text("field = 'attester'"),
    )
    op.create_table(
        "journal_posting",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "account_id"],
            ["journal_account.commons_id", "journal_account.account_id"],
            name=op.f("fk_journal_posting_commons_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["commons_id", "entry_id"],
            ["journal_entry.commons_id", "journal_entry.entry_id"],
            name=op.f("fk_journal_posting_commons_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint(
            "commons_id", "entry_id", "line", name=op.f("pk_journal_posting")
        ),
    )
    op.create_index(
        "ix_journal_posting_account",
        "journal_posting",
        ["commons_id", "account_id", "unit"],
        unique=False,
    )
    op.create_table(
        "journal_queue",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commons_id", "entry_id"],
            ["journal_entry.commons_id", "journal_entry.entry_id"],
            name=op.f("fk_journal_queue_commons_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("commons_id", "entry_id", name=op.f("pk_journal_queue")),
    )
