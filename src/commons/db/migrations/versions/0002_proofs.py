"""Proofs: hashes of the trees, heads of all journals, witnesses, keys that follow others."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WIDTH = 256


def upgrade() -> None:
    _tree_tables()
    _witness_tables()
    _fill_nodes()


def _tree_tables() -> None:
    op.create_table(
        "journal_node",
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BIGINT(), nullable=False),
        sa.Column(
            "hash", sa.LargeBinary(), nullable=False, comment="Root over 256^level leaves."
        ),
        sa.ForeignKeyConstraint(
            ["commons_id"], ["journal.commons_id"], name=op.f("fk_journal_node_commons_id")
        ),
        sa.CheckConstraint("level > 0", name=op.f("ck_journal_node_level")),
        sa.PrimaryKeyConstraint("commons_id", "level", "number", name=op.f("pk_journal_node")),
    )
    op.create_table(
        "head",
        sa.Column("leaf_index", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("commons_id", sa.Uuid(), nullable=False),
        sa.Column("tree_size", sa.BIGINT(), nullable=False),
        sa.Column(
            "leaf", sa.Text(), nullable=False, comment="The body of the journal's checkpoint."
        ),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_head")),
        sa.UniqueConstraint(
            "commons_id", "tree_size", name=op.f("uq_head_commons_id_tree_size")
        ),
    )
    op.create_table(
        "head_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column(
            "hash", sa.LargeBinary(), nullable=False, comment="Root over 256^level leaves."
        ),
        sa.CheckConstraint("level > 0", name=op.f("ck_head_node_level")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_head_node")),
    )
    op.create_table(
        "head_checkpoint",
        sa.Column("tree_size", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column(
            "frontier",
            sa.LargeBinary(),
            nullable=False,
            comment="Roots of its full subtrees.",
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tree_size", name=op.f("pk_head_checkpoint")),
    )


def _witness_tables() -> None:
    op.create_table(
        "cosignature",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("tree_size", sa.BIGINT(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False, comment="Its verifier key."),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("origin", "tree_size", "witness", name=op.f("pk_cosignature")),
    )
    op.create_table(
        "witness",
        sa.Column("verifier_key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("verifier_key", name=op.f("pk_witness")),
    )
    op.create_table(
        "witnessed_signer",
        sa.Column("verifier_key", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("verifier_key", name=op.f("pk_witnessed_signer")),
    )
    op.create_table(
        "witnessed_checkpoint",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("tree_size", sa.BIGINT(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("origin", "tree_size", name=op.f("pk_witnessed_checkpoint")),
    )
    op.create_table(
        "split_view",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("tree_size", sa.BIGINT(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column(
            "note", sa.Text(), nullable=False, comment="Signed, and not what was seen before."
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("origin", "tree_size", "root", name=op.f("pk_split_view")),
    )
    op.create_table(
        "key_succession",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_key_succession")),
    )


def _fill_nodes() -> None:
    """Compute the hashes that journals sealed before this migration lack."""
    db = op.get_bind()
    journals = db.execute(sa.text("SELECT commons_id FROM journal ORDER BY commons_id"))
    for commons_id in list(journals.scalars()):
        below = list(
            db.execute(
                sa.text(
                    "SELECT leaf_hash FROM journal_leaf WHERE commons_id = :commons_id"
                    " ORDER BY leaf_index"
                ),
                {"commons_id": commons_id},
            ).scalars()
        )
        level = 1
        while len(below) >= WIDTH:
            below = [
                _full_root(below[start : start + WIDTH])
                for start in range(0, len(below) - WIDTH + 1, WIDTH)
            ]
            rows = [
                {"commons_id": commons_id, "level": level, "number": number, "hash": digest}
                for number, digest in enumerate(below)
            ]
            db.execute(
                sa.text(
                    "INSERT INTO journal_node (commons_id, level, number, hash)"
                    " VALUES (:commons_id, :level, :number, :hash)"
                ),
                rows,
            )
            level += 1


def _full_root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [
            sha256(b"\x01" + hashes[place] + hashes[place + 1]).digest()
            for place in range(0, len(hashes), 2)
        ]
    return hashes[0]
