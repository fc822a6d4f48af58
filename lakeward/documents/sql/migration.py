"""A migration: everything that makes a database what its tenants need, as one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from lakeward.documents.sql.check import check_statement
from lakeward.documents.sql.roles import privilege_statements, role_statements
from lakeward.documents.sql.tables import MEMBER, OWNER, SCHEMA, SqlTable, table_statements

OLDEST_VERSION = 15
"""The first PostgreSQL whose views can read as whoever asks (`semantics.md` D2-5)."""


@dataclass(frozen=True)
class Migration:
    """Statements in their order, for one database, to be run in one transaction."""

    database: str
    statements: tuple[str, ...]

    def render(self) -> str:
        """Return the whole as one text, as `psql` takes it."""
        return "".join(f"{statement};\n" for statement in ("BEGIN", *self.statements, "COMMIT"))


def migration(database: str, tables: Sequence[SqlTable], tenants: Sequence[str]) -> Migration:
    """
    Return what brings a database to these tables and tenants, from whatever state an earlier one left it in.

    Data is never dropped: a table or tenant that isn't named any more keeps its rows, and nobody reaches them.

    Args:
        database: the database's name.
        tables: the tables that tenants share, in any order.
        tenants: tenant ids, in any order.

    """
    ordered = tuple(sorted(tables, key=lambda table: table.name))
    statements = _statements(database, ordered, sorted(tenants))
    return Migration(database, tuple(statement.as_string() for statement in statements))


def _statements(database: str, tables: tuple[SqlTable, ...], tenants: Sequence[str]) -> Iterator[sql.Composable]:
    yield sql.SQL("SET LOCAL search_path = pg_catalog, pg_temp")
    yield sql.SQL("SET LOCAL client_min_messages = warning")
    # One migration waits for another, and neither for a session that left a transaction open.
    yield sql.SQL("SET LOCAL lock_timeout = '30s'")
    yield sql.SQL(_PRECONDITIONS).format(database=sql.Literal(database), oldest=sql.Literal(OLDEST_VERSION))
    yield from role_statements(tenants)
    yield from privilege_statements(database)
    yield sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER))
    yield from table_statements(tables)
    yield _left_tables(tables)
    yield sql.SQL("RESET ROLE")
    yield check_statement(tables, tenants)


def _left_tables(tables: Sequence[SqlTable]) -> sql.Composed:
    declared = sql.SQL(", ").join([sql.Literal(""), *(sql.Literal(table.name) for table in tables)])
    return sql.SQL(_LEFT_TABLES).format(
        owner=sql.Literal(OWNER),
        member=sql.Identifier(MEMBER),
        member_text=sql.Literal(MEMBER),
        schema=sql.Literal(SCHEMA),
        declared=declared,
    )


_PRECONDITIONS = """DO $lakeward$
BEGIN
  IF current_database() <> {database} THEN
    RAISE EXCEPTION 'this is the database %, and the migration is for %', current_database(), {database};
  ELSIF current_setting('server_version_num')::integer < {oldest} * 10000 THEN
    RAISE EXCEPTION 'this is PostgreSQL %, and tenants need % or newer', current_setting('server_version'), {oldest};
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('lakeward migrate'));
END
$lakeward$"""

_LEFT_TABLES = """DO $lakeward$
DECLARE
  path text;
BEGIN
  FOR path IN
    SELECT format('%I.%I', nspname, relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE nspname = {schema} AND relkind IN ('r', 'p') AND relowner = {owner}::regrole AND relname NOT IN ({declared})
      AND has_any_column_privilege({member_text}, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
    ORDER BY relname
  LOOP
    EXECUTE format('REVOKE ALL ON TABLE %s FROM {member}', path);
    RAISE WARNING '%: the table is not in the configuration any more; tenants lose it and the rows are kept', path;
  END LOOP;
END
$lakeward$"""
