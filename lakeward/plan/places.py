"""
Places: where data stand, and the databases that exist.

A zone is one place for everybody; a tenant whose data are kept in a `bridge` or `silo` has a place of its own. Either
is a bucket under a key, and where tables stand in it a data lake location with a registration role: what is declared
for one is declared for the other, by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lakeward.config import StackConfig
from lakeward.identifiers import CatalogName, TenantId
from lakeward.model import TENANT_COLUMN, TENANT_TABLES, Database, Isolation, RowFilter, Table, ZoneName
from lakeward.names import tenant_database, tenant_place


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """A bucket under a key."""

    name: str
    """What stands in the names made of it: the zone, or `tenant-<tenant_id>`."""
    zone: ZoneName
    tenant: TenantId | None = None
    """Whose it is; `None` for a zone."""

    @property
    def tables(self) -> str:
        """The prefix below which its tables stand: beside tenants' files, never among them; else the whole bucket."""
        return TENANT_TABLES if self.zone is ZoneName.TENANTS else ""


@dataclass(frozen=True, kw_only=True)
class PlacedDatabase:
    """A database that exists: one that is configured, or a tenant's own of a template."""

    name: CatalogName
    configured: Database
    tenant: TenantId | None = None

    def place_of(self, table: Table) -> Place:
        """Return where a table of it stands."""
        return own_place(self.tenant) if self.tenant else zone_place(table.zone)

    def path_of(self, table: Table) -> str:
        """Return a table's prefix in the bucket of its place, without slashes at the ends."""
        return f"{TENANT_TABLES}/{self.configured.name}/{table.path}" if self.tenant else table.path


def zone_place(zone: ZoneName) -> Place:
    """Return the place that is a zone."""
    return Place(name=zone, zone=zone)


def own_place(tenant: TenantId) -> Place:
    """Return the place that is one tenant's own."""
    return Place(name=tenant_place(tenant), zone=ZoneName.TENANTS, tenant=tenant)


def tenants(config: StackConfig) -> tuple[TenantId, ...]:
    """Return the stack's tenants, sorted."""
    return tuple(sorted(tenant.id for tenant in config.tenancy.tenants)) if config.tenancy else ()


def has_own_places(config: StackConfig) -> bool:
    """Tell whether each tenant has a bucket of its own: for its files, or for its copy of a template's tables."""
    return config.tenancy is not None and (config.tenancy.files.apart or bool(templates(config)))


def templates(config: StackConfig) -> tuple[Database, ...]:
    """Return the databases of which each tenant has its own."""
    return tuple(database for database in config.databases if database.isolation and database.isolation.apart)


def files_place(config: StackConfig, tenant: TenantId) -> Place:
    """Return where a tenant's files and query results are."""
    if config.tenancy is not None and config.tenancy.files.apart:
        return own_place(tenant)
    return zone_place(ZoneName.TENANTS)


def places(config: StackConfig) -> Iterator[Place]:
    """Yield every place: the zones as configured, then the tenants' own."""
    for zone in config.zones:
        yield zone_place(zone.name)
    if has_own_places(config):
        yield from map(own_place, tenants(config))


def databases_of(config: StackConfig) -> Iterator[PlacedDatabase]:
    """Yield every database that exists, as configured; in a template's place each tenant's own."""
    for database in config.databases:
        if database.isolation and database.isolation.apart:
            for tenant in tenants(config):
                yield own_database(database, tenant)
        else:
            yield PlacedDatabase(name=database.name, configured=database)


def own_database(template: Database, tenant: TenantId) -> PlacedDatabase:
    """Return a tenant's own database of a template."""
    return PlacedDatabase(name=CatalogName(tenant_database(tenant, template.name)), configured=template, tenant=tenant)


def tables_of(config: StackConfig) -> Iterator[tuple[PlacedDatabase, Table]]:
    """Yield every table that exists, with its database."""
    for database in databases_of(config):
        for table in database.configured.tables:
            yield database, table


def locations(config: StackConfig) -> tuple[Place, ...]:
    """Return the places in which tables stand, sorted: the data lake locations."""
    own = map(own_place, tenants(config)) if has_own_places(config) else ()
    zones = (zone_place(zone) for zone in ZoneName)
    return tuple(sorted(place for place in (*zones, *own) if holds_tables(config, place)))


def holds_tables(config: StackConfig, place: Place) -> bool:
    """Tell whether tables stand in a place, asking what is configured and not each tenant's copy of it."""
    if place.tenant is not None:
        return any(template.tables for template in templates(config))
    return any(
        table.zone is place.zone
        for database in config.databases
        if not (database.isolation and database.isolation.apart)
        for table in database.tables
    )


def pool_tables(config: StackConfig) -> Iterator[tuple[PlacedDatabase, Table]]:
    """Yield the tables whose rows are several tenants'."""
    for database in config.databases:
        if database.isolation is Isolation.POOL:
            for table in database.tables:
                yield PlacedDatabase(name=database.name, configured=database), table


def has_row_security(config: StackConfig) -> bool:
    """Tell whether there are pool tables with row-level security policies beside the tenants' filters."""
    return config.tenancy is not None and config.tenancy.row_level_security and any(True for _ in pool_tables(config))


def rows_of_tenant(table: Table, tenant: TenantId) -> RowFilter:
    """Return what one tenant reads of a pool table."""
    return RowFilter.model_validate(
        {"name": tenant_place(tenant), "columns": table.tenant_columns, "rows": tenant_rows(tenant)}
    )


def tenant_rows(tenant: TenantId) -> str:
    """Return the expression that is true of one tenant's rows; an id holds nothing that it would have to escape."""
    return f"{TENANT_COLUMN} = '{tenant}'"
