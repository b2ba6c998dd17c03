"""Tables of the journals. Every key contains `commons_id`, first (Citus-ready).

`info["service"]` lists the rights of the service's login; nothing here may be updated but
balances, which can be computed again from the postings.
"""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT

from commons.db.metadata import metadata

AMOUNT = Numeric(24, 6)
APPEND = {"service": "SELECT, INSERT", "append_only": True}
DELETABLE = {"service": "SELECT, INSERT, DELETE"}

journals = Table(
    "journal",
    metadata,
    Column("commons_id", Uuid, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    info=APPEND,
)

units = Table(
    "journal_unit",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("scale", SmallInteger, nullable=False),
    Column("label", Text, nullable=False),
    PrimaryKeyConstraint("commons_id", "code"),
    ForeignKeyConstraint(["commons_id"], ["journal.commons_id"]),
    CheckConstraint("scale BETWEEN 0 AND 6", name="scale"),
    info=APPEND,
)

rules = Table(
    "journal_rules",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("entry_id", Uuid, nullable=False, comment="The entry that records them."),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("quorum", SmallInteger, nullable=False),
    Column("attesters", ARRAY(Text), nullable=False, comment="Roles; empty for everyone."),
    Column("contest_days", SmallInteger),
    Column("silence_accepts", Boolean, nullable=False),
    Column("advance", AMOUNT, nullable=False, comment="Euros paid before they are held."),
    PrimaryKeyConstraint("commons_id", "entry_id"),
    ForeignKeyConstraint(
        ["commons_id", "entry_id"], ["journal_entry.commons_id", "journal_entry.entry_id"]
    ),
    CheckConstraint("quorum >= 1", name="quorum"),
    CheckConstraint("contest_days >= 1", name="contest_days"),
    CheckConstraint("contest_days IS NOT NULL OR NOT silence_accepts", name="silence"),
    CheckConstraint("advance >= 0", name="advance"),
    Index("ix_journal_rules_decided", "commons_id", "decided_at"),
    info=APPEND,
)

entries = Table(
    "journal_entry",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("occurred_from", Date, nullable=False),
    Column("occurred_to", Date, nullable=False),
    Column("quantity", AMOUNT),
    Column("unit", Text),
    Column("about", Uuid),
    Column("leaf", Text, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("commons_id", "entry_id"),
    ForeignKeyConstraint(["commons_id"], ["journal.commons_id"]),
    ForeignKeyConstraint(
        ["commons_id", "about"], ["journal_entry.commons_id", "journal_entry.entry_id"]
    ),
    Index("ix_journal_entry_recorded", "commons_id", "recorded_at", "entry_id"),
    Index(
        "ix_journal_entry_about",
        "commons_id",
        "about",
        "kind",
        postgresql_where=text("about IS NOT NULL"),
    ),
    Index(
        "uq_journal_entry_reversal",
        "commons_id",
        "about",
        unique=True,
        postgresql_where=text("kind = 'reversal'"),
    ),
    info=APPEND,
)

personal = Table(
    "journal_personal",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("field", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("value", Text, nullable=False),
    Column("about", Uuid, comment="The entry attested, so that one person attests it once."),
    PrimaryKeyConstraint("commons_id", "entry_id", "field"),
    Index(
        "ix_journal_personal_contributor",
        "commons_id",
        "value",
        "entry_id",
        postgresql_where=text("field = 'contributor'"),
    ),
    Index(
        "uq_journal_personal_attester",
        "commons_id",
        "about",
        "value",
        unique=True,
        postgresql_where=text("field = 'attester'"),
    ),
    info=DELETABLE,
)

accounts = Table(
    "journal_account",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ref", Uuid, comment="An envelope or an organisation; never a person."),
    PrimaryKeyConstraint("commons_id", "account_id"),
    ForeignKeyConstraint(["commons_id"], ["journal.commons_id"]),
    CheckConstraint("kind <> 'person' OR ref IS NULL", name="person_apart"),
    Index(
        "uq_journal_account_ref",
        "commons_id",
        "kind",
        "ref",
        unique=True,
        postgresql_where=text("kind <> 'person'"),
        postgresql_nulls_not_distinct=True,
    ),
    info=APPEND,
)

holders = Table(
    "journal_holder",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    PrimaryKeyConstraint("commons_id", "account_id"),
    UniqueConstraint("commons_id", "person_id"),
    ForeignKeyConstraint(
        ["commons_id", "account_id"],
        ["journal_account.commons_id", "journal_account.account_id"],
    ),
    info=DELETABLE,
)

postings = Table(
    "journal_posting",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("line", SmallInteger, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("unit", Text, nullable=False),
    Column("amount", AMOUNT, nullable=False),
    PrimaryKeyConstraint("commons_id", "entry_id", "line"),
    ForeignKeyConstraint(
        ["commons_id", "entry_id"], ["journal_entry.commons_id", "journal_entry.entry_id"]
    ),
    ForeignKeyConstraint(
        ["commons_id", "account_id"],
        ["journal_account.commons_id", "journal_account.account_id"],
    ),
    Index("ix_journal_posting_account", "commons_id", "account_id", "unit"),
    info=APPEND,
)

balances = Table(
    "journal_balance",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("unit", Text, nullable=False),
    Column("amount", AMOUNT, nullable=False),
    PrimaryKeyConstraint("commons_id", "account_id", "unit"),
    ForeignKeyConstraint(
        ["commons_id", "account_id"],
        ["journal_account.commons_id", "journal_account.account_id"],
    ),
    info={"service": "SELECT, INSERT, UPDATE"},
)

queue = Table(
    "journal_queue",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("commons_id", "queued_at", "entry_id"),
    info=DELETABLE,
)

leaves = Table(
    "journal_leaf",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("leaf_index", BIGINT, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("commons_id", "leaf_index"),
    UniqueConstraint("commons_id", "entry_id"),
    info=APPEND,
)

checkpoints = Table(
    "journal_checkpoint",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("tree_size", BIGINT, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False, comment="Roots of its full subtrees."),
    Column("note", Text, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("commons_id", "tree_size"),
    ForeignKeyConstraint(["commons_id"], ["journal.commons_id"]),
    info=APPEND,
)


def of_entry(table: Table) -> ColumnElement[bool]:
    """Joins the rows of `table` to the entry they were written with (decision 0022)."""
    return and_(
        table.c.commons_id == entries.c.commons_id, table.c.entry_id == entries.c.entry_id
    )
