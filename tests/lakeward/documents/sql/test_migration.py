"""Migrations on a real PostgreSQL: they make what is configured, change nothing twice, and refuse what leaks."""

from dataclasses import replace

import psycopg
import pytest

from lakeward.documents.sql.check import REFUSED
from lakeward.documents.sql.migration import migration
from lakeward.identifiers import SqlName, SqlType, SqlWord

CATALOG = {
    "roles": "SELECT rolname, rolcanlogin, rolinherit, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
    " FROM pg_roles WHERE rolname !~ '^pg_'",
    "members": "SELECT roleid::regrole::text, member::regrole::text, admin_option FROM pg_auth_members",
    "schemas": "SELECT nspname, nspowner::regrole::text, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_'",
    "relations": "SELECT oid, relname, relkind, relowner::regrole::text, relacl::text, relrowsecurity,"
    " relforcerowsecurity FROM pg_class WHERE relnamespace = 'tenants'::regnamespace",
    "columns": "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, atthasdef"
    " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'tenants'::regnamespace"
    " AND attnum > 0",
    "constraints": "SELECT oid, conname, contype, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint')"
    " FROM pg_constraint WHERE connamespace = 'tenants'::regnamespace",
    "policies": "SELECT schemaname, tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies",
    "database": "SELECT datname, datacl::text FROM pg_database WHERE datname = 'tenants'",
    "default rights": "SELECT defaclrole::regrole::text, defaclobjtype, defaclacl::text FROM pg_default_acl",
}


def catalog(database):
    """Everything that a migration makes, as PostgreSQL has it."""
    with database.superuser() as connection:
        return {noun: sorted(map(repr, connection.execute(query))) for noun, query in CATALOG.items()}


def added(before, after):
    return {noun: sorted(set(after[noun]) - set(before[noun])) for noun in after if after[noun] != before[noun]}


def breaches(database, **more):
    """What a migration is refused for."""
    with pytest.raises(psycopg.Error) as refused:
        database.migrate(**more)
    assert refused.value.sqlstate == REFUSED
    return refused.value.diag.message_primary.splitlines()


@pytest.mark.parametrize("user", ["master", "postgres"])
def test_a_migration_run_again_changes_nothing(database, user):
    """The second run leaves the catalog as the first did, whether a superuser runs it or not."""
    database.migrate(user=user)
    first = catalog(database)
    warned = database.migrate(user=user)

    assert first == catalog(database)
    assert warned == []
    assert len(first["policies"]) == 3


def test_the_order_of_tables_and_tenants_is_irrelevant(tables, tenants):
    """The text is the same however its parts were given."""
    text = migration("tenants", tables, tenants).render()

    assert text == migration("tenants", tables[::-1], tenants[::-1]).render()
    assert text.startswith("BEGIN;\n")
    assert text.endswith("COMMIT;\n")


def test_the_text_runs_in_psql(database, tables, tenants):
    """What is printed makes what `--apply` makes: one text, several statements, one transaction."""
    with database.connect(autocommit=True) as connection:
        connection.execute(migration("tenants", tables, tenants).render())
    printed = catalog(database)
    database.migrate()

    assert printed == catalog(database)


def test_a_new_tenant_adds_a_login_and_its_memberships(database, tables, tenants):
    """Nothing else in the catalog changes, and the text by one line in each list of logins."""
    database.migrate()
    before = catalog(database)
    database.migrate(tenants=(*tenants, "tenant3"))
    gained = added(before, catalog(database))
    old, new = (
        {line.strip(" ,") for line in migration("tenants", tables, chosen).render().splitlines()}
        for chosen in (tenants, (*tenants, "tenant3"))
    )

    assert {"roles", "members"} == set(gained)
    assert ["('tenant3_dbuser', True, True, False, False, False, False)"] == gained["roles"]
    assert {"'tenants_member'", "'rds_iam'"} <= {line.split(",")[0].strip("(") for line in gained["members"]}
    assert all("tenant3_dbuser" in line for line in gained["members"])
    assert {"'tenant3_dbuser'"} == new - old
    assert set() == old - new


