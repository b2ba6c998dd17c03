"""Tables of the proofs: hashes of the trees, heads of all journals, witnesses, keys.

What concerns one journal has `commons_id` in its key, first. The tree of heads is one log of
its own for the whole instance.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import BIGINT

from commons.db.metadata import metadata
from commons.ledger.tables import APPEND, DELETABLE

nodes = Table(
    "journal_node",
    metadata,
    Column("commons_id", Uuid, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("number", BIGINT, nullable=False),
    Column("hash", LargeBinary, nullable=False, comment="Root over 256^level leaves."),
    PrimaryKeyConstraint("commons_id", "level", "number"),
    ForeignKeyConstraint(["commons_id"], ["journal.commons_id"]),
    CheckConstraint("level > 0", name="level"),
    info=APPEND,
)

heads = Table(
    "head",
    metadata,
    Column("leaf_index", BIGINT, nullable=False, autoincrement=False),
    Column("commons_id", Uuid, nullable=False),
    Column("tree_size", BIGINT, nullable=False),
    Column("leaf", Text, nullable=False, comment="The body of the journal's checkpoint."),
    Column("leaf_hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("leaf_index"),
    UniqueConstraint("commons_id", "tree_size"),
    info=APPEND,
)

head_nodes = Table(
    "head_node",
    metadata,
    Column("level", SmallInteger, nullable=False, autoincrement=False),
    Column("number", BIGINT, nullable=False, autoincrement=False),
    Column("hash", LargeBinary, nullable=False, comment="Root over 256^level leaves."),
    PrimaryKeyConstraint("level", "number"),
    CheckConstraint("level > 0", name="level"),
    info=APPEND,
)

head_checkpoints = Table(
    "head_checkpoint",
    metadata,
    Column("tree_size", BIGINT, nullable=False, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False, comment="Roots of its full subtrees."),
    Column("note", Text, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tree_size"),
    info=APPEND,
)

cosignatures = Table(
    "cosignature",
    metadata,
    Column("origin", Text, nullable=False),
    Column("tree_size", BIGINT, nullable=False),
    Column("witness", Text, nullable=False, comment="Its verifier key."),
    Column("line", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("origin", "tree_size", "witness"),
    info=APPEND,
)

witnesses = Table(
    "witness",
    metadata,
    Column("verifier_key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("verifier_key"),
    info=DELETABLE,
)

witnessed_signers = Table(
    "witnessed_signer",
    metadata,
    Column("verifier_key", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("verifier_key"),
    info=DELETABLE,
)

witnessed_checkpoints = Table(
    "witnessed_checkpoint",
    metadata,
    Column("origin", Text, nullable=False),
    Column("tree_size", BIGINT, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("cosigned_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("origin", "tree_size"),
    info=APPEND,
)

split_views = Table(
    "split_view",
    metadata,
    Column("origin", Text, nullable=False),
    Column("tree_size", BIGINT, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False, comment="Signed, and not what was seen before."),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("origin", "tree_size", "root"),
    info=APPEND,
)

successions = Table(
    "key_succession",
    metadata,
    Column("position", Integer, nullable=False, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("position"),
    info=APPEND,
)
