"""`lakeward migrate`: the SQL of a stack's tenants, printed, or run on a server that is known and verified."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import yaml

from lakeward.cli import main
from local import postgresql

SOUND = Path(__file__).parents[1] / "config" / "sound.yaml"
AURORA = {
    "vpc": "vpc-0a1b2c3d",
    "subnets": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
    "clients": ["sg-0a1b2c3d"],
    "database": "tenants",
    "engineVersion": "16.6",
    "instanceClass": "db.serverless",
    "tables": [{"name": "note", "key": ["id"], "columns": [{"name": "id", "type": "uuid", "generated": True}]}],
}
TENANCY = {
    "tenants": [{"id": "tenant1"}, {"id": "tenant10"}],
    "broker": {
        "issuer": "https://login.acme.example/",
        "audience": "lakeward",
        "algorithms": ["RS256"],
        "keySet": "https://login.acme.example/keys.json",
        "claim": "tenant_id",
        "caller": "arn:aws:iam::111111111111:role/tenant-api",
    },
    "aurora": AURORA,
}
DONE = "tenants: as stack test wants it\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Makes the project of a stack `test` whose tenancy is changed by a function, and goes there."""
    (tmp_path / "Pulumi.yaml").write_text("name: lakeward\nruntime: python\n", encoding="utf-8")

    def make(**changed):
        stack = yaml.safe_load(SOUND.read_text(encoding="utf-8"))
        stack["config"]["lakeward:zones"].append({"name": "tenants"})
        tenancy = {key: value for key, value in {**TENANCY, **changed}.items() if value is not None}
        stack["config"]["lakeward:tenancy"] = tenancy
        (tmp_path / "Pulumi.test.yaml").write_text(yaml.safe_dump(stack), encoding="utf-8")

    make()
    monkeypatch.chdir(tmp_path)
    return make


@pytest.fixture(scope="module")
def started():
    server = postgresql.start(postgresql.shipped(18))
    yield server
    server.stop()


@pytest.fixture
def dsn(started):
    """How to reach an empty database `tenants` on this machine."""
    with psycopg.connect(started.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE tenants")
        yield f"host={started.folder} user=postgres"
        connection.execute("DROP DATABASE tenants WITH (FORCE)")


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["migrate", *arguments])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


def test_the_sql_is_printed_byte_for_byte_the_same(project, run):
    """Without `--apply` it is only printed, one transaction, the same in every run."""
    code, out, err = run("test")

    assert (0, "") == (code, err)
    assert out.startswith("BEGIN;\n")
    assert out.endswith("COMMIT;\n")
    assert "FORCE ROW LEVEL SECURITY" in out
    assert out == run("test")[1]


