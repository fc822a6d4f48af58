"""TEN020: attributes choose who reads a table that tenants share, never whose rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.grants import ATTRIBUTE_GRANT
from policies.resources import Resource, Resources, as_mappings
from policies.rule import StackRule

FILTER = "aws:lakeformation/dataCellsFilter:DataCellsFilter"
TABLE = "aws:glue/catalogTable:CatalogTable"
TENANT_COLUMN = "tenant_id"
"""The column that says whose row it is: a table that has it is one that tenants share."""

_Named = tuple[object, ...]
"""Database and table, or database, table and filter, in lower case as the catalog keeps them."""


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    pooled = {_named(table.properties, "databaseName", "name") for table in resources.of(TABLE) if _is_pooled(table)}
    cutting = {
        _named(data, "databaseName", "tableName", "name")
        for found in resources.of(FILTER)
        if _mapping((data := found.mapping("tableData")).get("rowFilter")).get("filterExpression")
    }
    for grant in resources.of(ATTRIBUTE_GRANT):
        if set(grant.items("permissions")) <= {"DESCRIBE"}:
            continue
        for table in sorted(_reached(grant.mapping("resource"), pooled, cutting), key=str):
            yield (
                grant,
                f"everyone who meets `{grant.text('condition')}` reads every tenant's rows of `{table[0]}.{table[1]}`",
            )


def _is_pooled(table: Resource) -> bool:
    columns = (
        *as_mappings(table.mapping("storageDescriptor").get("columns")),
        *as_mappings(table.properties.get("partitionKeys")),
    )
    return any(str(column.get("name")).lower() == TENANT_COLUMN for column in columns)


def _reached(resource: Mapping[str, object], pooled: set[_Named], cutting: set[_Named]) -> set[_Named]:
    """Return the pooled tables of which a grant on a resource gives rows that no filter cuts."""
    for kind in ("Table", "TableWithColumns"):
        if (granted := _mapping(resource.get(kind))) and ("TableWildcard" in granted or "Name" not in granted):
            return {table for table in pooled if table[:1] == _named(granted, "DatabaseName")}
        if granted:
            return {_named(granted, "DatabaseName", "Name")} & pooled
    if (granted := _mapping(resource.get("DataCellsFilter"))) and _named(
        granted, "DatabaseName", "TableName", "Name"
    ) not in cutting:
        return {_named(granted, "DatabaseName", "TableName")} & pooled
    return set()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _named(holder: Mapping[str, object], *members: str) -> _Named:
    return tuple(str(holder.get(member)).lower() for member in members)


RULE = StackRule(
    id="TEN020",
    claim="pooled-tables-are-granted-by-attributes-through-filters",
    why="a condition is about who asks: whoever meets it gets the same rows, those of all tenants",
    source="semantics B11-7; docs.aws.amazon.com/lake-formation/latest/dg/attribute-based-access-control.html",
    fix="grant a data cells filter of the table that has a row expression",
    check=_breaches,
)
