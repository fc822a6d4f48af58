"""Tenants who share tables on a real PostgreSQL: what each can do with its own rows, and not with another's."""

# ruff: noqa: S608  # the SQL is put together from words of this file
import psycopg
import pytest
from psycopg import errors

OWN, OTHER, LOOKALIKE = "tenant1", "tenant2", "tenant10"
ROW_REFUSED = "new row violates row-level security policy for table"


def rows(connection, query, *values):
    return connection.execute(query, values).fetchall()


def refusal(connection, query, *values):
    with pytest.raises(psycopg.Error) as refused:
        connection.execute(query, values)
    connection.rollback()
    return refused.value


@pytest.mark.parametrize("tenant", [OWN, OTHER, LOOKALIKE])
@pytest.mark.parametrize("table", ["tenant_metadata", "customer", "invoice"])
def test_a_tenant_sees_its_rows_and_no_others(as_tenant, tenant, table):
    """Every table shows a tenant its own row, and only that."""
    assert [(tenant,)] == rows(as_tenant(tenant), f"SELECT tenant_id FROM tenants.{table}")


@pytest.mark.parametrize("table", ["tenant_metadata", "customer", "invoice"])
def test_the_owner_sees_no_row(pool, table):
    """The owner is bound by the policies too, while a superuser is not: the rows are there."""
    with pool.superuser() as connection:
        seen = rows(connection, f"SELECT count(*) FROM tenants.{table}")
        connection.execute("SET LOCAL ROLE tenants_owner")
        owned = rows(connection, f"SELECT count(*) FROM tenants.{table}")

    assert [(3,)] == seen
    assert [(0,)] == owned


def test_who_migrates_sees_no_row(pool):
    """The master user acts as the owner, and sees what the owner sees."""
    with pool.connect() as connection:
        assert [(0,)] == rows(connection, "SELECT count(*) FROM tenants.customer")


def test_the_bearer_of_rights_sees_no_row(as_tenant):
    """A tenant that becomes the role it has its rights from is no tenant any more."""
    connection = as_tenant(OWN)
    before = rows(connection, "SELECT count(*) FROM tenants.customer")
    connection.execute("SET ROLE tenants_member")

    assert [(1,)] == before
    assert [(0,)] == rows(connection, "SELECT count(*) FROM tenants.customer")


def test_a_tenant_inserts_its_own_rows_only(as_tenant):
    """WITH CHECK takes a row of the tenant, and none of another."""
    connection = as_tenant(OWN)
    insert = "INSERT INTO tenants.invoice (tenant_id, number, total) VALUES (%s, 2, 1)"
    own = connection.execute(insert, (OWN,)).rowcount
    refused = refusal(connection, insert, OTHER)

    assert own == 1
    assert f'{ROW_REFUSED} "invoice"' == refused.diag.message_primary
    assert f'{ROW_REFUSED} "invoice"' == refusal(connection, insert, LOOKALIKE).diag.message_primary


def test_a_tenant_updates_its_own_rows_only(as_tenant):
    """An update without a condition meets the tenant's row; one of another's meets nothing."""
    connection = as_tenant(OWN)

    assert connection.execute("UPDATE tenants.invoice SET total = 2").rowcount == 1
    assert connection.execute("UPDATE tenants.invoice SET total = 2 WHERE tenant_id = %s", (OTHER,)).rowcount == 0


def test_a_tenant_moves_no_row_to_another(as_tenant):
    """A row keeps its tenant; in everything else it may change."""
    connection = as_tenant(OWN)
    kept = connection.execute("UPDATE tenants.invoice SET number = 7").rowcount
    refused = refusal(connection, "UPDATE tenants.invoice SET tenant_id = %s, number = 7, customer = NULL", OTHER)

    assert kept == 1
    assert f'{ROW_REFUSED} "invoice"' == refused.diag.message_primary


def test_a_tenant_deletes_its_own_rows_only(as_tenant):
    """A delete without a condition meets the tenant's row; one of another's meets nothing."""
    connection = as_tenant(OWN)

    assert connection.execute("DELETE FROM tenants.invoice WHERE tenant_id = %s", (OTHER,)).rowcount == 0
    assert connection.execute("DELETE FROM tenants.invoice").rowcount == 1


