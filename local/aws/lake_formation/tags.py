"""
LF-Tags: their keys and values, and what they are assigned to.

A database's tags hold for its tables and a table's for its columns, until one is assigned anew below: then that
value alone holds there. A resource carries at most one value of a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from local.aws.lake_formation import authority, catalog, grants, resources
from local.aws.lake_formation.errors import (
    EntityNotFoundError,
    InvalidInputError,
    LakeFormationError,
    ResourceNumberLimitExceededError,
)
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json, Lake, Target, lake

_Tags = Callable[[Lake, Target], dict[str, str]]

_MOST_PER_RESOURCE = 50
_MOST_VALUES = 1000
_MOST_VALUES_PER_CALL = 50


def create_lf_tag(request: Request) -> Json:
    """Create an LF-Tag with its values."""
    authority.require_administrator(request)
    key = request.parameters["TagKey"].lower()
    if key in request.own_lake.tags:
        raise InvalidInputError(f"Tag key already exists: {key}")
    request.own_lake.tags[key] = _values(request.parameters["TagValues"])
    return {}


def get_lf_tag(request: Request) -> Json:
    """Return an LF-Tag."""
    key = request.parameters["TagKey"].lower()
    return _described(request.own_lake, key, _tag(request, key))


def list_lf_tags(request: Request) -> Json:
    """List LF-Tags."""
    of = request.own_lake
    return request.page("LFTags", [_described(of, key, values) for key, values in sorted(of.tags.items())])


def update_lf_tag(request: Request) -> Json:
    """Add and remove values; one that is assigned somewhere can't go."""
    authority.require_administrator(request)
    of = request.own_lake
    key = request.parameters["TagKey"].lower()
    values = _tag(request, key)
    added = _values(request.parameters.get("TagValuesToAdd") or [], required=False)
    deleted = _values(request.parameters.get("TagValuesToDelete") or [], required=False)
    if not added and not deleted:
        raise InvalidInputError("No values to add or delete")
    if any(assigned.get(key) in deleted for assigned in of.assignments.values()):
        raise InvalidInputError("Update not allowed")
    remaining = (values - deleted) | added
    if not remaining:
        raise InvalidInputError("An LF-Tag needs at least one value")
    if len(remaining) > _MOST_VALUES:
        raise ResourceNumberLimitExceededError(f"An LF-Tag has at most {_MOST_VALUES} values")
    of.tags[key] = remaining
    return {}


def delete_lf_tag(request: Request) -> Json:
    """Delete an LF-Tag, its assignments and the grants on it; policies that name it match nothing any more."""
    authority.require_administrator(request)
    of = request.own_lake
    key = request.parameters["TagKey"].lower()
    _tag(request, key)
    del of.tags[key]
    for target in list(of.assignments):
        _unassign(of, target, key)
    grants.drop(of, lambda resource: "LFTag" in resource and resource["LFTag"]["TagKey"] == key)
    return {}


def add_lf_tags_to_resource(request: Request) -> Json:
    """Assign LF-Tags to a database, a table or columns; other keys' assignments stay."""
    authority.require_administrator(request)
    failures = []
    of, targets = _targets(request)
    for pair in request.parameters["LFTags"]:
        key, values = pair["TagKey"].lower(), sorted({value.lower() for value in pair["TagValues"]})
        try:
            if len(values) != 1:
                raise InvalidInputError("A resource carries exactly one value of an LF-Tag")
            resources.require_tag(key, values, of)
            for target in targets:
                assigned = of.assignments.get(target, {})
                if key not in assigned and len(assigned) >= _MOST_PER_RESOURCE:
                    raise ResourceNumberLimitExceededError(f"A resource carries at most {_MOST_PER_RESOURCE} LF-Tags")
        except LakeFormationError as error:
            failures.append(_failure(pair, error))
            continue
        for target in targets:
            of.assignments.setdefault(target, {})[key] = values[0]
    return {"Failures": failures}


