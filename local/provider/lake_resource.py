"""
Lake Formation's `Resource` object as the provider's `database`, `table`, `tableWithColumns`, … spell it.

A grant, an LF-Tag assignment and an opt-in each name one such resource.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from local.provider.wire import Properties, Value


def table_resource(table: Properties) -> Properties:
    """`Table`, by name or every table of a database."""
    named: Properties = {"TableWildcard": {}} if table.get("wildcard") else {"Name": table["name"]}
    return {"Table": {**_catalog(table), "DatabaseName": table["databaseName"], **named}}


def columns_resource(table: Properties) -> Properties:
    """`TableWithColumns`, by column names or all but some."""
    if table.get("columnNames"):
        columns: Properties = {"ColumnNames": sorted(table["columnNames"])}
    else:
        excluded = sorted(table.get("excludedColumnNames", []))
        columns = {"ColumnWildcard": {"ExcludedColumnNames": excluded} if excluded else {}}
    return {
        "TableWithColumns": {
            **_catalog(table),
            "DatabaseName": table["databaseName"],
            "Name": table["name"],
            **columns,
        },
    }


def _database(database: Properties) -> Properties:
    return {"Database": {**_catalog(database), "Name": database["name"]}}


def _location(location: Properties) -> Properties:
    return {"DataLocation": {**_catalog(location), "ResourceArn": location["arn"]}}


def _filter(cells: Properties) -> Properties:
    return {
        "DataCellsFilter": {
            "TableCatalogId": cells["tableCatalogId"],
            "DatabaseName": cells["databaseName"],
            "TableName": cells["tableName"],
            "Name": cells["name"],
        },
    }


def _tag(tag: Properties) -> Properties:
    return {"LFTag": {**_catalog(tag), "TagKey": tag["key"], "TagValues": sorted(tag["values"])}}


def _tag_policy(policy: Properties) -> Properties:
    return {
        "LFTagPolicy": {
            **_catalog(policy),
            "ResourceType": policy["resourceType"],
            "Expression": [
                {"TagKey": one["key"], "TagValues": sorted(one["values"])}
                for one in sorted(policy["expressions"], key=lambda one: str(one["key"]))
            ],
        },
    }


_SPELLED: dict[str, Callable[[Properties], Properties]] = {
    "dataCellsFilter": _filter,
    "dataLocation": _location,
    "database": _database,
    "lfTag": _tag,
    "lfTagPolicy": _tag_policy,
    "table": table_resource,
    "tableWithColumns": columns_resource,
}


def to_api_resource(named: Properties) -> Properties:
    """
    Return the API's `Resource` for what a program names.

    Args:
        named: one of `database`, `table`, `tableWithColumns`, `dataLocation`, `dataCellsFilter`, `lfTag`,
            `lfTagPolicy`, or `catalogResource: true`.

    """
    if named.get("catalogResource"):
        return {"Catalog": {}}
    kind = next(kind for kind in _SPELLED if kind in named)
    return _SPELLED[kind](named[kind])


def same_resource(one: Properties, other: Properties) -> bool:
    """Whether two `Resource` objects of the API name the same thing; order and a repeated catalog id don't matter."""
    return bool(_comparable(one) == _comparable(other))


def _comparable(value: Value) -> Value:
    if isinstance(value, dict):
        return {
            name: _comparable(member)
            for name, member in value.items()
            if name != "CatalogId" and not (name == "ExcludedColumnNames" and not member)
        }
    if isinstance(value, list):
        return sorted((_comparable(element) for element in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def _catalog(named: Properties) -> Properties:
    return {"CatalogId": named["catalogId"]} if named.get("catalogId") else {}
