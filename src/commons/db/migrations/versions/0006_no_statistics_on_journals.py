"""The server keeps no statistics on which commons the rows of a journal are of (decision 0031).

What it knew of journals when it last looked made it take one that came after for a single
row, and read all of it again for each of its entries.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT_BY_COMMONS = (
    "journal_account",
    "journal_balance",
    "journal_checkpoint",
    "journal_entry",
    "journal_holder",
    "journal_leaf",
    "journal_node",
    "journal_personal",
    "journal_posting",
    "journal_queue",
    "journal_rules",
    "journal_unit",
)


def upgrade() -> None:
    # Neither of these locks holds up who reads or writes, so they may wait: longer than
    # `deadlock_timeout`, after which the server ends a cleaning of its own that is in the way.
    op.execute("SET LOCAL lock_timeout = '10s'")
    for table in KEPT_BY_COMMONS:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN commons_id SET STATISTICS 0")
        # What was gathered before stays until it is cleared, which servers can since 18.
        op.execute(
            f"""
            DO $$ BEGIN
              IF to_regproc('pg_clear_attribute_stats') IS NOT NULL THEN
                PERFORM pg_clear_attribute_stats(
                  current_schema(), '{table}', 'commons_id', false
                );
              END IF;
            END $$
            """
        )