def test_logins_are_aurora_logins_where_there_is_aurora(database):
    """With `rds_iam` each login is its member; elsewhere the same migration does without."""
    database.migrate()
    with database.superuser() as connection:
        members = connection.execute(
            "SELECT member::regrole::text FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole"
            " AND member::regrole::text LIKE '%dbuser%' ORDER BY 1"
        ).fetchall()

    assert [("tenant10_dbuser",), ("tenant1_dbuser",), ("tenant2_dbuser",)] == members


def test_without_aurora_logins_are_plain(database):
    """Where there is no `rds_iam` none is made."""
    database.run("DROP OWNED BY rds_iam", "DROP ROLE rds_iam")
    database.migrate()
    with database.tenant("tenant1") as connection:
        seen = connection.execute("SELECT rolname FROM pg_roles WHERE rolname IN ('rds_iam', current_user)").fetchall()

    assert [("tenant1_dbuser",)] == seen


def test_a_removed_tenant_is_locked_out_and_its_rows_stay(database):
    """Its login is closed, an open session of it reads nothing more, and coming back it finds its rows."""
    database.migrate()
    insert = "INSERT INTO tenants.customer (tenant_id, email) VALUES ('tenant2', 'bob@example.com')"
    read = "SELECT email FROM tenants.customer"
    with database.tenant("tenant2", autocommit=True) as opened:
        opened.execute(insert)
        warned = database.migrate(tenants=("tenant1", "tenant10"))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            opened.execute(read)
    with pytest.raises(psycopg.OperationalError, match="is not permitted to log in"):
        database.tenant("tenant2")
    again = database.migrate(tenants=("tenant1", "tenant10"))
    database.migrate()
    with database.tenant("tenant2") as connection:
        kept = connection.execute(read).fetchall()

    told = "tenant2_dbuser: the tenant is not in the configuration any more; the login is closed, the rows are kept"
    assert [told] == warned
    assert again == []
    assert [("bob@example.com",)] == kept


def test_a_removed_table_is_closed_and_its_rows_stay(database, tables):
    """Tenants lose a table that isn't configured any more, and get it back with its rows."""
    database.migrate()
    with database.tenant("tenant1") as connection:
        connection.execute("INSERT INTO tenants.tenant_metadata VALUES ('tenant1', 'a@example.com', 'active', 'gold')")
    warned = database.migrate(tables=[table for table in tables if table.name != "tenant_metadata"])
    with database.tenant("tenant1") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT FROM tenants.tenant_metadata")
    database.migrate()
    with database.tenant("tenant1") as connection:
        kept = connection.execute("SELECT email FROM tenants.tenant_metadata").fetchall()

    told = (
        "tenants.tenant_metadata: the table is not in the configuration any more; tenants lose it and the rows are kept"
    )
    assert [told] == warned
    assert [("a@example.com",)] == kept


def test_a_changed_table_is_brought_up_to_date(database, tables, column):
    """A new column, another set of words and a wider key arrive; rows stay."""
    database.migrate()
    with database.tenant("tenant1") as connection:
        connection.execute("INSERT INTO tenants.tenant_metadata VALUES ('tenant1', 'a@example.com', 'active', 'gold')")
    metadata = tables[0]
    status = replace(metadata.columns[1], words=(SqlWord("active"), SqlWord("closed")))
    changed = replace(
        metadata,
        columns=(metadata.columns[0], status, metadata.columns[2], column("note", "text", nullable=True)),
        key=(SqlName("email"),),
        unique=(),
    )
    database.migrate(tables=(changed, *tables[1:]))
    with database.tenant("tenant1") as connection:
        connection.execute("INSERT INTO tenants.tenant_metadata VALUES ('tenant1', 'b@example.com', 'closed', 'gold')")
        seen = connection.execute("SELECT email, status, note FROM tenants.tenant_metadata ORDER BY 1").fetchall()
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(
                "INSERT INTO tenants.tenant_metadata VALUES ('tenant1', 'c@example.com', 'suspended', 'gold')"
            )

    assert [("a@example.com", "active", None), ("b@example.com", "closed", None)] == seen


