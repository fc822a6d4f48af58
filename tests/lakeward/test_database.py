"""How a database may be reached: verified, unless it is this machine's."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from lakeward.database import connection_settings
from lakeward.errors import UsageError


def settings(dsn):
    return conninfo_to_dict(connection_settings("--apply", dsn, "tenants"))


@pytest.mark.parametrize(
    "dsn",
    [
        "host=db.example",
        "host=db.example sslmode=verify-full",
        "host=localhost,db.example",
        "host=localhost hostaddr=192.0.2.1",
        "host=localhost.example",
        "hostaddr=192.0.2.1",
        "service=prod",
        "service=prod host=localhost",
        "user=master",
        "",
        "postgresql://master@db.example/tenants",
        "postgresql:///tenants",
    ],
)
def test_what_may_be_elsewhere_is_verified(dsn):
    """Whatever the DSN leaves to the environment, to a service file or to chance counts as elsewhere."""
    used = settings(dsn)

    assert ("verify-full", "disable", "tenants") == (used["sslmode"], used["gssencmode"], used["dbname"])


@pytest.mark.parametrize(
    "dsn",
    [
        "host=localhost",
        "host=127.0.0.1",
        "host=::1",
        "host=/run/postgresql",
        "host=localhost hostaddr=127.0.0.1",
        "host=localhost,127.0.0.2",
        "postgresql://master@127.0.0.1/tenants",
        "postgresql://[::1]/tenants",
    ],
)
def test_this_machine_needs_no_certificate(dsn):
    """Loopback and Unix sockets stay as the DSN says."""
    used = settings(dsn)

    assert ("sslmode" in used, "gssencmode" in used, used["dbname"]) == (False, False, "tenants")


def test_a_service_file_cant_turn_verification_off():
    """The DSN outranks the file, so the mode is stated; a weaker one in the DSN is refused."""
    with pytest.raises(UsageError, match="lets somebody else answer"):
        settings("service=prod sslmode=prefer")

    assert "verify-full" == settings("service=prod")["sslmode"]
