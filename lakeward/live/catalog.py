"""Glue: databases, tables, the catalog's resource policy and encryption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakeward.estate.sources.values import Json, canonical, document, mapping, unknown
from lakeward.live.calls import Aws, Call, NotReadError, picked, read_or_unknown

DATABASES = Call("glue", "GetDatabases", items="DatabaseList")
TABLES = Call("glue", "GetTables", items="TableList")
RESOURCE_POLICY = Call("glue", "GetResourcePolicy", absent=frozenset({"EntityNotFoundException"}))
ENCRYPTION = Call("glue", "GetDataCatalogEncryptionSettings")

CALLS = (DATABASES, TABLES, RESOURCE_POLICY, ENCRYPTION)


def read(aws: Aws) -> dict[str, Json]:
    """Return the Region's catalog, sorted by name."""
    try:
        listed = [_database(aws, database) for database in aws.every(DATABASES)]
    except NotReadError as error:
        databases: Json = unknown(str(error))
        tables: Json = unknown(str(error))
    else:
        databases = [*sorted(listed, key=canonical)]
        # What stands behind a link is in the catalog it leads to.
        own = [str(database["Name"]) for database in listed if "TargetDatabase" not in database]
        tables = [table for found in aws.each(lambda name: _tables(aws, name), sorted(own)) for table in found]
    sections: dict[str, Json] = {
        "Databases": databases,
        "Tables": tables,
        "ResourcePolicy": read_or_unknown(lambda: _resource_policy(aws)),
        "DataCatalogEncryptionSettings": read_or_unknown(lambda: _encryption(aws)),
    }
    return {name: section for name, section in sections.items() if section is not None}


def _database(aws: Aws, database: Mapping[str, Any]) -> dict[str, Json]:
    return {
        **_foreign(aws, database),
        **picked(database, "Name", "TargetDatabase", "CreateTableDefaultPermissions"),
        **({"LocationUri": database["LocationUri"]} if database.get("LocationUri") else {}),
    }


def _tables(aws: Aws, database: str) -> list[Json]:
    try:
        tables: list[Json] = [_table(aws, table) for table in aws.every(TABLES, DatabaseName=database)]
    except NotReadError as error:
        return [unknown(f"{error} in `{database}`")]
    return sorted(tables, key=canonical)


def _table(aws: Aws, table: Mapping[str, Any]) -> dict[str, Json]:
    storage = table.get("StorageDescriptor", {})
    described: dict[str, Json] = {
        **({"Columns": _columns(storage["Columns"])} if "Columns" in storage else {}),
        **({"Location": storage["Location"]} if storage.get("Location") else {}),
        **({"AdditionalLocations": storage["AdditionalLocations"]} if storage.get("AdditionalLocations") else {}),
    }
    return {
        **_foreign(aws, table),
        **picked(table, "DatabaseName", "Name", "TargetTable", "TableType", "RLSProperties"),
        **({"StorageDescriptor": described} if described else {}),
        "PartitionKeys": _columns(table.get("PartitionKeys", [])),
    }


def _foreign(aws: Aws, entry: Mapping[str, Any]) -> dict[str, Json]:
    return {} if entry.get("CatalogId") in (None, aws.account) else picked(entry, "CatalogId")


def _columns(columns: list[Mapping[str, Any]]) -> Json:
    return [picked(column, "Name", "Type") for column in columns]


def _resource_policy(aws: Aws) -> Json:
    answer = aws.one(RESOURCE_POLICY)
    return document(answer.get("PolicyInJson")) if answer else None


def _encryption(aws: Aws) -> Json:
    answer = aws.one(ENCRYPTION) or {}
    at_rest = answer.get("DataCatalogEncryptionSettings", {}).get("EncryptionAtRest", {})
    stated = picked(at_rest, "CatalogEncryptionMode", "SseAwsKmsKeyId", "CatalogEncryptionServiceRole")
    return {"EncryptionAtRest": stated} if mapping(stated).get("CatalogEncryptionMode") != "DISABLED" else None
