"""What the service's login may do: exactly what each table declares, and never more.

A table says `info["service"]`, a list of rights such as `SELECT, INSERT`, and
`info["append_only"]` where nothing may ever be changed or removed.
"""

from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.errors import RuleBrokenError
from commons.kernel.text import t


async def grant(db: AsyncConnection, tables: MetaData, service: str) -> None:
    """Give `service` what the tables declare, and take back everything else."""
    quoted = '"' + service.replace('"', '""') + '"'
    await db.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    await db.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted}"))
    for table in tables.sorted_tables:
        rights = table.info.get("service")
        if rights:
            await db.execute(text(f'GRANT {rights} ON "{table.name}" TO {quoted}'))
    await db.execute(text(f"GRANT SELECT ON alembic_version TO {quoted}"))


async def check_rights(db: AsyncConnection, tables: MetaData) -> None:
    """Refuse to work with a login that could rewrite a journal.

    Raises `RuleBrokenError` if the login of `db` is a superuser, owns a table, is a member
    of its owner, or holds UPDATE, DELETE or TRUNCATE on an append-only one.
    """
    names = [table.name for table in tables.sorted_tables if table.info.get("append_only")]
    query = text(
        """
        SELECT c.relname
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
         WHERE c.relname = ANY(CAST(:names AS text[]))
           AND (pg_has_role(session_user, c.relowner, 'MEMBER')
                OR has_any_column_privilege(session_user, c.oid, 'UPDATE')
                OR has_table_privilege(session_user, c.oid, 'UPDATE, DELETE, TRUNCATE')
                OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user))
         ORDER BY c.relname
        """
    )
    open_tables = list((await db.execute(query, {"names": names})).scalars())
    if open_tables:
        raise RuleBrokenError(
            t(
                "Le service ne démarre pas : sa connexion pourrait modifier {tables}. "
                "Donnez-lui une connexion sans droits de propriétaire "
                "(COMMONS_DATABASE_URL) et migrez avec l'autre (COMMONS_OWNER_DATABASE_URL).",
                tables=", ".join(open_tables),
            )
        )


async def is_empty(db: AsyncConnection) -> bool:
    """Whether the database holds no table yet."""
    query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return not await db.scalar(text(query))
