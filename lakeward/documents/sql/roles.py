"""
Who there is in the database: the owner, the bearer of rights, and a login for each tenant.

Attributes that only a superuser may touch are set when a role is made and checked at the end, never altered: on
Aurora nobody is a superuser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from psycopg import sql

from lakeward.documents.sql.tables import LOGIN_SUFFIX, MEMBER, OWNER, SCHEMA

AURORA_ROLE = "rds_iam"
"""The role whose members Aurora lets in by IAM only, never by password (`semantics.md` D1-5); elsewhere unknown."""
LOGIN_PATTERN = f"^[a-z][a-z0-9-]{{0,28}}[a-z0-9]{LOGIN_SUFFIX}$"
"""What logins of tenants are called, as a regular expression of PostgreSQL."""

_POWERLESS = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"


def logins(tenants: Sequence[str]) -> list[str]:
    """Return the tenants' logins, sorted."""
    return sorted(f"{tenant}{LOGIN_SUFFIX}" for tenant in tenants)


def role_statements(tenants: Sequence[str]) -> Iterator[sql.Composed]:
    """Yield what makes the roles, closes the logins of tenants that are gone, and lets the others in."""
    names = {
        "owner": sql.Identifier(OWNER),
        "owner_text": sql.Literal(OWNER),
        "member": sql.Identifier(MEMBER),
        "member_text": sql.Literal(MEMBER),
        "aurora": sql.Literal(AURORA_ROLE),
        "powerless": sql.SQL(_POWERLESS),
        "pattern": sql.Literal(LOGIN_PATTERN),
        "logins": text_array(logins(tenants)),
    }
    for statement in (_OWN_ROLES, _CLOSED_LOGINS, _LOGINS):
        yield sql.SQL(statement).format(**names)


def privilege_statements(database: str) -> Iterator[sql.Composed]:
    """Yield what closes database and schemas to everyone, and opens them to tenants as far as they need."""
    names = {
        "database": sql.Identifier(database),
        "schema": sql.Identifier(SCHEMA),
        "owner": sql.Identifier(OWNER),
        "member": sql.Identifier(MEMBER),
    }
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {member}",
        _PUBLIC_SCHEMA,
        "CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}",
        "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        "GRANT USAGE ON SCHEMA {schema} TO {member}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON ROUTINES FROM PUBLIC",
    ):
        yield sql.SQL(statement).format(**names)


def text_array(texts: Sequence[str]) -> sql.Composed:
    """Return texts as a value of type `text[]`, one a line, so that one more is one more line."""
    return sql.SQL("ARRAY[{}\n  ]::text[]").format(
        sql.SQL(",").join([sql.SQL("\n    {}").format(sql.Literal(text)) for text in texts])
    )


# Whoever runs this must be able to act as the owner; a superuser always is.
_OWN_ROLES = """DO $lakeward$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {owner_text}) THEN
    CREATE ROLE {owner} NOLOGIN {powerless};
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {member_text}) THEN
    CREATE ROLE {member} NOLOGIN {powerless};
  END IF;
  IF NOT pg_has_role({owner_text}, 'USAGE') THEN
    GRANT {owner} TO CURRENT_USER;
  END IF;
END
$lakeward$"""

# Without its membership a login has no rights any more, in sessions that are open too.
_CLOSED_LOGINS = """DO $lakeward$
DECLARE
  login name;
BEGIN
  FOR login IN
    SELECT m.rolname FROM pg_auth_members AS a
    JOIN pg_roles AS m ON m.oid = a.member
    JOIN pg_roles AS g ON g.oid = a.roleid
    WHERE g.rolname = {member_text} AND m.rolname ~ {pattern} AND NOT m.rolname = ANY ({logins})
    ORDER BY m.rolname
  LOOP
    EXECUTE format('ALTER ROLE %I NOLOGIN', login);
    EXECUTE format('REVOKE {member} FROM %I', login);
    RAISE WARNING '%: the tenant is not in the configuration any more; the login is closed, the rows are kept', login;
  END LOOP;
END
$lakeward$"""

_LOGINS = """DO $lakeward$
DECLARE
  login text;
BEGIN
  FOREACH login IN ARRAY {logins} LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
      EXECUTE format('CREATE ROLE %I LOGIN INHERIT {powerless}', login);
    ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = login AND NOT rolcanlogin) THEN
      EXECUTE format('ALTER ROLE %I LOGIN', login);
    END IF;
    IF NOT pg_has_role(login, {member_text}, 'USAGE') THEN
      EXECUTE format('GRANT {member} TO %I', login);
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = {aurora}) AND NOT pg_has_role(login, {aurora}, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', {aurora}, login);
    END IF;
  END LOOP;
END
$lakeward$"""

_PUBLIC_SCHEMA = """DO $lakeward$
BEGIN
  IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') THEN
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
  END IF;
END
$lakeward$"""