def test_an_upsert_meets_the_tenants_own_row_only(as_tenant):
    """ON CONFLICT updates the tenant's row; naming another tenant is refused before the conflict is looked for."""
    connection = as_tenant(OWN)
    upsert = (
        "INSERT INTO tenants.invoice (tenant_id, number, total) VALUES (%s, 1, 99)"
        " ON CONFLICT (tenant_id, number) DO UPDATE SET total = excluded.total"
    )
    own = connection.execute(upsert, (OWN,)).rowcount
    refused = refusal(connection, upsert, OTHER)

    assert own == 1
    assert f'{ROW_REFUSED} "invoice"' == refused.diag.message_primary


def test_a_tenant_refers_to_its_own_rows_only(as_tenant, customer_of):
    """A foreign key finds the tenant's customer; another's is as unknown as one that doesn't exist."""
    connection = as_tenant(OWN)
    insert = "INSERT INTO tenants.invoice VALUES (%s, %s, %s, 1)"
    own = connection.execute(insert, (OWN, 3, customer_of(OWN))).rowcount
    of_other = refusal(connection, insert, OWN, 4, customer_of(OTHER))
    of_nobody = refusal(connection, insert, OWN, 4, "00000000-0000-0000-0000-00000000ffff")

    assert own == 1
    assert errors.ForeignKeyViolation is type(of_other)
    assert of_nobody.diag.message_primary == of_other.diag.message_primary
    assert (of_nobody.diag.message_detail or "").replace("ffff", "0002") == (of_other.diag.message_detail or "")


def test_a_unique_key_tells_nothing_of_another_tenant(as_tenant, customer_of):
    """Two tenants use the same value; one tenant can't use it twice."""
    connection = as_tenant(OWN)
    insert = "INSERT INTO tenants.customer (tenant_id, email) VALUES (%s, %s)"
    shared = rows(connection, "SELECT count(*) FROM tenants.customer WHERE email = 'bob@example.com'")
    only_of_other = connection.execute(
        "INSERT INTO tenants.customer VALUES (%s, %s, 'x')", (OWN, customer_of(OTHER))
    ).rowcount
    refused = refusal(connection, insert, OWN, "bob@example.com")

    assert [(1,)] == shared
    assert only_of_other == 1
    assert errors.UniqueViolation is type(refused)


def test_an_error_tells_no_row_of_another_tenant(as_tenant):
    """What PostgreSQL says of a refused write is the same whether another tenant has such a row or not."""
    connection = as_tenant(OWN)
    insert = "INSERT INTO tenants.tenant_metadata VALUES (%s, %s, 'active', 'gold')"
    there = refusal(connection, insert, OTHER, "tenant2@example.com")
    nowhere = refusal(connection, insert, "tenant3", "nobody@example.com")

    assert (there.diag.message_primary, there.diag.message_detail) == (
        nowhere.diag.message_primary,
        nowhere.diag.message_detail,
    )
    assert there.diag.message_detail is None


def test_there_is_no_sequence_to_learn_from(pool, as_tenant):
    """Ids are random: nothing in the schema counts; and a tenant gets one all the same."""
    made = rows(as_tenant(OWN), "INSERT INTO tenants.customer (tenant_id, email) VALUES (%s, 'new') RETURNING id", OWN)
    with pool.superuser() as connection:
        counted = rows(connection, "SELECT relname FROM pg_class WHERE relkind = 'S'")

    assert len(made) == 1
    assert made[0][0].version == 4
    assert counted == []


def test_a_view_that_reads_as_who_asks_shows_the_tenants_rows(pool, as_tenant):
    """A view with security_invoker is as good as its table; without, it would show what its owner sees."""
    with pool.superuser() as connection:
        connection.execute(
            "CREATE VIEW tenants.careful WITH (security_invoker = true) AS SELECT * FROM tenants.invoice"
        )
        connection.execute("CREATE VIEW tenants.careless AS SELECT * FROM tenants.invoice")
        connection.execute("GRANT SELECT ON tenants.careful, tenants.careless TO tenants_member")
        connection.execute("SET LOCAL SESSION AUTHORIZATION tenant1_dbuser")
        careful = rows(connection, "SELECT tenant_id FROM tenants.careful")
        careless = rows(connection, "SELECT count(*) FROM tenants.careless")
        connection.rollback()

    assert [(OWN,)] == careful
    assert [(3,)] == careless


