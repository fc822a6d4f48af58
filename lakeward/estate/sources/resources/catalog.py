"""The Glue catalog: databases, tables, and the catalog's resource policy."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.data_lake_settings import default_permissions
from lakeward.estate.sources.sections import CATALOG_POLICY, DATABASES, TABLES
from lakeward.estate.sources.values import Json, document, given, is_unknown, items, mapping, text

DATABASE = "aws:glue/catalogDatabase:CatalogDatabase"
TABLE = "aws:glue/catalogTable:CatalogTable"


def _database(database: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = database.inputs
    yield entry(
        DATABASES,
        database,
        declarations,
        {
            "CatalogId": _foreign(inputs.get("catalogId"), declarations),
            "Name": text(inputs.get("name")) or declarations.identity(database, "name"),
            "LocationUri": inputs.get("locationUri") or None,
            "TargetDatabase": _target(inputs.get("targetDatabase"), "DatabaseName"),
            "CreateTableDefaultPermissions": default_permissions(inputs.get("createTableDefaultPermissions")),
        },
    )


def _table(table: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = table.inputs
    storage = mapping(inputs.get("storageDescriptor"))
    owner = declarations.referred(table, "databaseName", DATABASE)
    database = (text(owner.inputs.get("name")) if owner else None) or inputs.get("databaseName")
    described = given(
        Columns=_columns(storage.get("columns")),
        Location=storage.get("location") or None,
        AdditionalLocations=storage.get("additionalLocations") or None,
    )
    yield entry(
        TABLES,
        table,
        declarations,
        {
            "CatalogId": _foreign(inputs.get("catalogId"), declarations),
            "DatabaseName": database,
            "Name": text(inputs.get("name")) or declarations.identity(table, "name"),
            "StorageDescriptor": described or inputs.get("storageDescriptor") or None,
            "PartitionKeys": _columns(inputs.get("partitionKeys") or []),
            "TargetTable": _target(inputs.get("targetTable"), "Name"),
            "TableType": inputs.get("tableType") or None,
        },
    )


def _resource_policy(policy: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    read = document(policy.inputs.get("policy"))
    yield entry(CATALOG_POLICY, policy, declarations, mapping(read) or {"unknown": "known after its resource exists"})


def _columns(value: Json) -> Json:
    if value is None or is_unknown(value):
        return value
    columns = [mapping(column) for column in items(value)]
    return [given(Name=column.get("name"), Type=column.get("type") or None) for column in columns]


def _target(value: Json, last: str) -> Json:
    if is_unknown(value):
        return value
    target = mapping(value)
    named = given(
        CatalogId=target.get("catalogId") or None,
        DatabaseName=target.get("databaseName") or None,
        Region=target.get("region") or None,
    )
    if last == "Name":
        named.update(given(Name=target.get("name") or None))
    return named or None


def _foreign(catalog: Json, declarations: Declarations) -> Json:
    return None if catalog in ("", declarations.account) else catalog


READERS = {
    DATABASE: _database,
    TABLE: _table,
    "aws:glue/resourcePolicy:ResourcePolicy": _resource_policy,
}
