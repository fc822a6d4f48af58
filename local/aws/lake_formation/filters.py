"""Data cells filters: named cuts of a table, by columns and by rows."""

from __future__ import annotations

import uuid

import sqlglot
from sqlglot import expressions
from sqlglot.errors import SqlglotError

from local.aws.lake_formation import authority, catalog, grants, resources
from local.aws.lake_formation.errors import (
    AlreadyExistsError,
    ConcurrentModificationError,
    EntityNotFoundError,
    InvalidInputError,
)
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json, Lake

_LONGEST_EXPRESSION = 2047
_Key = tuple[str, str, str]


def create_data_cells_filter(request: Request) -> Json:
    """Create a filter."""
    data = request.parameters["TableData"]
    key = _key(data, request.lake)
    if key in request.lake.filters:
        raise AlreadyExistsError(f"Data cells filter already exists: {key[2]}")
    made = _filter(data, key, request.lake)
    _require_authority(request, key)
    request.lake.filters[key] = made
    return {}


def update_data_cells_filter(request: Request) -> Json:
    """Replace a filter; a `VersionId` that isn't the current one means that someone else was faster."""
    data = request.parameters["TableData"]
    key = _key(data, request.lake)
    current = _found(request.lake, key)
    _require_authority(request, key)
    if data.get("VersionId", current["VersionId"]) != current["VersionId"]:
        raise ConcurrentModificationError(f"Data cells filter has another version: {current['VersionId']}")
    request.lake.filters[key] = _filter(data, key, request.lake)
    return {}


def get_data_cells_filter(request: Request) -> Json:
    """Return a filter."""
    return {"DataCellsFilter": dict(_found(request.lake, _key(request.parameters, request.lake)))}


def list_data_cells_filter(request: Request) -> Json:
    """List filters, all or those of one table."""
    wanted = request.parameters.get("Table")
    table = resources.canonical({"Table": wanted}, request.lake)["Table"] if wanted else None
    found = [
        dict(found)
        for key, found in sorted(request.lake.filters.items())
        if table is None or key[:2] == (table["DatabaseName"], table["Name"])
    ]
    return request.page("DataCellsFilters", found)


def delete_data_cells_filter(request: Request) -> Json:
    """Delete a filter and the grants on it."""
    of = request.lake
    key = _key(request.parameters, of)
    _found(of, key)
    _require_authority(request, key)
    del of.filters[key]
    _drop_grants(of, key)
    return {}


def forget(of: Lake, database: str, table: str | None = None) -> None:
    """Drop the filters, with their grants, of a table that is gone, or of all tables of a database that is."""
    for key in list(of.filters):
        if key[0] == database and table in {None, key[1]}:
            del of.filters[key]
            _drop_grants(of, key)


def _require_authority(request: Request, key: _Key) -> None:
    """Let only who may pass on SELECT on the whole table cut it (`semantics.md` B9-10)."""
    table = {"CatalogId": request.account, "DatabaseName": key[0], "Name": key[1], "ColumnWildcard": {}}
    authority.require_grantable(request, {"TableWithColumns": table}, {"SELECT"})


def _drop_grants(of: Lake, key: _Key) -> None:
    spelled = resources.canonical(
        {"DataCellsFilter": {"DatabaseName": key[0], "TableName": key[1], "Name": key[2]}}, of
    )
    grants.drop(of, lambda resource: resource == spelled)


def _key(named: Json, of: Lake) -> _Key:
    if not {"DatabaseName", "TableName", "Name"} <= set(named):
        raise InvalidInputError("A data cells filter needs a database, a table and a name.")
    if named.get("TableCatalogId", of.account) != of.account:
        raise EntityNotFoundError(f"Table not found in catalog {named['TableCatalogId']}")
    return catalog.fold(named["DatabaseName"]), catalog.fold(named["TableName"]), named["Name"]


def _found(of: Lake, key: _Key) -> Json:
    if key not in of.filters:
        raise EntityNotFoundError(f"Data cells filter not found: {key[2]}")
    return of.filters[key]


def _filter(data: Json, key: _Key, of: Lake) -> Json:
    known = catalog.columns(catalog.table(of.account, of.region, key[0], key[1]))
    names, wildcard = data.get("ColumnNames"), data.get("ColumnWildcard")
    if bool(names) == (wildcard is not None):
        raise InvalidInputError("Exactly one of column names and column wildcard must be present.")
    rows = data.get("RowFilter") or {"AllRowsWildcard": {}}
    if len(rows) != 1:
        raise InvalidInputError("Exactly one of filter expression and all rows must be present.")
    for column in names or (wildcard or {}).get("ExcludedColumnNames") or []:
        if column.split(".", maxsplit=1)[0].strip('"') not in known:
            raise InvalidInputError(f"Column not found: {column}")
    if "FilterExpression" in rows:
        _require_rows(rows["FilterExpression"], known)
    columns = {"ColumnNames": list(names)} if names else {"ColumnWildcard": dict(wildcard or {})}
    return {
        "TableCatalogId": of.account,
        "DatabaseName": key[0],
        "TableName": key[1],
        "Name": key[2],
        "RowFilter": dict(rows),
        **columns,
        "VersionId": str(uuid.uuid4()),
    }


def _require_rows(expression: str, known: list[str]) -> None:
    """Check that a row filter is a condition over the table's columns; raise `InvalidInputError` else."""
    if len(expression) > _LONGEST_EXPRESSION:
        raise InvalidInputError(f"Filter expression is longer than {_LONGEST_EXPRESSION} characters")
    try:
        condition = sqlglot.parse_one(expression, into=expressions.Condition)
    except SqlglotError as error:
        raise InvalidInputError(f"Invalid filter expression: {expression}") from error
    for column in condition.find_all(expressions.Column):
        path = [part.name for part in column.parts]
        if path[0] not in known:
            raise InvalidInputError(f"Column not found in filter expression: {path[0]}")


OPERATIONS: dict[str, Operation] = {
    "CreateDataCellsFilter": create_data_cells_filter,
    "DeleteDataCellsFilter": delete_data_cells_filter,
    "GetDataCellsFilter": get_data_cells_filter,
    "ListDataCellsFilter": list_data_cells_filter,
    "UpdateDataCellsFilter": update_data_cells_filter,
}
