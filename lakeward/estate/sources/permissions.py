"""
Data permissions in the form in which Lake Formation lists them.

Declared or listed, grants that mean the same must read the same: SELECT on a table stands on all its columns, one
entry holds everything that one principal has on one resource, and a catalog id is written only for foreign
catalogs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping

IAM_ALLOWED_PRINCIPALS = "IAM_ALLOWED_PRINCIPALS"

_ALL_TABLES = "ALL_TABLES"
"""The name that Lake Formation's listings give to the table of a grant on all tables."""

_LISTS = ("Permissions", "PermissionsWithGrantOption")


def principal(identifier: Json) -> dict[str, Json]:
    """Return a principal as Lake Formation spells one."""
    return {"DataLakePrincipalIdentifier": identifier}


def grant(
    grantee: Json, resource: Json, permissions: Json, grantable: Json = None, condition: Json = None
) -> dict[str, Json]:
    """Return one entry of `Permissions`."""
    entry: dict[str, Json] = {
        "Principal": principal(grantee),
        "Resource": resource,
        "Permissions": permissions,
        "PermissionsWithGrantOption": grantable if grantable is not None else [],
    }
    return entry if condition is None else {**entry, "Condition": condition}


def listed(grants: Iterable[Mapping[str, Json]], account: str) -> list[dict[str, Json]]:
    """
    Return grants as Lake Formation lists them, sorted; entries that aren't known are kept.

    Args:
        grants: Entries of `Permissions`, in any spelling that the API accepts.
        account: The account they stand in, whose catalog id is left out.

    """
    merged: dict[str, dict[str, Json]] = {}
    for entry in grants:
        for part in _parts(entry, account):
            identity = canonical([part.get("Principal"), part.get("Resource"), part.get("Condition")])
            if is_unknown(part):
                merged[canonical(part)] = part
                continue
            before = merged.setdefault(identity, part)
            for member in _LISTS:
                before[member] = _union(before.get(member), part.get(member))
    return sorted(merged.values(), key=canonical)


def at_home(resource: Json, account: str) -> Json:
    """Return a `Resource` without the catalog ids that are the account's own, lists sorted."""
    return {kind: _at_home(mapping(shape), account) for kind, shape in mapping(resource).items()} or resource


def _at_home(shape: Mapping[str, Json], account: str) -> Json:
    kept = {
        member: value
        for member, value in shape.items()
        if not (member in {"CatalogId", "TableCatalogId", "Id"} and value == account)
    }
    for member in ("ColumnNames", "TagValues"):
        if isinstance(kept.get(member), list):
            kept[member] = sorted(items(kept[member]), key=str)
    if isinstance(kept.get("Expression"), list):
        pairs = [mapping(pair) for pair in items(kept["Expression"])]
        kept["Expression"] = sorted(
            ({**pair, "TagValues": sorted(items(pair.get("TagValues")), key=str)} for pair in pairs), key=canonical
        )
    excluded = mapping(kept.get("ColumnWildcard")).get("ExcludedColumnNames")
    if "ColumnWildcard" in kept:
        kept["ColumnWildcard"] = {"ExcludedColumnNames": sorted(items(excluded), key=str)} if excluded else {}
    return kept


def _parts(entry: Mapping[str, Json], account: str) -> list[dict[str, Json]]:
    if is_unknown(dict(entry)):
        return [dict(entry)]
    whole = {**entry, "Resource": at_home(entry.get("Resource"), account)}
    resource = mapping(whole["Resource"])
    columns, table = mapping(resource.get("TableWithColumns")), mapping(resource.get("Table"))
    if columns.get("Name") == _ALL_TABLES:
        every = {name: value for name, value in columns.items() if name not in {"Name", "ColumnWildcard"}}
        return [{**whole, "Resource": {"Table": {**every, "TableWildcard": {}}}}]
    if table.get("TableWildcard") is not None:
        every = {name: value for name, value in table.items() if name != "Name"}
        return [{**whole, "Resource": {"Table": {**every, "TableWildcard": {}}}}]
    if not table:
        return [whole]
    every_column: dict[str, Json] = {**table, "ColumnWildcard": {}}
    select: dict[str, Json] = {**whole, "Resource": {"TableWithColumns": every_column}}
    rest: dict[str, Json] = dict(whole)
    for member in _LISTS:
        if is_unknown(whole.get(member)):
            return [whole]
        permissions = items(whole.get(member))
        select[member] = [permission for permission in permissions if permission == "SELECT"]
        rest[member] = [permission for permission in permissions if permission != "SELECT"]
    return [part for part in (rest, select) if part["Permissions"] or part["PermissionsWithGrantOption"]]


def _union(first: Json, second: Json) -> Json:
    for value in (first, second):
        if is_unknown(value):
            return value
    union: list[Json] = []
    union.extend(sorted({item for item in [*items(first), *items(second)] if isinstance(item, str)}))
    return union
