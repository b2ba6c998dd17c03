"""Every table of the service, in one `MetaData`: importing this module loads them all."""

from importlib import import_module

from sqlalchemy import MetaData

from commons.db.metadata import metadata

SLICES_WITH_TABLES = ("identity", "ledger", "registry", "charters", "procurement", "chamber")


def all_tables() -> MetaData:
    """The metadata with the tables of every slice in it."""
    for name in SLICES_WITH_TABLES:
        import_module(f"commons.{name}.tables")
    return metadata