def remove_lf_tags_from_resource(request: Request) -> Json:
    """Take assignments away; what is inherited holds again."""
    authority.require_administrator(request)
    failures = []
    of, targets = _targets(request)
    for pair in request.parameters["LFTags"]:
        key, values = pair["TagKey"].lower(), {value.lower() for value in pair["TagValues"]}
        if not all(of.assignments.get(target, {}).get(key) in values for target in targets):
            failures.append(_failure(pair, EntityNotFoundError("LF-Tag is not assigned to the resource")))
            continue
        for target in targets:
            _unassign(of, target, key)
    return {"Failures": failures}


def get_resource_lf_tags(request: Request) -> Json:
    """Return a resource's LF-Tags, and those of what it stands in; columns without any are left out."""
    of, targets = _targets(request)
    tags = assigned if request.parameters.get("ShowAssignedLFTags") else effective
    first = targets[0]
    answer: Json = {}
    if first.column is None:
        database = Target(first.catalog, first.database)
        _put(answer, "LFTagOnDatabase", _pairs(of, tags(of, database)))
        if first.table is not None:
            _put(answer, "LFTagsOnTable", _pairs(of, tags(of, first)))
            _put(answer, "LFTagsOnColumns", list(_on_columns(of, _columns(of, first), tags)))
    else:
        _put(answer, "LFTagsOnColumns", list(_on_columns(of, targets, tags)))
    return answer


def search_databases_by_lf_tags(request: Request) -> Json:
    """List the databases whose tags meet an expression."""
    of, expression = request.own_lake, resources.tag_expression(request.parameters["Expression"])
    found = []
    for database in catalog.databases(of.account, of.region):
        carried = effective(of, Target(of.account, database.name))
        if meets(carried, expression):
            found.append(
                {
                    "Database": {"CatalogId": of.account, "Name": database.name},
                    "LFTags": _pairs(of, carried),
                }
            )
    return request.page("DatabaseList", found)


def search_tables_by_lf_tags(request: Request) -> Json:
    """List the tables of which the table itself or a column meets an expression, with what tags they carry."""
    of, expression = request.own_lake, resources.tag_expression(request.parameters["Expression"])
    found = []
    for database in catalog.databases(of.account, of.region):
        for name in sorted(database.tables):
            target = Target(of.account, database.name, name)
            columns = _columns(of, target)
            if any(meets(effective(of, each), expression) for each in (target, *columns)):
                entry: Json = {"Table": {"CatalogId": of.account, "DatabaseName": database.name, "Name": name}}
                _put(entry, "LFTagOnDatabase", _pairs(of, effective(of, Target(of.account, database.name))))
                _put(entry, "LFTagsOnTable", _pairs(of, effective(of, target)))
                _put(entry, "LFTagsOnColumns", list(_on_columns(of, columns, effective)))
                found.append(entry)
    return request.page("TableList", found)


def assigned(of: Lake, target: Target) -> dict[str, str]:
    """Return the LF-Tags assigned to a target itself, value by key."""
    return dict(of.assignments.get(target, {}))


def effective(of: Lake, target: Target) -> dict[str, str]:
    """Return the LF-Tags that hold for a target, inherited ones included (`semantics.md` B8-2)."""
    path = [Target(target.catalog, target.database)]
    if target.table is not None:
        path.append(Target(target.catalog, target.database, target.table))
    if target.column is not None:
        path.append(target)
    return {key: value for each in path for key, value in of.assignments.get(each, {}).items()}


def meets(carried: dict[str, str], expression: list[Json]) -> bool:
    """Say whether tags meet a canonical expression: AND over keys, OR over values (`semantics.md` B8-3)."""
    return all(
        part["TagKey"] in carried
        and (resources.ANY_VALUE in part["TagValues"] or carried[part["TagKey"]] in part["TagValues"])
        for part in expression
    )


