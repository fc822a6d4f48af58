"""The catalog: databases, tables, data cells filters, and the sweep of `IAM_ALLOWED_PRINCIPALS`."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import Column, RowFilter
from lakeward.plan.declarations import (
    CatalogColumn,
    CatalogDatabaseArgs,
    CatalogTableArgs,
    DataCellsFilterArgs,
    IamAllowedPrincipalsRevocationArgs,
)
from lakeward.plan.places import databases_of, pool_tables, rows_of_tenant, tables_of, tenants
from lakeward.plan.tagging import tagged


def catalog_databases(config: StackConfig) -> Iterator[CatalogDatabaseArgs]:
    """Declare the databases."""
    for database in databases_of(config):
        yield CatalogDatabaseArgs(
            logical_name=names.catalog_database(database.name),
            tags=tagged(config, tenant=database.tenant),
            name=database.name,
            description=database.configured.description,
        )


def catalog_tables(config: StackConfig) -> Iterator[CatalogTableArgs]:
    """Declare the tables, each below the location of its place."""
    for database, table in tables_of(config):
        yield CatalogTableArgs(
            logical_name=names.catalog_table(database.name, table.name),
            database=database.name,
            name=table.name,
            description=table.description,
            location=config.names.location_uri(database.place_of(table).name, database.path_of(table)),
            format=table.format,
            columns=_catalogued(table.columns),
            partition_keys=_catalogued(table.partition_keys),
        )


def data_cells_filters(config: StackConfig) -> Iterator[DataCellsFilterArgs]:
    """Declare the data cells filters of all tables, granted to somebody or not, and each tenant's of pool tables."""
    for database, table in tables_of(config):
        for row_filter in table.filters:
            yield _filter(database.name, table.name, row_filter)
    for database, table in pool_tables(config):
        for tenant in tenants(config):
            yield _filter(database.name, table.name, rows_of_tenant(table, tenant))


def _filter(database: str, table: str, row_filter: RowFilter) -> DataCellsFilterArgs:
    return DataCellsFilterArgs(
        logical_name=names.data_cells_filter(database, table, row_filter.name),
        database=database,
        table=table,
        name=row_filter.name,
        columns=tuple(sorted(row_filter.columns)),
        row_expression=row_filter.rows,
    )


def iam_allowed_principals_revocations(config: StackConfig) -> Iterator[IamAllowedPrincipalsRevocationArgs]:
    """Declare, for every database, that nothing in it is left to IAM alone (`semantics.md` B3)."""
    for database in databases_of(config):
        yield IamAllowedPrincipalsRevocationArgs(
            logical_name=names.iam_allowed_principals_revocation(database.name),
            database=database.name,
            tables=tuple(sorted(table.name for table in database.configured.tables)),
        )


def _catalogued(columns: tuple[Column, ...]) -> tuple[CatalogColumn, ...]:
    return tuple(CatalogColumn(name=column.name, type=column.type, comment=column.comment) for column in columns)
