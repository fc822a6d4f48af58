"""Data cells filters."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.catalog_resources import texts
from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import DATA_CELLS_FILTERS
from lakeward.estate.sources.values import Json, is_unknown, mapping


def _filter(resource: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    table = mapping(resource.inputs.get("tableData"))
    catalog = table.get("tableCatalogId")
    columns = texts(table.get("columnNames") or None)
    yield entry(
        DATA_CELLS_FILTERS,
        resource,
        declarations,
        {
            "TableCatalogId": None if catalog in ("", declarations.account) else catalog,
            "DatabaseName": table.get("databaseName"),
            "TableName": table.get("tableName"),
            "Name": table.get("name"),
            "ColumnNames": columns,
            "ColumnWildcard": _wildcard(table.get("columnWildcard")) if columns is None else None,
            "RowFilter": _rows(table.get("rowFilter")),
        },
    )


def _wildcard(value: Json) -> Json:
    if is_unknown(value):
        return value
    excluded = texts(mapping(value).get("excludedColumnNames") or None)
    return {} if excluded is None else {"ExcludedColumnNames": excluded}


def _rows(value: Json) -> Json:
    if is_unknown(value):
        return value
    expression = mapping(value).get("filterExpression") or None
    return {"AllRowsWildcard": {}} if expression is None else {"FilterExpression": expression}


READERS = {"aws:lakeformation/dataCellsFilter:DataCellsFilter": _filter}
