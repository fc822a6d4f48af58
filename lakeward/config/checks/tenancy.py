"""Tenants: told apart by everything derived from their ids, in places that fit how a dataset isolates them."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.checks.catalog import columns_of
from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, choose, repeated, twice
from lakeward.errors import quote
from lakeward.model import (
    TENANT_COLUMN,
    TENANT_TABLES,
    Database,
    DatabaseGrant,
    Isolation,
    PersonaKind,
    Table,
    TableGrant,
    Tenancy,
    ZoneName,
)
from lakeward.names import tenant_database


def check(draft: Draft) -> Iterator[Finding]:
    tenancy = draft.config.tenancy
    if tenancy is not None:
        yield from repeated(
            ((("tenancy", "tenants", i, "id"), tenant.id) for i, tenant in enumerate(tenancy.tenants)), "tenant"
        )
        yield from _retired(tenancy)
        yield from _zone(draft)
        yield from _silo(tenancy, ("tenancy", "files"), tenancy.files)
        yield from _writers(draft, tenancy)
        yield from twice(("tenancy", "broker", "algorithms"), tenancy.broker.algorithms)
    for d, database in enumerate(draft.config.databases):
        yield from _database(draft, ("databases", d), database)
    yield from _database_names(draft)
    yield from _grants(draft)


def _retired(tenancy: Tenancy) -> Iterator[Finding]:
    yield from twice(("tenancy", "retired"), tenancy.retired)
    standing = {tenant.id for tenant in tenancy.tenants}
    for index, tenant in enumerate(tenancy.retired):
        if tenant in standing:
            yield Finding(
                ("tenancy", "retired", index),
                f"tenant {quote(tenant)} is there, in `tenancy.tenants`",
                "take it out of one of the two",
            )


def _zone(draft: Draft) -> Iterator[Finding]:
    # Tables in it miss it at their own places.
    if draft.lacks(("zones",), ZoneName.TENANTS) and ZoneName.TENANTS not in draft.zones_with_tables:
        yield Finding(
            ("zones",), f"there are tenants and no zone {quote(ZoneName.TENANTS)}", f"add `- name: {ZoneName.TENANTS}`"
        )


def _silo(tenancy: Tenancy, loc: Loc, isolation: Isolation | None) -> Iterator[Finding]:
    if isolation is Isolation.SILO and len(tenancy.tenants) > 1:
        yield Finding(
            loc,
            f"a silo is an account of one tenant, and this stack has {len(tenancy.tenants)}",
            "write `bridge`, or give each tenant a stack of its own",
        )


def _writers(draft: Draft, tenancy: Tenancy) -> Iterator[Finding]:
    yield from twice(("tenancy", "writers"), tenancy.writers)
    pipelines = {persona.name for persona in draft.config.personas if persona.kind is PersonaKind.PIPELINE}
    for index, name in enumerate(tenancy.writers):
        loc: Loc = ("tenancy", "writers", index)
        if draft.lacks(("personas",), name):
            yield Finding(loc, f"there is no persona {quote(name)}", choose(name, pipelines))
        elif name not in pipelines and name in {persona.name for persona in draft.config.personas}:
            yield Finding(loc, f"persona {quote(name)} is no pipeline", "name one of `kind: pipeline`")


def _database(draft: Draft, loc: Loc, database: Database) -> Iterator[Finding]:
    tenancy = draft.config.tenancy
    if database.isolation is not None:
        if tenancy is None and draft.holds(("tenancy",)):
            yield Finding((*loc, "isolation"), "there are no tenants", "add `tenancy`, or remove `isolation`")
        if tenancy is not None:
            yield from _silo(tenancy, (*loc, "isolation"), database.isolation)
    for t, table in enumerate(database.tables):
        here: Loc = (*loc, "tables", t)
        if database.isolation is Isolation.POOL:
            yield from _pooled(draft, here, database, table)
        elif table.tenant_columns is not None:
            yield Finding(
                (*here, "tenantColumns"),
                "only tables of a `pool` database are shared by tenants",
                "remove it, or write `isolation: pool` at the database",
            )
        yield from _place(here, database, table)


def _place(loc: Loc, database: Database, table: Table) -> Iterator[Finding]:
    in_zone = table.zone is ZoneName.TENANTS
    if _is_template(database):
        if not in_zone:
            yield Finding(
                (*loc, "zone"),
                f"each tenant's copy stands in a bucket of its own, not in zone {quote(table.zone)}",
                f"write `zone: {ZoneName.TENANTS}`",
            )
        if table.filters:
            yield Finding((*loc, "filters"), "each tenant reads all of its own table", "remove it")
    elif database.isolation is None and in_zone:
        yield Finding(
            (*loc, "zone"),
            f"zone {quote(table.zone)} is for what is tenants'",
            "choose another zone, or write `isolation` at the database",
        )
    elif in_zone and not table.path.startswith(f"{TENANT_TABLES}/"):
        yield Finding(
            (*loc, "path"),
            f"{quote(table.path)} stands among the tenants' own files",
            f"begin it with `{TENANT_TABLES}/`",
        )


def _pooled(draft: Draft, loc: Loc, database: Database, table: Table) -> Iterator[Finding]:
    above = ("databases", database.name, "tables", table.name, "columns")
    tells = next((column for _, column in columns_of(table) if column.name == TENANT_COLUMN), None)
    if tells is None:
        if draft.lacks(above, TENANT_COLUMN):
            yield Finding(
                (*loc, "columns"),
                f"nothing says whose row it is: there is no column `{TENANT_COLUMN}`",
                f"add `{{ name: {TENANT_COLUMN}, type: string, … }}`",
            )
    elif tells.type != "string":
        yield Finding(
            (*loc, "columns"), f"`{TENANT_COLUMN}` is {quote(tells.type)}, and ids are text", "make it `string`"
        )
    if table.tenant_columns is None:
        yield Finding(
            (*loc, "tenantColumns"),
            "is missing: nothing says what each tenant reads of its rows",
            "list the columns",
        )
        return
    yield from twice((*loc, "tenantColumns"), table.tenant_columns)
    keys = {key.name for key in table.partition_keys}
    for index, name in enumerate(table.tenant_columns):
        here: Loc = (*loc, "tenantColumns", index)
        if name in keys:
            yield Finding(
                here, f"{quote(name)} is a partition key, which whoever reads any column can read", "leave it out"
            )
        elif draft.lacks(above, name):
            yield Finding(here, f"there is no column {quote(name)}", choose(name, draft.written_in(above)))


def _is_template(database: Database) -> bool:
    return database.isolation is not None and database.isolation.apart


def _database_names(draft: Draft) -> Iterator[Finding]:
    """Find databases that would take the name of a tenant's own."""
    if (tenancy := draft.config.tenancy) is None:
        return
    taken = {
        tenant_database(tenant.id, database.name): (tenant.id, database.name)
        for database in draft.config.databases
        if _is_template(database)
        for tenant in tenancy.tenants
    }
    for d, database in enumerate(draft.config.databases):
        if not _is_template(database) and (whose := taken.get(database.name)):
            yield Finding(
                ("databases", d, "name"),
                f"{quote(database.name)} is tenant {quote(whose[0])}'s database of {quote(whose[1])}",
                "name it differently",
            )


def _grants(draft: Draft) -> Iterator[Finding]:
    """Find grants on templates: what is made of them belongs to the tenants, and to the writers."""
    templates = {database.name for database in draft.config.databases if _is_template(database)}
    for p, persona in enumerate(draft.config.personas):
        for g, grant in enumerate(persona.grants):
            if isinstance(grant, DatabaseGrant | TableGrant) and grant.database in templates:
                yield Finding(
                    ("personas", p, "grants", g, "database"),
                    f"{quote(grant.database)} is a template: each tenant has its own, which it alone reads",
                    "remove the grant; who fills the tables is in `tenancy.writers`",
                )
