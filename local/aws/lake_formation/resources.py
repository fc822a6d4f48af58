"""
Resources of grants and opt-ins: their one canonical spelling, and whether they exist.

Canonical means: the catalog id is written out, names are in the catalog's lower case, lists are sorted, tag
expressions are in order. Two canonical resources are equal exactly when they are the same resource.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from local.aws.lake_formation import catalog
from local.aws.lake_formation.errors import EntityNotFoundError, InvalidInputError
from local.aws.lake_formation.state import Json, Lake, lake

ALL_TABLES = "ALL_TABLES"
"""The name under which the service lists grants on all tables of a database."""

ANY_VALUE = "*"
"""In a tag expression of a grant: whatever the tag's value."""

_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[^\s]+")


def kind(resource: Json) -> str:
    """
    Return the one member that a resource has, such as `Table`.

    Raises:
        InvalidInputError: It has none or several.

    """
    if len(resource) != 1:
        raise InvalidInputError("Resource must have exactly one of its fields populated")
    return next(iter(resource))


def key(resource: Json) -> str:
    """Return a canonical resource as one text, for ordering and comparing."""
    return json.dumps(resource, sort_keys=True, separators=(",", ":"))


def canonical(resource: Json, of: Lake) -> Json:
    """
    Return a resource in its canonical spelling.

    Raises:
        InvalidInputError: It contradicts itself, or its kind isn't known here.

    """
    name = kind(resource)
    if name not in _CANONICAL:
        raise InvalidInputError(f"The embedded AWS doesn't know resources of the kind {name}")
    return {name: _CANONICAL[name](resource[name], of)}


def catalog_of(resource: Json, of: Lake) -> str:
    """Return the catalog that a canonical resource stands in."""
    name = kind(resource)
    member = {"Catalog": "Id", "DataCellsFilter": "TableCatalogId"}.get(name, "CatalogId")
    return str(resource[name].get(member, of.account))


def table_of(resource: Json) -> tuple[str, str] | None:
    """Return (database, table) of a canonical resource that is a table or part of one; `None` for others."""
    name = kind(resource)
    body = resource[name]
    if name in {"Table", "TableWithColumns"}:
        return body["DatabaseName"], body["Name"]
    if name == "DataCellsFilter":
        return body["DatabaseName"], body["TableName"]
    return None


def database_of(resource: Json) -> str | None:
    """Return the database that a canonical resource is or stands in; `None` for others."""
    table = table_of(resource)
    if table:
        return table[0]
    return str(resource["Database"]["Name"]) if "Database" in resource else None


def require(resource: Json, of: Lake) -> None:
    """
    Check that what a canonical resource names exists.

    Raises:
        EntityNotFoundError: It doesn't.
        InvalidInputError: A column doesn't exist, or a location isn't registered.

    """
    name = kind(resource)
    if name in _REQUIRE:
        _REQUIRE[name](resource[name], lake(catalog_of(resource, of), of.region))


def require_tag(tag_key: str, values: list[str], of: Lake) -> None:
    """Check that an LF-Tag and all the values exist; raise `EntityNotFoundError` else."""
    if tag_key not in of.tags or not set(values) - {ANY_VALUE} <= of.tags[tag_key]:
        raise EntityNotFoundError("Tag or tag value does not exist.")


def covering_location(arn: str, of: Lake) -> str | None:
    """Return the registered location that is `arn` or the nearest above it, or `None`."""
    above = [known for known in of.locations if is_below(arn, known)]
    return max(above, key=len, default=None)


def is_below(arn: str, location: str) -> bool:
    """Say whether an S3 ARN is a location or lies below it; `a/b` doesn't cover `a/bc`."""
    return f"{arn.rstrip('/')}/".startswith(f"{location.rstrip('/')}/")


def tag_expression(expression: list[Json]) -> list[Json]:
    """
    Return a tag expression in order, in lower case.

    Raises:
        InvalidInputError: It is empty, or a key occurs twice.

    """
    parts: dict[str, list[str]] = {}
    for part in expression:
        tag_key = part["TagKey"].lower()
        if tag_key in parts:
            raise InvalidInputError(f"Duplicate LF-Tag key in expression: {tag_key}")
        parts[tag_key] = sorted({value.lower() for value in part["TagValues"]})
        if not parts[tag_key]:
            raise InvalidInputError(f"No values for LF-Tag key in expression: {tag_key}")
    if not parts:
        raise InvalidInputError("Expression must not be empty")
    return [{"TagKey": tag_key, "TagValues": values} for tag_key, values in sorted(parts.items())]


def _require_database(body: Json, owner: Lake) -> None:
    catalog.database(owner.account, owner.region, body["Name"])


def _require_table(body: Json, owner: Lake) -> None:
    if body["Name"] == ALL_TABLES:
        catalog.database(owner.account, owner.region, body["DatabaseName"])
        return
    known = catalog.columns(catalog.table(owner.account, owner.region, body["DatabaseName"], body["Name"]))
    named = body.get("ColumnNames") or (body.get("ColumnWildcard") or {}).get("ExcludedColumnNames") or []
    for column in named:
        if column not in known:
            raise InvalidInputError(f"cannot grant/revoke permission on non-existent column: {column}")


def _require_filter(body: Json, owner: Lake) -> None:
    catalog.table(owner.account, owner.region, body["DatabaseName"], body["TableName"])
    if (body["DatabaseName"], body["TableName"], body["Name"]) not in owner.filters:
        raise EntityNotFoundError(f"Data cells filter not found: {body['Name']}")