def test_what_is_printed_runs_in_psql(project, dsn, started, run):
    """The text goes through `psql`, and `--apply` after it has nothing left to report."""
    printed = run("test")[1]
    environment = {"PGHOST": str(started.folder), "PGUSER": "postgres", "PGDATABASE": "tenants"}
    command = [started.programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1"]
    finished = subprocess.run(command, input=printed, text=True, capture_output=True, env=environment, check=False)

    assert (0, "", "") == (finished.returncode, finished.stdout, finished.stderr)
    assert (0, DONE, "") == run("test", "--apply", dsn)


def test_it_is_applied_and_applied_again(project, dsn, run):
    """Both runs end well; after a tenant is gone the third says what became of its login."""
    first, second = run("test", "--apply", dsn), run("test", "--apply", dsn)
    project(tenants=[{"id": "tenant1"}])
    told = "tenant10_dbuser: the tenant is not in the configuration any more; the login is closed, the rows are kept\n"

    assert (0, DONE, "") == first
    assert (0, DONE, "") == second
    assert (0, told + DONE, "") == run("test", "--apply", dsn)


def test_a_new_table_without_a_policy_is_refused(project, dsn, run):
    """It is a finding: exit 1, a line each, nothing changed; with the table gone all is well."""
    run("test", "--apply", dsn)
    with psycopg.connect(f"{dsn} dbname=tenants", autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE tenants.numbers")
        refused = run("test", "--apply", dsn)
        connection.execute("DROP SEQUENCE tenants.numbers")

    assert (
        1,
        "",
        (
            "tenants.numbers: a sequence counts for all tenants, so it is not possible here; drop it; number rows with "
            "random UUIDs\ntenants.numbers: it is not of tenants_owner; drop it, or hand it to that role\n"
        ),
    ) == refused
    assert (0, DONE, "") == run("test", "--apply", dsn)


@pytest.mark.parametrize(
    "secret",
    [
        "host=localhost password=hunter2",
        "postgresql://master:hunter2@localhost/tenants",
        "postgresql://master@localhost/tenants?password=hunter2",
        "host=localhost sslpassword=hunter2",
    ],
)
def test_a_password_in_the_dsn_is_refused(project, run, secret):
    """It would be seen by every process; the line says where it belongs, and doesn't repeat it."""
    code, out, err = run("test", "--apply", secret)

    assert (2, "") == (code, out)
    assert (
        "--apply: it holds a password, which every process of this machine can read; take it out, and leave the "
        "password or IAM token in `PGPASSWORD`, `PGPASSFILE` or a service file\n"
    ) == err


@pytest.mark.parametrize("dsn_", ["hunter2 host", "postgresql://[hunter2", "hosst=x", "host='hunter2"])
def test_what_is_no_dsn_is_refused_without_repeating_it(project, run, dsn_):
    """A mistyped DSN may hold a password in the wrong place."""
    code, out, err = run("test", "--apply", dsn_)

    assert (2, "") == (code, out)
    assert (
        "--apply: this isn't a DSN of PostgreSQL; give `host=… user=…`, or a URI `postgresql://user@host/database`\n"
    ) == err


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_a_server_elsewhere_must_prove_who_it_is(project, run, mode):
    """Every mode that lets another answer is refused before anything is sent."""
    code, out, err = run("test", "--apply", f"host=db.example sslmode={mode}")

    assert (2, "") == (code, out)
    assert err == (
        "--apply: this `sslmode` lets somebody else answer as the server; write `sslmode=verify-full`, with "
        "`sslrootcert=` the CA bundle of the service\n"
    )


def test_another_database_is_refused(project, run):
    """The DSN can't name a database that the migration isn't for."""
    assert (2, "", "--apply: it names another database than `tenants`; leave `dbname` out\n") == run(
        "test", "--apply", "host=localhost dbname=postgres"
    )


def test_a_server_that_isnt_there_is_an_outside_failure(project, run, tmp_path):
    """Exit 3 and one line, no traceback."""
    code, out, err = run("test", "--apply", f"host={tmp_path} user=master")

    assert (3, "") == (code, out)
    assert err.startswith("PostgreSQL: connection ")
    assert err.count("\n") == 1


def test_a_refused_statement_is_an_outside_failure(project, dsn, run):
    """A user that may not create roles changes nothing, and the line has PostgreSQL's own words."""
    with psycopg.connect(f"{dsn} dbname=tenants", autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS nobody")
        connection.execute("CREATE ROLE nobody LOGIN")
        refused = run("test", "--apply", dsn.replace("postgres", "nobody"))
        connection.execute("DROP ROLE nobody")

    assert (3, "") == refused[:2]
    assert refused[2].startswith("PostgreSQL: ")
    assert refused[2].endswith("(42501)\n")


def test_a_stack_without_a_database_says_so(project, run):
    """Exit 2 with the key to add."""
    project(aurora=None)

    assert (2, "", "test: this stack has no database for tenants; add `aurora` to `lakeward:tenancy`\n") == run("test")


def test_outside_a_project_it_says_so(run, tmp_path_factory, monkeypatch):
    """Exit 2, one line."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    assert (2, "", "test: no Pulumi.yaml here or in a folder above; call this inside the project\n") == run("test")


def test_check_doesnt_wait_for_the_driver():
    """`lakeward check` and the command's own module load no driver of PostgreSQL."""
    code = "import lakeward.cli.check, lakeward.cli.migrate, sys; print('psycopg' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False\n" == told.stdout