def test_a_function_that_runs_as_who_calls_shows_the_tenants_rows(pool):
    """A function reads what its caller may; only SECURITY DEFINER, which migrations refuse, would read more."""
    with pool.superuser() as connection:
        for name, mode in (("careful", "INVOKER"), ("careless", "DEFINER")):
            connection.execute(
                f"CREATE FUNCTION tenants.{name}() RETURNS bigint LANGUAGE sql SECURITY {mode}"
                " AS 'SELECT count(*) FROM tenants.invoice'"
            )
            connection.execute(f"GRANT EXECUTE ON FUNCTION tenants.{name} TO tenants_member")
        connection.execute("SET LOCAL SESSION AUTHORIZATION tenant1_dbuser")
        careful = rows(connection, "SELECT tenants.careful()")
        careless = rows(connection, "SELECT tenants.careless()")
        connection.rollback()

    assert [(1,)] == careful
    assert [(3,)] == careless


def test_a_function_of_the_owner_is_closed_to_tenants_at_first(pool):
    """Nobody but the owner may call a new function of the owner, until that is granted."""
    with pool.superuser() as connection:
        connection.execute("SET LOCAL ROLE tenants_owner")
        connection.execute("CREATE FUNCTION tenants.new() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        may = rows(
            connection,
            "SELECT has_function_privilege(r, 'tenants.new()', 'EXECUTE') FROM unnest(%s::text[]) AS r",
            ["tenants_owner", "tenant1_dbuser"],
        )
        connection.rollback()

    assert [(True,), (False,)] == may


def test_copy_out_holds_the_tenants_rows(as_tenant):
    """COPY of a table and of a query is filtered like any read."""
    connection = as_tenant(OWN)
    copied = []
    for source in ("tenants.invoice", "(SELECT * FROM tenants.invoice)"):
        with connection.cursor().copy(f"COPY {source} TO STDOUT") as copy:
            copied.append([row[0] for row in copy.rows()])

    assert [[OWN], [OWN]] == copied


def test_copy_in_is_refused(as_tenant):
    """COPY can't check rows against a policy, so PostgreSQL refuses it; INSERT is the way in."""
    connection = as_tenant(OWN)

    with pytest.raises(errors.FeatureNotSupported, match="COPY FROM not supported with row-level security"):
        connection.cursor().copy("COPY tenants.customer FROM STDIN").__enter__()


def test_a_prepared_statement_follows_whoever_executes_it(pool):
    """A plan made for one tenant shows another, on the same connection, the other's rows."""
    with pool.superuser() as connection:
        seen = []
        connection.execute("PREPARE mine AS SELECT tenant_id FROM tenants.invoice")
        for tenant in (OWN, OTHER, LOOKALIKE):
            connection.execute(f"SET SESSION AUTHORIZATION {tenant}_dbuser")
            seen += rows(connection, "EXECUTE mine")
        connection.rollback()

    assert [(OWN,), (OTHER,), (LOOKALIKE,)] == seen


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE tenant2_dbuser",
        "SET ROLE tenant10_dbuser",
        "SET ROLE tenants_owner",
        "SET ROLE master",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION tenant2_dbuser",
        "ALTER ROLE tenant1_dbuser BYPASSRLS",
        "GRANT tenant2_dbuser TO tenant1_dbuser",
        "ALTER ROLE tenant10_dbuser RENAME TO tenant1",
        "ALTER TABLE tenants.invoice DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE tenants.invoice NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON tenants.invoice",
        "CREATE POLICY open ON tenants.invoice USING (true)",
        "TRUNCATE tenants.invoice",
        "CREATE TRIGGER t BEFORE UPDATE ON tenants.invoice EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE TABLE tenants.own (a int)",
        "CREATE TABLE public.own (a int)",
        "CREATE SCHEMA own",
        "CREATE TEMPORARY TABLE own (a uuid, t varchar(30))",
        "COPY tenants.invoice TO '/dev/null'",
    ],
)
def test_a_tenant_cant_become_or_change_what_binds_it(as_tenant, statement):
    """PostgreSQL refuses it for lack of a right."""
    assert errors.InsufficientPrivilege is type(refusal(as_tenant(OWN), statement))


