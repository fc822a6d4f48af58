"""Row-level security of a real PostgreSQL (`semantics.md` D2), a server of the test's own on a socket in its folder."""

# ruff: noqa: S608 - statements are put together from this file's own

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

# Debian keeps the server's programs beside its versions, not on the path.
_WHERE = os.pathsep.join([os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))])
UNPRIVILEGED = "nobody"
IS_ROOT = os.geteuid() == 0
PROGRAMS = {name: shutil.which(name, path=_WHERE) for name in ("initdb", "postgres", "psql")}
if IS_ROOT:  # a server refuses to run as root
    PROGRAMS["setpriv"] = shutil.which("setpriv")

pytestmark = pytest.mark.skipif(
    not all(PROGRAMS.values()), reason="no PostgreSQL on this machine (Debian: apt install postgresql)"
)

SCHEMA = """
CREATE ROLE owner; CREATE ROLE t1; CREATE ROLE t2; CREATE ROLE bypass BYPASSRLS;
GRANT CREATE ON SCHEMA public TO owner;
SET ROLE owner;
CREATE TABLE orders (id int PRIMARY KEY, tenant text NOT NULL);
INSERT INTO orders VALUES (1, 't1'), (2, 't2');
GRANT ALL ON orders TO t1, t2, bypass;
RESET ROLE;
"""
ENABLE = "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;"
OWN_ROWS = "CREATE POLICY own ON orders USING (tenant = current_user);"


class Database:
    """Runs scripts, each in a transaction that is rolled back, so that none sees another's work."""

    def __init__(self, socket):
        self._socket = socket

    def run(self, script):
        return subprocess.run(
            [
                PROGRAMS["psql"],
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                self._socket,
                "-U",
                "root",
                "postgres",
            ],
            input=f"BEGIN; {SCHEMA} {script}\n; ROLLBACK;",
            capture_output=True,
            text=True,
            check=False,
        )

    def rows(self, script):
        """Return what the script's queries print, line by line."""
        done = self.run(script)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    def error(self, script):
        done = self.run(script)
        assert done.returncode != 0, done.stdout
        return done.stderr


@pytest.fixture(scope="module")
def database():
    as_somebody = []
    # Not pytest's own folder: nobody else may enter that, and a socket's path has to be short.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if IS_ROOT:
            shutil.chown(folder, UNPRIVILEGED)
            as_somebody = [PROGRAMS["setpriv"], f"--reuid={UNPRIVILEGED}", "--clear-groups", "--"]
        data = f"{folder}/data"
        initialise = [PROGRAMS["initdb"], "-D", data, "-U", "root", "-A", "trust", "-N", "--no-locale", "-E", "UTF8"]
        subprocess.run([*as_somebody, *initialise], check=True, capture_output=True, cwd=folder)
        serve = [PROGRAMS["postgres"], "-D", data, "-c", "listen_addresses=", "-c", "fsync=off"]
        serve += ["-c", f"unix_socket_directories={folder}"]
        with subprocess.Popen([*as_somebody, *serve], stderr=subprocess.PIPE, text=True, cwd=folder) as server:
            try:
                assert any("ready to accept connections" in line for line in server.stderr)
                yield Database(folder)
            finally:
                server.terminate()


def test_row_security_is_off_until_enabled(database):
    """A policy filters nothing until row-level security is enabled; enabled without a policy hides all (D2-1)."""
    count = "SET ROLE t1; SELECT count(*) FROM orders;"

    assert ["2"] == database.rows(OWN_ROWS + count)
    assert ["0"] == database.rows(ENABLE + count)
    assert ["1"] == database.rows(ENABLE + OWN_ROWS + count)


@pytest.mark.parametrize(
    ("role", "force", "seen"), [("owner", "", "2"), ("owner", "FORCE", "0"), ("bypass", "FORCE", "2"), ("t1", "", "1")]
)
def test_owners_bypass_unless_forced(database, role, force, seen):
    """Owners bypass unless forced, roles with BYPASSRLS always, others never (D2-2)."""
    forced = f"ALTER TABLE orders {force} ROW LEVEL SECURITY;" if force else ""

    assert [seen] == database.rows(f"{ENABLE} {forced} {OWN_ROWS} SET ROLE {role}; SELECT count(*) FROM orders;")


def test_permissive_policies_widen_and_restrictive_ones_narrow(database):
    """Permissive policies are joined by OR, restrictive ones by AND, and these alone show nothing (D2-3)."""
    count = "SET ROLE t1; SELECT count(*) FROM orders;"
    second = "CREATE POLICY second ON orders USING (id = 2);"
    narrow = "CREATE POLICY narrow ON orders AS RESTRICTIVE USING (id = 2);"

    assert ["2"] == database.rows(ENABLE + OWN_ROWS + second + count)
    assert ["0"] == database.rows(ENABLE + OWN_ROWS + narrow + count)
    assert ["0"] == database.rows(ENABLE + narrow + count)