def _require_location(body: Json, owner: Lake) -> None:
    if covering_location(body["ResourceArn"], owner) is None:
        raise InvalidInputError(f"Please register the S3 path first: {body['ResourceArn']}")


def _require_tag_policy(body: Json, owner: Lake) -> None:
    if "ExpressionName" in body:
        _require_tag_expression(body["ExpressionName"], owner)
    for part in body.get("Expression", []):
        require_tag(part["TagKey"], part["TagValues"], owner)


def _require_tag_expression(name: str, of: Lake) -> None:
    if name not in of.tag_expressions:
        raise EntityNotFoundError(f"LF-Tag expression not found: {name}")


def _catalog(body: Json, of: Lake) -> Json:
    # The service lists its own catalog without an id.
    return {} if body.get("Id", of.account) == of.account else {"Id": body["Id"]}


def _database(body: Json, of: Lake) -> Json:
    return {"CatalogId": body.get("CatalogId", of.account), "Name": catalog.fold(body["Name"])}


def _table(body: Json, of: Lake) -> Json:
    where = {
        "CatalogId": body.get("CatalogId", of.account),
        "DatabaseName": catalog.fold(body["DatabaseName"]),
    }
    if "TableWildcard" in body:
        if body.get("Name", ALL_TABLES) != ALL_TABLES:
            raise InvalidInputError("Table name and table wildcard cannot both be present.")
        return {**where, "Name": ALL_TABLES, "TableWildcard": {}}
    if "Name" not in body:
        raise InvalidInputError("Table name and table wildcard cannot both be empty.")
    return {**where, "Name": catalog.fold(body["Name"])}


def _table_with_columns(body: Json, of: Lake) -> Json:
    names, wildcard = body.get("ColumnNames"), body.get("ColumnWildcard")
    if bool(names) == (wildcard is not None):
        raise InvalidInputError("Exactly one of column names and column wildcard must be present.")
    name = body["Name"] if body["Name"] == ALL_TABLES else catalog.fold(body["Name"])
    where = {
        "CatalogId": body.get("CatalogId", of.account),
        "DatabaseName": catalog.fold(body["DatabaseName"]),
        "Name": name,
    }
    if names:
        return {**where, "ColumnNames": sorted(set(names))}
    excluded = sorted(set(wildcard.get("ExcludedColumnNames") or [])) if wildcard else []
    return {**where, "ColumnWildcard": {"ExcludedColumnNames": excluded} if excluded else {}}


def _data_location(body: Json, of: Lake) -> Json:
    if not _ARN.fullmatch(body["ResourceArn"]):
        raise InvalidInputError(f"Invalid S3 ARN: {body['ResourceArn']}")
    return {"CatalogId": body.get("CatalogId", of.account), "ResourceArn": body["ResourceArn"]}


def _data_cells_filter(body: Json, of: Lake) -> Json:
    if not {"DatabaseName", "TableName", "Name"} <= set(body):
        raise InvalidInputError("A data cells filter needs a database, a table and a name.")
    return {
        "TableCatalogId": body.get("TableCatalogId", of.account),
        "DatabaseName": catalog.fold(body["DatabaseName"]),
        "TableName": catalog.fold(body["TableName"]),
        "Name": body["Name"],
    }


def _lf_tag(body: Json, of: Lake) -> Json:
    return {
        "CatalogId": body.get("CatalogId", of.account),
        "TagKey": body["TagKey"].lower(),
        "TagValues": sorted({value.lower() for value in body["TagValues"]}),
    }


def _lf_tag_policy(body: Json, of: Lake) -> Json:
    if body["ResourceType"] not in {"DATABASE", "TABLE"}:
        raise InvalidInputError(f"Invalid resource type of an LF-Tag policy: {body['ResourceType']}")
    where = {"CatalogId": body.get("CatalogId", of.account), "ResourceType": body["ResourceType"]}
    if bool(body.get("Expression")) == ("ExpressionName" in body):
        raise InvalidInputError("Exactly one of expression and expression name must be present.")
    if "ExpressionName" in body:
        return {**where, "ExpressionName": body["ExpressionName"]}
    return {**where, "Expression": tag_expression(body["Expression"])}


def _lf_tag_expression(body: Json, of: Lake) -> Json:
    return {"CatalogId": body.get("CatalogId", of.account), "Name": body["Name"]}


_CANONICAL: dict[str, Callable[[Any, Lake], Json]] = {
    "Catalog": _catalog,
    "DataCellsFilter": _data_cells_filter,
    "DataLocation": _data_location,
    "Database": _database,
    "LFTag": _lf_tag,
    "LFTagExpression": _lf_tag_expression,
    "LFTagPolicy": _lf_tag_policy,
    "Table": _table,
    "TableWithColumns": _table_with_columns,
}

_REQUIRE: dict[str, Callable[[Any, Lake], None]] = {
    "DataCellsFilter": _require_filter,
    "DataLocation": _require_location,
    "Database": _require_database,
    "LFTag": lambda body, owner: require_tag(body["TagKey"], body["TagValues"], owner),
    "LFTagExpression": lambda body, owner: _require_tag_expression(body["Name"], owner),
    "LFTagPolicy": _require_tag_policy,
    "Table": _require_table,
    "TableWithColumns": _require_table,
}