def test_a_changed_type_is_refused(database, tables):
    """A column with data in it is converted by whoever knows how, and the error says by which statement."""
    database.migrate()
    narrower = replace(tables[0].columns[0], type=SqlType("varchar(40)"))
    changed = replace(tables[0], columns=(narrower, *tables[0].columns[1:]))

    assert [
        (
            "tenants.tenant_metadata.email: its type is character varying(50), not character varying(40); "
            "ALTER TABLE tenants.tenant_metadata ALTER COLUMN email TYPE character varying(40)"
        )
    ] == breaches(database, tables=(changed, *tables[1:]))


def test_the_database_must_be_the_one_meant(database):
    """A migration for another database does nothing here."""
    text = migration("other", (), ()).render()
    with (
        database.connect(autocommit=True) as connection,
        pytest.raises(psycopg.errors.RaiseException) as refused,
    ):
        connection.execute(text)

    assert "this is the database tenants, and the migration is for other" == refused.value.diag.message_primary


def test_tampering_with_a_declared_table_is_undone(database):
    """What is declared wins: row-level security, its policy, its keys and rights come back."""
    database.migrate()
    before = catalog(database)
    database.run(
        "ALTER TABLE tenants.invoice DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE tenants.invoice NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON tenants.invoice",
        "CREATE POLICY tenant_isolation ON tenants.invoice USING (true)",
        "GRANT TRUNCATE, REFERENCES ON tenants.invoice TO tenants_member",
        "GRANT SELECT ON tenants.invoice TO PUBLIC",
        "GRANT ALL ON DATABASE tenants TO PUBLIC",
        "GRANT ALL ON SCHEMA public TO PUBLIC",
    )
    tampered = catalog(database)
    database.migrate()

    assert before != tampered
    assert before == catalog(database)


COUNTS = ": a sequence counts for all tenants, so it is not possible here; drop it; number rows with random UUIDs"

