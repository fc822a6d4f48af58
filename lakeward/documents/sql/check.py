"""
What must hold when a migration ends, or none of it happens.

The tables that a stack declares come out right by construction; this looks at everything else that somebody may have
put beside them. A new table without a policy is refused here, and before that no tenant has any right on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from lakeward.documents.sql.roles import AURORA_ROLE, logins, text_array
from lakeward.documents.sql.tables import (
    LOGIN_SUFFIX,
    MEMBER,
    OWNER,
    POLICY,
    RIGHTS,
    SCHEMA,
    TENANT,
    TENANT_TYPE,
    SqlTable,
)

REFUSED = "LW001"
"""The SQLSTATE of a refusal. Its message has one line a breach, `path: problem; remedy`."""


def check_statement(tables: Sequence[SqlTable], tenants: Sequence[str]) -> sql.Composed:
    """Return the statement that raises `REFUSED` with every breach at once, or does nothing."""
    declared = [
        sql.SQL("({}, {}, {})").format(*map(sql.Literal, (table.name, column.name, column.type.in_catalog)))
        for table in tables
        for column in table.columns
    ]
    return sql.SQL(_CHECK).format(
        refused=sql.Literal(REFUSED),
        schema=sql.Literal(SCHEMA),
        owner=sql.Literal(OWNER),
        member=sql.Literal(MEMBER),
        aurora=sql.Literal(AURORA_ROLE),
        tenant=sql.Literal(TENANT),
        tenant_type=sql.Literal(TENANT_TYPE.in_catalog),
        policy=sql.Literal(POLICY),
        # The policy's condition as PostgreSQL prints it.
        own=sql.Literal(f"((({TENANT})::text || '{LOGIN_SUFFIX}'::text) = CURRENT_USER)"),
        rights=text_array(RIGHTS),
        logins=text_array(logins(tenants)),
        declared=sql.SQL(",\n      ").join([sql.SQL("(NULL, NULL, NULL)"), *declared]),
    )


_BREACHES = (
    # Whose the schema and its relations are: an owner may switch row-level security off.
    """
    SELECT format('%I: the schema is not of %I; ALTER SCHEMA %1$I OWNER TO %2$I', nspname, {owner})
    FROM pg_namespace WHERE nspname = {schema} AND nspowner <> {owner}::regrole""",
    """
    SELECT format('%s: it is not of %I; drop it, or hand it to that role', path, {owner})
    FROM relations WHERE relowner <> {owner}::regrole""",
    # A role that is powerful, or may become another, is bound by no policy of its own (D2-2).
    """
    SELECT format('%I: the role is superuser, bypasses row-level security, replicates, or makes roles or databases; '
      'take these attributes away', rolname)
    FROM roles WHERE rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication""",
    """
    SELECT format('%I: somebody may log in as it; ALTER ROLE %1$I NOLOGIN', rolname)
    FROM roles WHERE rolcanlogin AND NOT is_login""",
    """
    SELECT format('%I: it is a member of %I; REVOKE %2$I FROM %1$I', r.rolname, g.rolname)
    FROM roles AS r JOIN pg_auth_members AS a ON a.member = r.oid JOIN pg_roles AS g ON g.oid = a.roleid
    WHERE NOT (r.is_login AND g.rolname IN ({member}, {aurora}))""",
    # What only looks like a table, or runs as somebody else (D2-5).
    """
    SELECT format('%s: %s here; %s', path, problem, remedy) FROM relations JOIN (VALUES
      ('m', 'materialized views have no row-level security and none is possible', 'drop it'),
      ('f', 'foreign tables have no row-level security and none is possible', 'drop it'),
      ('S', 'a sequence counts for all tenants, so it is not possible', 'drop it; number rows with random UUIDs')
    ) AS refused (kind, problem, remedy) ON relkind = kind::"char" """,
    """
    SELECT format('%s: the view reads as its owner; ALTER VIEW %1$s SET (security_invoker = true)', path)
    FROM relations WHERE relkind = 'v' AND NOT coalesce(reloptions, '{{}}')
      && '{{security_invoker=true,security_invoker=on,security_invoker=1,security_invoker=yes}}'""",
    """
    SELECT format('%s: the rule %I rewrites queries as the owner; drop it', path, rulename)
    FROM relations JOIN pg_rewrite ON ev_class = oid_ WHERE rulename <> '_RETURN'""",
    # Row-level security itself, on every table (D2-1, D2-2, D2-3, D2-4, D2-10).
    """
    SELECT format('%s: row-level security is off; declare the table, or ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY',
      path)
    FROM tables WHERE NOT relrowsecurity""",
    """
    SELECT format('%s: its owner sees every row; ALTER TABLE %1$s FORCE ROW LEVEL SECURITY', path)
    FROM tables WHERE NOT relforcerowsecurity""",
    """
    SELECT format('%s: it has no row policy %I as tables of tenants have; declare the table, or drop it',
      path, {policy})
    FROM tables WHERE NOT EXISTS (SELECT FROM policies WHERE polrelid = oid_ AND is_ours)""",
    """
    SELECT format('%s: the row policy %I lets more rows through; DROP POLICY %2$I ON %1$s', path, polname)
    FROM tables JOIN policies ON polrelid = oid_ WHERE NOT is_ours""",
    """
    SELECT format('%s: it has no column %I %s COLLATE "C" NOT NULL; add it, or drop the table', path, {tenant},
      {tenant_type})
    FROM tables WHERE tenant IS NULL""",
    # Keys that span tenants tell one of the other (D2-6).
    """
    SELECT format('%s: the unique index %s spans tenants; lead it with %I', path, indexrelid::regclass, {tenant})
    FROM tables JOIN pg_index ON indrelid = oid_ WHERE indisunique AND indkey[0] IS DISTINCT FROM tenant""",
    """
    SELECT format('%s: the exclusion constraint %I spans tenants; drop it', path, conname)
    FROM tables JOIN pg_constraint ON conrelid = oid_ WHERE contype = 'x'""",
    """
    SELECT format('%s: the foreign key %I spans tenants; lead both its sides with %I', conrelid::regclass, conname,
      {tenant})
    FROM pg_constraint LEFT JOIN tables AS a ON a.oid_ = conrelid LEFT JOIN tables AS b ON b.oid_ = confrelid
    WHERE contype = 'f' AND (a.oid_ IS NOT NULL OR b.oid_ IS NOT NULL)
      AND (conkey[1] IS DISTINCT FROM a.tenant OR confkey[1] IS DISTINCT FROM b.tenant)""",
    # What is declared and came out otherwise: an existing column keeps its type.
    """
    SELECT format('%s.%I: its type is %s, not %s; ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %4$s', path, attname,
      format_type(atttypid, atttypmod), column_type)
    FROM tables JOIN pg_attribute ON attrelid = oid_
    JOIN (VALUES {declared}) AS declared (table_name, column_name, column_type)
      ON relname = table_name AND attname = column_name
    WHERE format_type(atttypid, atttypmod) <> column_type""",
    # Rights: exactly those that tenants need, and nothing beyond the schema that would lead around its policies.
    """
    SELECT format('%s: %s may %s; REVOKE %3$s ON %1$s FROM %2$s', path, grantee, privilege_type)
    FROM relations, LATERAL (
      SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee,
        a.privilege_type FROM aclexplode(relacl) AS a
      WHERE a.grantee NOT IN ({owner}::regrole, {member}::regrole)
        OR a.grantee = {member}::regrole AND (a.is_grantable OR NOT a.privilege_type = ANY ({rights}))
    ) AS held""",
    """
    SELECT format('%s.%I: rights on a column stand beside those on the table; REVOKE them', path, attname)
    FROM relations JOIN pg_attribute ON attrelid = oid_ WHERE attacl IS NOT NULL AND attacl <> '{{}}'""",
    """
    SELECT format('%I: what %I creates here falls to others too; ALTER DEFAULT PRIVILEGES so that it doesn''t',
      {schema}, pg_get_userbyid(defaclrole))
    FROM pg_default_acl, LATERAL aclexplode(defaclacl) AS a
    WHERE (defaclnamespace = {schema}::regnamespace OR defaclnamespace = 0 AND defaclrole = {owner}::regrole)
      AND a.grantee <> defaclrole""",
    """
    SELECT format('%I.%I: the function runs as its owner, or is leakproof, and tenants may reach it; drop it',
      nspname, proname)
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace
    WHERE (prosecdef OR proleakproof) AND (nspname = {schema} OR NOT is_system(nspname)
      AND EXISTS (SELECT FROM subjects WHERE has_schema_privilege(oid_, n.oid, 'USAGE')
        AND has_function_privilege(oid_, p.oid, 'EXECUTE')))""",
    """
    SELECT format('%s: the trigger %I runs a function as its owner; drop it', path, tgname)
    FROM tables JOIN pg_trigger ON tgrelid = oid_ JOIN pg_proc AS p ON p.oid = tgfoid WHERE prosecdef""",
    """
    SELECT format('%I.%I: tenants may reach it, and it is outside the schema %I; REVOKE ALL ON %1$I.%2$I FROM them',
      nspname, relname, {schema})
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname <> {schema} AND NOT is_system(nspname)
      AND EXISTS (SELECT FROM subjects WHERE has_schema_privilege(oid_, n.oid, 'USAGE')
        AND (has_table_privilege(oid_, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
          OR has_any_column_privilege(oid_, c.oid, 'SELECT, INSERT, UPDATE')))""",
    """
    SELECT format('%I: tenants may create in it; REVOKE CREATE ON SCHEMA %1$I FROM them', nspname)
    FROM pg_namespace AS n WHERE NOT is_system(nspname)
      AND EXISTS (SELECT FROM subjects WHERE has_schema_privilege(oid_, n.oid, 'CREATE'))""",
    """
    SELECT format('%I: tenants may create schemas or temporary tables in it; REVOKE ALL ON DATABASE %1$I FROM them',
      current_database())
    WHERE EXISTS (SELECT FROM subjects WHERE has_database_privilege(oid_, current_database(), 'CREATE, TEMPORARY'))""",
)
"""Queries that find what must not be, as lines `path: problem; remedy`."""

_CHECK = (
    """DO $lakeward$
DECLARE
  breaches text;
BEGIN
  WITH roles AS (
    SELECT *, rolname = ANY ({logins}) AS is_login FROM pg_roles
    WHERE rolname IN ({owner}, {member}) OR rolname = ANY ({logins})
  ), subjects AS (
    SELECT oid AS oid_ FROM roles WHERE rolname <> {owner}
  ), relations AS (
    SELECT c.*, c.oid AS oid_, format('%I.%I', nspname, relname) AS path
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE nspname = {schema} AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  ), tables AS (
    SELECT r.*, attnum AS tenant FROM relations AS r
    LEFT JOIN pg_attribute ON attrelid = r.oid AND attname = {tenant} AND attnotnull
      AND format_type(atttypid, atttypmod) = {tenant_type} AND attcollation = 'pg_catalog."C"'::regcollation
    WHERE relkind IN ('r', 'p')
  ), policies AS (
    SELECT *, polname = {policy} AND polpermissive AND polcmd = '*' AND polroles = '{{0}}'
      AND coalesce(pg_get_expr(polqual, polrelid) = {own}, false)
      AND coalesce(pg_get_expr(polwithcheck, polrelid) = {own}, false) AS is_ours
    FROM pg_policy
  ), found (breach) AS ("""  # noqa: S608  # constants of this module; values come in by `format`
    + "\n    UNION ALL".join(_BREACHES).replace(
        "is_system(nspname)", "(nspname LIKE 'pg\\_%' OR nspname = 'information_schema')"
    )
    + """
  )
  -- A line break in a name would forge a line.
  SELECT string_agg(DISTINCT regexp_replace(breach, '[[:cntrl:]]', '?', 'g'), E'\\n') INTO breaches FROM found;
  IF breaches IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = {refused}, MESSAGE = breaches;
  END IF;
END
$lakeward$"""
)