def test_a_tenant_may_be_itself(as_tenant):
    """SET ROLE to oneself is allowed, and RESET ROLE leads back to it."""
    connection = as_tenant(OWN)
    connection.execute("SET ROLE tenant1_dbuser")
    connection.execute("RESET ROLE")

    assert [(OWN + "_dbuser", OWN + "_dbuser")] == rows(connection, "SELECT current_user::text, session_user::text")


def test_switching_row_security_off_is_an_error(as_tenant):
    """`row_security = off` doesn't show more rows: it refuses to show fewer (D2-7)."""
    connection = as_tenant(OWN)
    connection.execute("SET row_security = off")

    assert (
        'query would be affected by row-level security policy for table "invoice"'
        == refusal(connection, "SELECT * FROM tenants.invoice").diag.message_primary
    )


@pytest.mark.parametrize("cost", ["0.0000001", "1"])
def test_a_cheap_function_sees_the_tenants_rows_only(pool, cost):
    """However cheap it claims to be, a function in a condition is called after the policy (D2-8)."""
    told = []
    with pool.superuser() as connection:
        connection.execute(
            f"CREATE FUNCTION tenants.tell(text) RETURNS boolean LANGUAGE plpgsql COST {cost}"
            " AS $$BEGIN RAISE NOTICE '%', $1; RETURN true; END$$"
        )
        connection.execute("GRANT EXECUTE ON FUNCTION tenants.tell TO tenants_member")
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        connection.execute("SET LOCAL SESSION AUTHORIZATION tenant1_dbuser")
        connection.execute("SELECT FROM tenants.tenant_metadata WHERE tenants.tell(email)")
        connection.rollback()

    assert ["tenant1@example.com"] == told


def test_a_leakproof_function_would_tell_so_migrations_refuse_it(pool):
    """A function that claims to be leakproof may be called before the policy; `check` knows it, see its tests."""
    told = []
    with pool.superuser() as connection:
        connection.execute(
            "CREATE FUNCTION tenants.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 LEAKPROOF"
            " AS $$BEGIN RAISE NOTICE '%', $1; RETURN true; END$$"
        )
        connection.execute("GRANT EXECUTE ON FUNCTION tenants.tell TO tenants_member")
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        connection.execute("SET LOCAL SESSION AUTHORIZATION tenant1_dbuser")
        connection.execute("SELECT FROM tenants.tenant_metadata WHERE tenants.tell(email)")
        connection.rollback()

    assert ["tenant10@example.com", "tenant1@example.com", "tenant2@example.com"] == sorted(told)


def test_an_error_in_a_condition_tells_the_tenants_rows_only(as_tenant):
    """A division by zero on another's row never happens; on the tenant's own it does."""
    connection = as_tenant(OWN)
    query = "SELECT 1 / (CASE WHEN email = %s THEN 0 ELSE 1 END) FROM tenants.tenant_metadata"

    assert [(1,)] == rows(connection, query, "tenant2@example.com")
    assert errors.DivisionByZero is type(refusal(connection, query, "tenant1@example.com"))


def test_statistics_show_no_value(pool, as_tenant):
    """What the planner knows of values is hidden from a tenant, where a superuser sees it."""
    with pool.superuser(autocommit=True) as connection:
        connection.execute("ANALYZE tenants.customer")
        query = "SELECT count(*) > 0 FROM pg_stats WHERE schemaname = 'tenants' AND tablename = 'customer'"
        known = rows(connection, query)

    assert [(True,)] == known
    assert [(False,)] == rows(as_tenant(OWN), query)


def test_a_setting_takes_no_part(as_tenant):
    """No setting of a session says who it is: those that tenants like to try change nothing."""
    connection = as_tenant(OWN)
    for setting in ("app.tenant", "app.tenant_id", "tenants.tenant_id"):
        connection.execute(f"SET {setting} = '{OTHER}'")
    connection.execute("SET search_path = pg_temp, tenants")

    assert [(OWN,)] == rows(connection, "SELECT tenant_id FROM invoice")
