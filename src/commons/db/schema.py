"""Every table of the service, in one `MetaData`: importing this module loads them all."""

from importlib import import_module

from sqlalchemy import MetaData

from commons.db.metadata import metadata

MODULES_WITH_TABLES = (
    "identity.tables",
    "ledger.tables",
    "ledger.proof_tables",
    "registry.tables",
    "charters.tables",
    "procurement.tables",
    "chamber.tables",
)


def all_tables() -> MetaData:
    """The metadata with the tables of every slice in it."""
    for name in MODULES_WITH_TABLES:
        import_module(f"commons.{name}")
    return metadata
