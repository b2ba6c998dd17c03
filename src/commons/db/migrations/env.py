"""Run by alembic with the connection that `commons.db.migrate` hands over."""

from alembic import context

from commons.db.schema import all_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
