"""An envelope may be divided again once its division was reversed: each has a row of its own.

Which of them stands is said by the journal; that two cannot is kept by the envelope's account,
which holds its money once (decision 0026).
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("pk_settlement"), "settlement", type_="primary")
    op.create_primary_key(
        op.f("pk_settlement"), "settlement", ["commons_id", "envelope_id", "entry_id"]
    )
