"""
Tables that tenants share.

INVARIANT: every table has the column `tenant_id` and leads every primary, unique and foreign key with it: a key over
less would tell a tenant of another's rows by what it refuses (`semantics.md` D2-6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from psycopg import sql

from lakeward.documents.errors import MalformedDocumentError
from lakeward.identifiers import SqlName, SqlType, SqlWord

SCHEMA = "tenants"
"""The schema that holds the tables, and nothing else."""
OWNER = "tenants_owner"
"""The role that owns schema and tables: nobody logs in as it, and the row policies bind it too."""
MEMBER = "tenants_member"
"""The role that holds the rights on tables, once for all logins of tenants, who inherit them."""
LOGIN_SUFFIX = "_dbuser"
TENANT = "tenant_id"
TENANT_TYPE = SqlType("varchar(30)")
POLICY = "tenant_isolation"
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""What tenants may do with rows. TRUNCATE, REFERENCES and TRIGGER are outside row-level security (D2-8)."""

_LONGEST_NAME = 63


@dataclass(frozen=True, kw_only=True)
class SqlColumn:
    """A column beside `tenant_id`."""

    name: SqlName
    type: SqlType
    nullable: bool = False
    generated: bool = False
    """Whether a row that leaves it out gets a random UUID."""
    words: tuple[SqlWord, ...] = ()
    """The only values it may have; empty: any."""


@dataclass(frozen=True, kw_only=True)
class SqlReference:
    """A foreign key onto the primary key of a table, `tenant_id` apart."""

    columns: tuple[SqlName, ...]
    table: SqlName


