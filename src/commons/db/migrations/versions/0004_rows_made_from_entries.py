"""Rows that are only ever written with their entry have no foreign key to it.

The server looked up and locked the entry for each of them, row by row: most of what sealing
and a fifth of what writing cost it. `ledger/invariants` tells of any that has no entry. The
queue is kept in the order it is taken in (decision 0022).
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MADE = ("journal_personal", "journal_queue", "journal_leaf")


def upgrade() -> None:
    # In the order in which a writer comes to them.
    op.execute(f"LOCK TABLE journal_entry, {', '.join(MADE)} IN ACCESS EXCLUSIVE MODE")
    for table in MADE:
        key = op.f(f"fk_{table}_commons_id_entry_id")
        op.drop_constraint(key, table, type_="foreignkey")
    op.drop_constraint(op.f("pk_journal_queue"), "journal_queue", type_="primary")
    op.create_primary_key(
        op.f("pk_journal_queue"), "journal_queue", ["commons_id", "queued_at", "entry_id"]
    )
