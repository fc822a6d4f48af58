"""
A PostgreSQL database that a migration runs on: how it may be reached, and what it answers.

How to log in is never an argument, since arguments are seen by every process of the machine: libpq takes a password
or an IAM token from `PGPASSWORD`, `PGPASSFILE` or a service file.
"""

from __future__ import annotations

from ipaddress import ip_address

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lakeward.documents.sql.check import REFUSED
from lakeward.documents.sql.migration import Migration
from lakeward.errors import LakewardError, OutsideServiceError, UsageError

_SECRET = ("password", "sslpassword")
_VERIFIED = "verify-full"
_SECONDS_TO_CONNECT = "15"


class MigrationRefusedError(LakewardError):
    """The database holds what would lead around the isolation of tenants; nothing was changed."""

    exit_code = 1

    def __init__(self, breaches: str) -> None:
        self._breaches = tuple(sorted(map(_plain, breaches.splitlines())))
        super().__init__("\n".join(self._breaches))

    def lines(self) -> tuple[str, ...]:
        return self._breaches


def connection_settings(option: str, dsn: str, database: str) -> str:
    """
    Return a DSN as it is used: for the right database, encrypted and verified unless the server is this machine.

    Args:
        option: how people gave it, for error messages.
        dsn: as libpq takes it, `key=value` pairs or a URI.
        database: the database's name.

    Raises:
        UsageError: it isn't a DSN, holds a password, names another database, or asks for less than a verified server.

    """
    try:
        given = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError as error:
        # libpq's words would repeat what was given, a password too.
        remedy = "give `host=… user=…`, or a URI `postgresql://user@host/database`"
        raise UsageError(option, "this isn't a DSN of PostgreSQL", remedy) from error
    if any(secret in given for secret in _SECRET):
        raise UsageError(
            option,
            "it holds a password, which every process of this machine can read",
            "take it out, and leave the password or IAM token in `PGPASSWORD`, `PGPASSFILE` or a service file",
        )
    if given.get("dbname", database) != database:
        raise UsageError(option, f"it names another database than `{database}`", "leave `dbname` out")
    settings: dict[str, str | int | None] = {"connect_timeout": _SECONDS_TO_CONNECT, **given, "dbname": database}
    if not _is_this_machine(given):
        if given.get("sslmode", _VERIFIED) != _VERIFIED:
            remedy = f"write `sslmode={_VERIFIED}`, with `sslrootcert=` the CA bundle of the service"
            raise UsageError(option, "this `sslmode` lets somebody else answer as the server", remedy)
        # Encryption by Kerberos would come instead of TLS, and verify no certificate.
        settings |= {"sslmode": _VERIFIED, "gssencmode": "disable"}
    return make_conninfo("", **settings)


def apply(migration: Migration, settings: str) -> list[str]:
    """
    Run a migration in one transaction and return what the database reported, a line each.

    Raises:
        MigrationRefusedError: something in the database would lead around the isolation; nothing was changed.
        OutsideServiceError: the server can't be reached, or refuses a statement; nothing was changed.

    """
    reported: list[str] = []
    try:
        with psycopg.connect(settings) as connection:
            connection.add_notice_handler(lambda notice: reported.append(_plain(notice.message_primary or "")))
            for statement in migration.statements:
                connection.execute(statement.encode())
    except psycopg.Error as error:
        if error.sqlstate == REFUSED:
            raise MigrationRefusedError(error.diag.message_primary or "") from error
        said = error.diag.message_primary or str(error) or type(error).__name__
        code = f" ({error.sqlstate})" if error.sqlstate else ""
        raise OutsideServiceError(f"PostgreSQL: {_plain(' '.join(said.split()))}{code}") from error
    return reported


def _is_this_machine(given: dict[str, str | int | None]) -> bool:
    """Tell whether every server that a DSN names is this machine; one that it leaves to the environment may be any."""
    named = [part for key in ("host", "hostaddr") if given.get(key) for part in str(given[key]).split(",")]
    return bool(named) and "service" not in given and all(map(_is_loopback, named))


def _is_loopback(host: str) -> bool:
    if host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(text: str) -> str:
    """Escape what isn't printable: names in a database are other people's."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
