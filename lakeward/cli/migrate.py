"""`lakeward migrate`: the tables, logins and row policies of the database that tenants share."""

from __future__ import annotations

from pathlib import Path

import click

from lakeward.config import load
from lakeward.errors import UsageError
from lakeward.estate.sources.program import project_folder


@click.command("migrate")
@click.argument("stack")
@click.option("--apply", "dsn", metavar="DSN", help="Run it on this database, in one transaction. No password in here.")
def command(stack: str, dsn: str | None) -> None:
    """
    Print the SQL that keeps the tenants of STACK apart in PostgreSQL, or run it.

    It may run any number of times: it brings the database to what Pulumi.STACK.yaml says, and ends by looking for
    whatever would lead around it, such as a table without a row policy. Then it is refused, nothing is changed, and
    the code is 1. Rows are never deleted.

    DSN is as libpq takes it. The password or IAM token comes from PGPASSWORD, PGPASSFILE or a service file; a server
    that isn't this machine must prove who it is (sslmode=verify-full).
    """
    from lakeward.database import apply, connection_settings  # noqa: PLC0415  # the driver, which no other command needs
    from lakeward.plan.migration import tenant_migration  # noqa: PLC0415

    path = project_folder(Path.cwd(), stack) / f"Pulumi.{stack}.yaml"
    migration = tenant_migration(load(path, stack))
    if migration is None:
        raise UsageError(stack, "this stack has no database for tenants", "add `aurora` to `lakeward:tenancy`")
    if dsn is None:
        click.echo(migration.render(), nl=False)
        return
    for line in apply(migration, connection_settings("--apply", dsn, migration.database)):
        click.echo(line)
    click.echo(f"{migration.database}: as stack {stack} wants it")