def test_using_checks_new_rows_unless_a_check_says_otherwise(database):
    """USING stands in for a missing WITH CHECK; `WITH CHECK (true)` lets write another tenant's row (D2-4)."""
    foreign = "SET ROLE t1; INSERT INTO orders VALUES (3, 't2');"
    open_check = "CREATE POLICY own ON orders USING (tenant = current_user) WITH CHECK (true);"

    assert "violates row-level security" in database.error(ENABLE + OWN_ROWS + foreign)
    assert ["3"] == database.rows(f"{ENABLE}{open_check}{foreign} RESET ROLE; SELECT count(*) FROM orders;")


@pytest.mark.parametrize(("option", "seen"), [("", "2"), ("WITH (security_invoker = true)", "1")])
def test_views_read_as_their_owner_unless_they_say_invoker(database, option, seen):
    """A view shows what its owner sees; with `security_invoker`, what its reader does (D2-5)."""
    view = f"SET ROLE owner; CREATE VIEW v {option} AS SELECT * FROM orders; GRANT SELECT ON v TO t1; RESET ROLE;"

    assert [seen] == database.rows(f"{ENABLE}{OWN_ROWS}{view} SET ROLE t1; SELECT count(*) FROM v;")


def test_materialized_views_keep_every_row(database):
    """What was materialised isn't filtered again, even where the owner is bound (D2-5)."""
    view = "SET ROLE owner; CREATE MATERIALIZED VIEW v AS SELECT * FROM orders; GRANT SELECT ON v TO t1; RESET ROLE;"

    assert ["2"] == database.rows(f"{ENABLE}{OWN_ROWS}{view} SET ROLE t1; SELECT count(*) FROM v;")


def test_unique_keys_tell_of_hidden_rows(database):
    """A unique key sees the rows that a policy hides, so a refusal tells of them (D2-6)."""
    start = ENABLE + OWN_ROWS + "SET ROLE t1;"

    assert "duplicate key" in database.error(f"{start} INSERT INTO orders VALUES (2, 't1');")
    assert ["2"] == database.rows(f"{start} INSERT INTO orders VALUES (3, 't1'); SELECT count(*) FROM orders;")


def test_switching_row_security_off_raises(database):
    """`row_security = off` shows no more: it fails where a policy would filter (D2-7)."""
    start = ENABLE + OWN_ROWS + "SET ROLE t1; SET LOCAL row_security = off;"

    assert "would be affected by row-level security" in database.error(f"{start} SELECT * FROM orders;")
    assert ["2"] == database.rows("SET ROLE t1; SET LOCAL row_security = off; SELECT count(*) FROM orders;")


def test_truncate_is_outside(database):
    """Policies bind no TRUNCATE: it removes other tenants' rows, where DELETE leaves them (D2-8)."""
    start = ENABLE + OWN_ROWS + "SET ROLE t1;"

    assert ["0"] == database.rows(f"{start} TRUNCATE orders; RESET ROLE; SELECT count(*) FROM orders;")
    assert ["1"] == database.rows(f"{start} DELETE FROM orders; RESET ROLE; SELECT count(*) FROM orders;")


def test_a_setting_is_the_callers(database):
    """Whoever can speak SQL sets the setting that a policy asks for; one that isn't set hides every row (D2-9)."""
    policy = "CREATE POLICY own ON orders USING (tenant = current_setting('app.tenant', true));"
    start = ENABLE + policy + "SET ROLE t1;"

    assert ["0"] == database.rows(f"{start} SELECT count(*) FROM orders;")
    assert ["2"] == database.rows(f"{start} SET LOCAL app.tenant = 't2'; SELECT id FROM orders;")


def test_partitions_are_tables_of_their_own(database):
    """A policy of the parent doesn't filter a partition that is read directly (D2-10)."""
    partition = (
        "CREATE TABLE parts (id int, tenant text) PARTITION BY LIST (tenant);"
        "CREATE TABLE parts_t2 PARTITION OF parts FOR VALUES IN ('t2');"
        "INSERT INTO parts VALUES (1, 't2'); GRANT SELECT ON parts, parts_t2 TO t1;"
        "ALTER TABLE parts ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON parts USING (tenant = current_user);"
        "SET ROLE t1;"
    )

    assert ["0"] == database.rows(f"{partition} SELECT count(*) FROM parts;")
    assert ["1"] == database.rows(f"{partition} SELECT count(*) FROM parts_t2;")