def forget(of: Lake, database: str, table: str | None = None, keep: Iterable[str] | None = None) -> None:
    """
    Drop the assignments to what is gone.

    Args:
        of: The owner's lake.
        database: The database that is gone, or whose table is.
        table: The table that is gone; `None`: the whole database.
        keep: The table is there, and these are its columns; only others are gone.

    """
    for target in list(of.assignments):
        inside = target.database == database and table in {None, target.table}
        gone = keep is None or (target.column is not None and target.column not in set(keep))
        if inside and gone:
            del of.assignments[target]


def _tag(request: Request, key: str) -> set[str]:
    if key not in request.own_lake.tags:
        raise EntityNotFoundError("Tag or tag value does not exist.")
    return request.own_lake.tags[key]


def _values(values: list[str], *, required: bool = True) -> set[str]:
    if len(values) > _MOST_VALUES_PER_CALL:
        raise InvalidInputError(f"A request holds at most {_MOST_VALUES_PER_CALL} values")
    if required and not values:
        raise InvalidInputError("An LF-Tag needs at least one value")
    return {value.lower() for value in values}


def _described(of: Lake, key: str, values: set[str]) -> Json:
    return {"CatalogId": of.account, "TagKey": key, "TagValues": sorted(values)}


def _pairs(of: Lake, tags: dict[str, str]) -> list[Json]:
    return [_described(of, key, {value}) for key, value in sorted(tags.items())]


def _failure(pair: Json, error: LakeFormationError) -> Json:
    return {"LFTag": pair, "Error": {"ErrorCode": error.code, "ErrorMessage": error.message}}


def _put(answer: Json, name: str, entries: list[Json]) -> None:
    if entries:
        answer[name] = entries


def _targets(request: Request) -> tuple[Lake, list[Target]]:
    """Return the owner's lake and the existing targets that a request names."""
    resource = resources.canonical(request.parameters["Resource"], request.lake)
    resources.require(resource, request.lake)
    owner = resources.catalog_of(resource, request.lake)
    of = lake(owner, request.region)
    if "Database" in resource:
        return of, [Target(owner, resource["Database"]["Name"])]
    body = resource.get("Table") or resource.get("TableWithColumns")
    if body is None or body["Name"] == resources.ALL_TABLES:
        raise InvalidInputError("Only database, table, or tableWithColumns resource are allowed.")
    table = Target(owner, body["DatabaseName"], body["Name"])
    if "Table" in resource:
        return of, [table]
    if "ColumnNames" not in body:
        raise InvalidInputError("To tag columns, use the column inclusion list in tableWithColumns.")
    return of, [Target(owner, body["DatabaseName"], body["Name"], column) for column in body["ColumnNames"]]


def _columns(of: Lake, table: Target) -> list[Target]:
    found = catalog.table(table.catalog, of.region, table.database, str(table.table))
    return [Target(table.catalog, table.database, table.table, name) for name in catalog.columns(found)]


def _on_columns(of: Lake, columns: list[Target], tags: _Tags) -> Iterator[Json]:
    for column in columns:
        pairs = _pairs(of, tags(of, column))
        if pairs:
            yield {"Name": column.column, "LFTags": pairs}


def _unassign(of: Lake, target: Target, key: str) -> None:
    assigned_here = of.assignments.get(target, {})
    assigned_here.pop(key, None)
    if not assigned_here:
        of.assignments.pop(target, None)


OPERATIONS: dict[str, Operation] = {
    "AddLFTagsToResource": add_lf_tags_to_resource,
    "CreateLFTag": create_lf_tag,
    "DeleteLFTag": delete_lf_tag,
    "GetLFTag": get_lf_tag,
    "GetResourceLFTags": get_resource_lf_tags,
    "ListLFTags": list_lf_tags,
    "RemoveLFTagsFromResource": remove_lf_tags_from_resource,
    "SearchDatabasesByLFTags": search_databases_by_lf_tags,
    "SearchTablesByLFTags": search_tables_by_lf_tags,
    "UpdateLFTag": update_lf_tag,
}