BREACHES = {
    "a table without a policy": (
        [
            'CREATE TABLE tenants.notes (tenant_id varchar(30) COLLATE "C" NOT NULL)',
            "ALTER TABLE tenants.notes OWNER TO tenants_owner",
        ],
        [
            (
                "tenants.notes: it has no row policy tenant_isolation as tables of tenants have; "
                "declare the table, or drop it"
            ),
            "tenants.notes: its owner sees every row; ALTER TABLE tenants.notes FORCE ROW LEVEL SECURITY",
            (
                "tenants.notes: row-level security is off; "
                "declare the table, or ALTER TABLE tenants.notes ENABLE ROW LEVEL SECURITY"
            ),
        ],
    ),
    "a table of somebody else": (
        [
            "CREATE TABLE tenants.notes (LIKE tenants.customer)",
            "ALTER TABLE tenants.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            (
                "CREATE POLICY tenant_isolation ON tenants.notes USING (tenant_id || '_dbuser' = current_user)"
                " WITH CHECK (tenant_id || '_dbuser' = current_user)"
            ),
        ],
        ["tenants.notes: it is not of tenants_owner; drop it, or hand it to that role"],
    ),
    "a policy that widens": (
        ["CREATE POLICY more ON tenants.customer USING (true)"],
        ["tenants.customer: the row policy more lets more rows through; DROP POLICY more ON tenants.customer"],
    ),
    "a unique index over all tenants": (
        ["CREATE UNIQUE INDEX spanning ON tenants.customer (email)"],
        ["tenants.customer: the unique index tenants.spanning spans tenants; lead it with tenant_id"],
    ),
    "a unique index on an expression": (
        ["CREATE UNIQUE INDEX spanning ON tenants.customer (lower(tenant_id), email)"],
        ["tenants.customer: the unique index tenants.spanning spans tenants; lead it with tenant_id"],
    ),
    "an exclusion constraint": (
        ["ALTER TABLE tenants.customer ADD CONSTRAINT spanning EXCLUDE USING btree (email WITH =)"],
        ["tenants.customer: the exclusion constraint spanning spans tenants; drop it"],
    ),
    "a foreign key over all tenants": (
        [
            "CREATE TABLE public.plain (email text PRIMARY KEY)",
            "ALTER TABLE tenants.customer ADD CONSTRAINT spanning FOREIGN KEY (email) REFERENCES public.plain",
        ],
        ["tenants.customer: the foreign key spanning spans tenants; lead both its sides with tenant_id"],
    ),
    "a materialized view": (
        [
            "CREATE MATERIALIZED VIEW tenants.all_of_them AS SELECT 1",
            "ALTER MATERIALIZED VIEW tenants.all_of_them OWNER TO tenants_owner",
        ],
        ["tenants.all_of_them: materialized views have no row-level security and none is possible here; drop it"],
    ),
    "a sequence": (
        ["CREATE SEQUENCE tenants.numbers", "ALTER SEQUENCE tenants.numbers OWNER TO tenants_owner"],
        [("tenants.numbers" + COUNTS)],
    ),
    "an identity column": (
        ["ALTER TABLE tenants.customer ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY"],
        [("tenants.customer_number_seq" + COUNTS)],
    ),
    "a view that reads as its owner": (
        ["CREATE VIEW tenants.careless AS SELECT 1", "ALTER VIEW tenants.careless OWNER TO tenants_owner"],
        ["tenants.careless: the view reads as its owner; ALTER VIEW tenants.careless SET (security_invoker = true)"],
    ),
    "a rule": (
        ["CREATE RULE twice AS ON DELETE TO tenants.customer DO ALSO SELECT 1"],
        ["tenants.customer: the rule twice rewrites queries as the owner; drop it"],
    ),
    "a function that runs as its owner": (
        ["CREATE FUNCTION tenants.careless() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"],
        ["tenants.careless: the function runs as its owner, or is leakproof, and tenants may reach it; drop it"],
    ),
    "a leakproof function": (
        ["CREATE FUNCTION tenants.tell() RETURNS integer LANGUAGE sql LEAKPROOF AS 'SELECT 1'"],
        ["tenants.tell: the function runs as its owner, or is leakproof, and tenants may reach it; drop it"],
    ),
    "a function elsewhere that runs as its owner": (
        [
            "CREATE SCHEMA elsewhere",
            "GRANT USAGE ON SCHEMA elsewhere TO tenant1_dbuser",
            "CREATE FUNCTION elsewhere.careless() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        ],
        ["elsewhere.careless: the function runs as its owner, or is leakproof, and tenants may reach it; drop it"],
    ),
    "a trigger that runs as its owner": (
        [
            "CREATE SCHEMA elsewhere",
            (
                "CREATE FUNCTION elsewhere.record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
                " AS 'BEGIN RETURN NEW; END'"
            ),
            "CREATE TRIGGER recorded AFTER INSERT ON tenants.customer FOR EACH ROW EXECUTE FUNCTION elsewhere.record()",
        ],
        ["tenants.customer: the trigger recorded runs a function as its owner; drop it"],
    ),
    "a view elsewhere that tenants may read": (
        [
            "CREATE SCHEMA elsewhere",
            "GRANT USAGE ON SCHEMA elsewhere TO tenants_member",
            "CREATE VIEW elsewhere.all_of_them AS SELECT * FROM tenants.customer",
            "GRANT SELECT ON elsewhere.all_of_them TO tenants_member",
        ],
        [
            (
                "elsewhere.all_of_them: tenants may reach it, and it is outside the schema tenants; REVOKE ALL ON"
                " elsewhere.all_of_them FROM them"
            )
        ],
    ),
    "a schema that tenants may create in": (
        ["CREATE SCHEMA elsewhere", "GRANT CREATE ON SCHEMA elsewhere TO tenant1_dbuser"],
        ["elsewhere: tenants may create in it; REVOKE CREATE ON SCHEMA elsewhere FROM them"],
    ),
    "temporary tables": (
        ["GRANT TEMPORARY ON DATABASE tenants TO tenant1_dbuser"],
        ["tenants: tenants may create schemas or temporary tables in it; REVOKE ALL ON DATABASE tenants FROM them"],
    ),
    "a right of a login's own": (
        ["GRANT TRUNCATE ON tenants.customer TO tenant1_dbuser"],
        ["tenants.customer: tenant1_dbuser may TRUNCATE; REVOKE TRUNCATE ON tenants.customer FROM tenant1_dbuser"],
    ),
    "a right on a column": (
        ["GRANT REFERENCES (email) ON tenants.customer TO tenant1_dbuser"],
        ["tenants.customer.email: rights on a column stand beside those on the table; REVOKE them"],
    ),
    "rights on what is to come": (
        ["ALTER DEFAULT PRIVILEGES IN SCHEMA tenants GRANT SELECT ON TABLES TO tenants_member"],
        ["tenants: what postgres creates here falls to others too; ALTER DEFAULT PRIVILEGES so that it doesn't"],
    ),
    "a login that bypasses policies": (
        ["ALTER ROLE tenant1_dbuser BYPASSRLS"],
        [
            (
                "tenant1_dbuser: the role is superuser, bypasses row-level security, replicates, "
                "or makes roles or databases; take these attributes away"
            )
        ],
    ),
    "a login that is the owner": (
        ["GRANT tenants_owner TO tenant1_dbuser"],
        [
            "tenant1_dbuser: it is a member of tenants_owner; REVOKE tenants_owner FROM tenant1_dbuser",
            "tenants: tenants may create in it; REVOKE CREATE ON SCHEMA tenants FROM them",
        ],
    ),
    "a login that is another": (
        ["GRANT tenant10_dbuser TO tenant1_dbuser"],
        ["tenant1_dbuser: it is a member of tenant10_dbuser; REVOKE tenant10_dbuser FROM tenant1_dbuser"],
    ),
    "an owner that logs in": (
        ["ALTER ROLE tenants_owner LOGIN"],
        ["tenants_owner: somebody may log in as it; ALTER ROLE tenants_owner NOLOGIN"],
    ),
    "a name that forges a line": (
        ['CREATE SEQUENCE tenants."a\nb"', 'ALTER SEQUENCE tenants."a\nb" OWNER TO tenants_owner'],
        [('tenants."a?b"' + COUNTS)],
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_migration_refuses(database, breach):
    """What would lead around the policies is refused with its place and remedy, and nothing is changed."""
    statements, expected = BREACHES[breach]
    database.migrate()
    database.run(*statements)
    before = catalog(database)

    assert expected == breaches(database, tenants=("tenant1", "tenant2", "tenant10", "tenant3"))
    assert before == catalog(database)


def test_a_migration_takes_what_is_harmless(database):
    """Beside what is refused stands what isn't: a careful view, function, index, and a partition with its policy."""
    database.migrate()
    own = "tenant_id || '_dbuser' = current_user"
    database.run(
        "CREATE VIEW tenants.careful WITH (security_invoker) AS SELECT * FROM tenants.customer",
        "CREATE VIEW tenants.careful_too WITH (security_invoker = true) AS SELECT * FROM tenants.customer",
        "ALTER VIEW tenants.careful OWNER TO tenants_owner",
        "ALTER VIEW tenants.careful_too OWNER TO tenants_owner",
        "GRANT SELECT ON tenants.careful TO tenants_member",
        "CREATE FUNCTION tenants.careful() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE INDEX by_email ON tenants.customer (email)",
        "CREATE UNIQUE INDEX by_tenant ON tenants.customer (tenant_id, lower(email))",
        "CREATE TABLE tenants.child () INHERITS (tenants.customer)",
        "ALTER TABLE tenants.child OWNER TO tenants_owner",
        "ALTER TABLE tenants.child ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant_isolation ON tenants.child USING ({own}) WITH CHECK ({own})",
        "CREATE SCHEMA elsewhere",
        "CREATE TABLE elsewhere.hidden ()",
        "CREATE FUNCTION elsewhere.hidden() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    )

    assert database.migrate() == []


def test_a_new_table_is_closed_to_tenants_before_any_migration(database):
    """Between two migrations a table without a policy shows nobody anything: no right comes by default."""
    database.migrate()
    database.run("SET ROLE tenants_owner", "CREATE TABLE tenants.notes (note text)")

    with database.tenant("tenant1") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT FROM tenants.notes")