@dataclass(frozen=True, kw_only=True)
class SqlTable:
    """
    A table that tenants share; keys are written without the `tenant_id` that leads them.

    Raises:
        MalformedDocumentError: a column is `tenant_id`, one stands twice, or a key names one that isn't there.

    """

    name: SqlName
    key: tuple[SqlName, ...]
    """The primary key; empty: one row a tenant."""
    columns: tuple[SqlColumn, ...]
    unique: tuple[tuple[SqlName, ...], ...] = ()
    references: tuple[SqlReference, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if TENANT in names or len(set(names)) < len(names):
            raise MalformedDocumentError(f"table `{self.name}`: a column stands twice")
        keys = (self.key, *self.unique, *(reference.columns for reference in self.references))
        if not {name for key in keys for name in key} <= set(names):
            raise MalformedDocumentError(f"table `{self.name}`: a key names a column that isn't there")


@dataclass(frozen=True)
class _Constraint:
    """A constraint with what it says; the text is kept as its comment, so that a change of it is seen."""

    table: SqlName
    name: str
    definition: sql.Composed


def table_statements(tables: tuple[SqlTable, ...]) -> Iterator[sql.Composed]:
    """Yield what makes the tables what they are to be, whatever state they are in; run by the owner."""
    by_name = {table.name: table for table in tables}
    for table in tables:
        yield from _columns(table)
        yield from _row_security(table)
    for table in tables:
        for constraint in _keys(table):
            yield _ensured(constraint)
    for table in tables:
        for constraint in _others(table, by_name):
            yield _ensured(constraint)
    for table in tables:
        yield from _rights(table)


def _columns(table: SqlTable) -> Iterator[sql.Composed]:
    path = _path(table.name)
    yield sql.SQL('CREATE TABLE IF NOT EXISTS {} ({} {} COLLATE "C" NOT NULL)').format(
        path, sql.Identifier(TENANT), sql.SQL(TENANT_TYPE)
    )
    if not table.columns:
        return
    added, changed = [], []
    for column in table.columns:
        name = sql.Identifier(column.name)
        added.append(sql.SQL("ADD COLUMN IF NOT EXISTS {} {}").format(name, sql.SQL(column.type)))
        default = "SET DEFAULT gen_random_uuid()" if column.generated else "DROP DEFAULT"
        changed.append(sql.SQL("ALTER COLUMN {} {}").format(name, sql.SQL(default)))
        presence = "DROP NOT NULL" if column.nullable else "SET NOT NULL"
        changed.append(sql.SQL("ALTER COLUMN {} {}").format(name, sql.SQL(presence)))
    # Apart, since one statement would drop defaults before it adds columns.
    for changes in (added, changed):
        yield sql.SQL("ALTER TABLE {}\n  {}").format(path, sql.SQL(",\n  ").join(changes))


def _row_security(table: SqlTable) -> Iterator[sql.Composed]:
    path = _path(table.name)
    own = sql.SQL("({} || {} = current_user)").format(sql.Identifier(TENANT), sql.Literal(LOGIN_SUFFIX))
    policy = sql.Identifier(POLICY)
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY").format(path)
    yield sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(policy, path)
    yield sql.SQL("CREATE POLICY {} ON {} FOR ALL TO PUBLIC\n  USING {}\n  WITH CHECK {}").format(
        policy, path, own, own
    )


def _keys(table: SqlTable) -> Iterator[_Constraint]:
    yield _Constraint(table.name, _name(table.name, "pkey"), sql.SQL("PRIMARY KEY ({})").format(_led(table.key)))
    for columns in table.unique:
        yield _Constraint(table.name, _name(table.name, *columns, "key"), sql.SQL("UNIQUE ({})").format(_led(columns)))


def _others(table: SqlTable, tables: Mapping[SqlName, SqlTable]) -> Iterator[_Constraint]:
    for reference in table.references:
        definition = sql.SQL("FOREIGN KEY ({}) REFERENCES {} ({})").format(
            _led(reference.columns), _path(reference.table), _led(tables[reference.table].key)
        )
        yield _Constraint(table.name, _name(table.name, *reference.columns, "fkey"), definition)
    for column in table.columns:
        if column.words:
            words = sql.SQL(", ").join(map(sql.Literal, column.words))
            definition = sql.SQL("CHECK ({} IN ({}))").format(sql.Identifier(column.name), words)
            yield _Constraint(table.name, _name(table.name, column.name, "check"), definition)


def _ensured(constraint: _Constraint) -> sql.Composed:
    path, name = _path(constraint.table), sql.Identifier(constraint.name)
    return sql.SQL(
        """DO $lakeward$
BEGIN
  IF {text} IS DISTINCT FROM (
    SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint
    WHERE conrelid = {path_text}::regclass AND conname = {name_text}
  ) THEN
    ALTER TABLE {path} DROP CONSTRAINT IF EXISTS {name};
    ALTER TABLE {path} ADD CONSTRAINT {name} {definition};
    COMMENT ON CONSTRAINT {name} ON {path} IS {text};
  END IF;
END
$lakeward$"""
    ).format(
        text=sql.Literal(constraint.definition.as_string()),
        path_text=sql.Literal(path.as_string()),
        name_text=sql.Literal(constraint.name),
        path=path,
        name=name,
        definition=constraint.definition,
    )


def _rights(table: SqlTable) -> Iterator[sql.Composed]:
    path, member = _path(table.name), sql.Identifier(MEMBER)
    yield sql.SQL("REVOKE ALL ON TABLE {} FROM PUBLIC, {}").format(path, member)
    yield sql.SQL("GRANT {} ON TABLE {} TO {}").format(sql.SQL(", ").join(map(sql.SQL, RIGHTS)), path, member)


def _name(*parts: str) -> str:
    """Name a constraint so that no two of a table share a name: PostgreSQL would cut long ones off, onto each other."""
    whole = "-".join(parts)
    if len(whole) <= _LONGEST_NAME:
        return whole
    return f"{parts[0]}-{sha256(whole.encode()).hexdigest()[:12]}-{parts[-1]}"


def _path(table: SqlName) -> sql.Identifier:
    return sql.Identifier(SCHEMA, table)


def _led(columns: tuple[SqlName, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, (TENANT, *columns)))
