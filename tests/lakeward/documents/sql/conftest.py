"""Real PostgreSQL servers: those that a package brings, and the machine's own where there is one."""

from __future__ import annotations

import contextlib

import psycopg
import pytest
from psycopg import sql

from lakeward.documents.sql.migration import migration
from lakeward.documents.sql.tables import SqlColumn, SqlReference, SqlTable
from lakeward.identifiers import SqlName, SqlType, SqlWord
from local import postgresql

TENANTS = ("tenant1", "tenant2", "tenant10")


def column(name, spelled, **more):
    words = tuple(map(SqlWord, more.pop("words", ())))
    return SqlColumn(name=SqlName(name), type=SqlType(spelled), words=words, **more)


def names(*texts):
    return tuple(map(SqlName, texts))


METADATA = SqlTable(
    name=SqlName("tenant_metadata"),
    key=(),
    columns=(
        column("email", "varchar(50)"),
        column("status", "text", words=("active", "suspended", "disabled")),
        column("tier", "text", words=("gold", "silver", "bronze")),
    ),
    unique=(names("email"),),
)
CUSTOMER = SqlTable(
    name=SqlName("customer"),
    key=names("id"),
    columns=(column("id", "uuid", generated=True), column("email", "text")),
    unique=(names("email"),),
)
INVOICE = SqlTable(
    name=SqlName("invoice"),
    key=names("number"),
    columns=(column("number", "integer"), column("customer", "uuid", nullable=True), column("total", "numeric(10,2)")),
    references=(SqlReference(columns=names("customer"), table=SqlName("customer")),),
)
TABLES = (METADATA, CUSTOMER, INVOICE)


class Database:
    """A database `tenants` on a real server, and a master user that is no superuser, as on Aurora."""

    def __init__(self, server):
        self.server = server

    def connect(self, user="master", **settings):
        return psycopg.connect(self.server.dsn("tenants", user), **settings)

    def superuser(self, **settings):
        return self.connect(postgresql.SUPERUSER, **settings)

    def tenant(self, tenant, **settings):
        return self.connect(f"{tenant}_dbuser", **settings)

    def migrate(self, tables=TABLES, tenants=TENANTS, user="master"):
        """Run a migration; return what it warned of."""
        warned = []
        with self.connect(user) as connection:
            connection.add_notice_handler(lambda notice: warned.append(notice.message_primary))
            for statement in migration("tenants", tables, tenants).statements:
                connection.execute(statement)
        return warned

    def run(self, *statements):
        """Run statements as somebody who may do anything."""
        with self.superuser(autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextlib.contextmanager
def _database(server):
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        before = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        connection.execute("CREATE ROLE rds_iam")
        connection.execute("CREATE ROLE master LOGIN CREATEROLE CREATEDB")
        connection.execute("GRANT rds_iam TO master WITH ADMIN OPTION")
        connection.execute("CREATE DATABASE tenants OWNER master")
        yield Database(server)
        connection.execute("DROP DATABASE tenants WITH (FORCE)")
        made = [name for (name,) in connection.execute("SELECT rolname FROM pg_roles") if name not in before]
        for name in made:
            connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(name)))
        for name in made:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def _programs():
    """The machine's own PostgreSQL, or the one of Aurora's version that a package brings; and the newest."""
    first = postgresql.on_path() or postgresql.shipped(16)
    return [pytest.param(first, id="first"), pytest.param(postgresql.shipped(18), id="newest")]


@pytest.fixture(scope="session", params=_programs())
def server(request):
    started = postgresql.start(request.param)
    yield started
    started.stop()


@pytest.fixture
def database(server):
    """An empty database of the test's own."""
    with _database(server) as made:
        yield made


@pytest.fixture(scope="module")
def pool(server):
    """A migrated database in which each tenant has written; tests end their transactions with a rollback."""
    with _database(server) as made:
        made.migrate()
        for tenant in TENANTS:
            with made.tenant(tenant) as connection:
                connection.execute(
                    "INSERT INTO tenants.tenant_metadata VALUES (%s, %s, 'active', 'gold')",
                    (tenant, f"{tenant}@example.com"),
                )
                connection.execute(
                    "INSERT INTO tenants.customer (tenant_id, id, email) VALUES (%s, %s, 'bob@example.com')",
                    (tenant, _customer_of(tenant)),
                )
                connection.execute("INSERT INTO tenants.invoice VALUES (%s, 1, %s, 10)", (tenant, _customer_of(tenant)))
        yield made


@pytest.fixture
def customer_of():
    """Returns the id of a tenant's customer."""
    return _customer_of


def _customer_of(tenant):
    return f"00000000-0000-0000-0000-{int(tenant.removeprefix('tenant')):012d}"


@pytest.fixture
def as_tenant(pool):
    """Opens sessions of tenants, whose transactions are rolled back."""
    with contextlib.ExitStack() as opened:

        def open_as(tenant):
            connection = pool.tenant(tenant)
            opened.callback(connection.close)
            opened.callback(connection.rollback)
            return connection

        yield open_as


@pytest.fixture
def tables():
    return TABLES


@pytest.fixture
def tenants():
    return TENANTS


@pytest.fixture(name="column")
def _column():
    """Makes a column from plain text."""
    return column
