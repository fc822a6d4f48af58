"""Lake Formation: settings, locations, tags, filters, grants, opt-ins and row-level security policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lakeward.estate.sources.permissions import at_home, listed
from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping, unknown
from lakeward.live.calls import Aws, Call, NotReadError, picked, read_or_unknown

SETTINGS = Call("lakeformation", "GetDataLakeSettings")
LOCATIONS = Call("lakeformation", "ListResources", items="ResourceInfoList")
TAGS = Call("lakeformation", "ListLFTags", items="LFTags")
TAG_EXPRESSIONS = Call("lakeformation", "ListLFTagExpressions", items="LFTagExpressions")
RESOURCE_TAGS = Call("lakeformation", "GetResourceLFTags", absent=frozenset({"EntityNotFoundException"}))
FILTERS = Call("lakeformation", "ListDataCellsFilter", items="DataCellsFilters")
PERMISSIONS = Call("lakeformation", "ListPermissions", items="PrincipalResourcePermissions")
OPT_INS = Call("lakeformation", "ListLakeFormationOptIns", items="LakeFormationOptInsInfoList")
RLS_POLICIES = Call("lakeformation", "ListRLSPolicies", items="RLSPolicies")
RLS_ATTACHMENTS = Call("lakeformation", "ListRLSPolicyAttachments", items="RLSPolicyAttachments")

CALLS = (
    SETTINGS,
    LOCATIONS,
    TAGS,
    TAG_EXPRESSIONS,
    RESOURCE_TAGS,
    FILTERS,
    PERMISSIONS,
    OPT_INS,
    RLS_POLICIES,
    RLS_ATTACHMENTS,
)

_ADMINISTRATORS = ("DataLakeAdmins", "ReadOnlyAdmins")
_DEFAULTS = ("CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions")


def read(aws: Aws, catalog: Mapping[str, Json]) -> dict[str, Json]:
    """
    Return Lake Formation's side of the Region; `catalog` is Glue's, whose databases and tables carry LF-Tags.

    Catalog ids that are the account's own are left out, and so are clocks and what AWS derives.
    """
    sections: dict[str, Json] = {
        "DataLakeSettings": read_or_unknown(lambda: _settings(aws)),
        "Resources": read_or_unknown(lambda: _locations(aws)),
        "LFTags": read_or_unknown(lambda: _tags(aws)),
        "LFTagExpressions": read_or_unknown(lambda: _expressions(aws)),
        "ResourceLFTags": read_or_unknown(lambda: _assigned(aws, catalog)),
        "DataCellsFilters": read_or_unknown(lambda: _filters(aws)),
        "Permissions": read_or_unknown(lambda: [*listed(map(_grant, aws.every(PERMISSIONS)), aws.account)]),
        "OptIns": read_or_unknown(lambda: _opt_ins(aws)),
        "RLSPolicies": read_or_unknown(lambda: _rls_policies(aws)),
        "RLSPolicyAttachments": read_or_unknown(lambda: _rls_attachments(aws)),
    }
    return {name: section for name, section in sections.items() if section is not None}


def sees_everything(settings: Json, caller: str) -> bool:
    """
    Say whether the caller is a data lake administrator, read-only or not.

    Anybody else is shown only what it may see itself, without a word about the rest.
    """
    administrators = [mapping(entry) for kind in _ADMINISTRATORS for entry in items(mapping(settings).get(kind))]
    return _identity_of(caller) in {
        _identity_of(str(entry.get("DataLakePrincipalIdentifier"))) for entry in administrators
    }


def _identity_of(arn: str) -> tuple[str, str]:
    """Return account and name of a role or user, for an ARN of it or of a session, which has lost the path."""
    parts = arn.split(":", 5)
    resource = parts[-1].split("/")
    name = resource[1] if resource[0] == "assumed-role" else resource[-1]
    return (parts[4] if len(parts) > 4 else "", name)  # noqa: PLR2004  # the account's part of an ARN


def _settings(aws: Aws) -> Json:
    answer = aws.one(SETTINGS) or {}
    settings = answer.get("DataLakeSettings", {})
    result: dict[str, Json] = {name: _sorted(settings.get(name, [])) for name in (*_ADMINISTRATORS, *_DEFAULTS)}
    result["AllowFullTableExternalDataAccess"] = bool(settings.get("AllowFullTableExternalDataAccess", False))
    result["Parameters"] = settings.get("Parameters", {})
    for name in ("AllowExternalDataFiltering", "ExternalDataFilteringAllowList", "AuthorizedSessionTagValueList"):
        if settings.get(name):
            result[name] = _sorted(settings[name]) if isinstance(settings[name], list) else settings[name]
    return result


def _locations(aws: Aws) -> Json:
    return _sorted(
        {
            **picked(location, "ResourceArn", "RoleArn"),
            "HybridAccessEnabled": bool(location.get("HybridAccessEnabled", False)),
            **{name: True for name in ("WithFederation", "WithPrivilegedAccess") if location.get(name)},
        }
        for location in aws.every(LOCATIONS)
    )


def _tags(aws: Aws) -> Json:
    return _sorted(_tag(aws, tag) for tag in aws.every(TAGS))


def _tag(aws: Aws, tag: Mapping[str, Any]) -> dict[str, Json]:
    foreign = {} if tag.get("CatalogId") in (None, aws.account) else picked(tag, "CatalogId")
    return {**foreign, "TagKey": tag["TagKey"], "TagValues": sorted(tag.get("TagValues", []))}


def _expressions(aws: Aws) -> Json:
    return _sorted(
        {
            **({} if entry.get("CatalogId") in (None, aws.account) else picked(entry, "CatalogId")),
            "Name": entry["Name"],
            "Expression": _sorted(_tag(aws, tag) for tag in entry.get("Expression", [])),
        }
        for entry in aws.every(TAG_EXPRESSIONS)
    )


def _assigned(aws: Aws, catalog: Mapping[str, Json]) -> Json:
    databases, tables = catalog.get("Databases"), catalog.get("Tables")
    for section in (databases, tables):
        if is_unknown(section):
            return section
    subjects = [
        *(_database_subject(mapping(database)) for database in items(databases)),
        *(_table_subject(mapping(table)) for table in items(tables)),
    ]
    found = aws.each(lambda resource: list(_assigned_to(aws, resource)), [subject for subject in subjects if subject])
    return _sorted(entry for entries in found for entry in entries)


def _database_subject(database: Mapping[str, Json]) -> dict[str, Json] | None:
    """Links carry no tags of their own, and an entry that isn't known has no name."""
    if "Name" not in database or "TargetDatabase" in database:
        return None
    return {"Database": {"Name": database["Name"]}}


def _table_subject(table: Mapping[str, Json]) -> dict[str, Json] | None:
    if "Name" not in table or "TargetTable" in table:
        return None
    return {"Table": {"DatabaseName": table["DatabaseName"], "Name": table["Name"]}}


def _assigned_to(aws: Aws, resource: dict[str, Json]) -> Iterator[Json]:
    """
    Yield what is assigned to a database, or to a table and its columns.

    AWS shows what is inherited as well: a tag that repeats its parent's value is taken for that, and means the same.
    """
    try:
        answer = aws.one(RESOURCE_TAGS, Resource=resource, ShowAssignedLFTags=True) or {}
    except NotReadError as error:
        yield {"Resource": resource, "LFTags": unknown(str(error))}
        return
    on_database = _values(answer.get("LFTagOnDatabase"))
    if "Database" in resource:
        yield from _entry(resource, on_database, {})
        return
    on_table = {**on_database, **_values(answer.get("LFTagsOnTable"))}
    yield from _entry(resource, on_table, on_database)
    for column in answer.get("LFTagsOnColumns", []):
        named: dict[str, Json] = {**mapping(resource["Table"]), "ColumnNames": [column["Name"]]}
        on_column = {**on_table, **_values(column.get("LFTags"))}
        yield from _entry({"TableWithColumns": named}, on_column, on_table)


def _values(tags: list[Mapping[str, Any]] | None) -> dict[str, list[str]]:
    return {tag["TagKey"]: sorted(tag["TagValues"]) for tag in tags or []}


def _entry(resource: Json, tags: Mapping[str, list[str]], inherited: Mapping[str, list[str]]) -> Iterator[Json]:
    assigned: list[Json] = [
        {"TagKey": key, "TagValues": [*values]} for key, values in sorted(tags.items()) if inherited.get(key) != values
    ]
    if assigned:
        yield {"Resource": resource, "LFTags": assigned}


def _filters(aws: Aws) -> Json:
    return _sorted(_filter(aws, entry) for entry in aws.every(FILTERS))


def _filter(aws: Aws, entry: Mapping[str, Any]) -> dict[str, Json]:
    foreign = {} if entry.get("TableCatalogId") in (None, aws.account) else picked(entry, "TableCatalogId")
    columns: dict[str, Json] = (
        {"ColumnNames": sorted(entry["ColumnNames"])}
        if entry.get("ColumnNames")
        else {"ColumnWildcard": _excluding(entry.get("ColumnWildcard") or {})}
    )
    expression = entry.get("RowFilter", {}).get("FilterExpression")
    rows: dict[str, Json] = {"FilterExpression": expression} if expression else {"AllRowsWildcard": {}}
    return {**foreign, **picked(entry, "DatabaseName", "TableName", "Name"), **columns, "RowFilter": rows}


def _excluding(wildcard: Mapping[str, Any]) -> Json:
    excluded = wildcard.get("ExcludedColumnNames")
    return {"ExcludedColumnNames": sorted(excluded)} if excluded else {}


def _grant(entry: Mapping[str, Any]) -> dict[str, Json]:
    grant = picked(entry, "Principal", "Resource", "Condition", "Permissions")
    return {**grant, "PermissionsWithGrantOption": entry.get("PermissionsWithGrantOption", [])}


def _opt_ins(aws: Aws) -> Json:
    return _sorted(
        {**picked(entry, "Principal", "Condition"), "Resource": at_home(entry.get("Resource"), aws.account)}
        for entry in aws.every(OPT_INS)
    )


def _rls_policies(aws: Aws) -> Json:
    return _sorted(
        {
            **({} if entry.get("CatalogId") in (None, aws.account) else picked(entry, "CatalogId")),
            **picked(entry, "Name", "AttachmentColumns", "FilterExpression"),
        }
        for entry in aws.every(RLS_POLICIES)
    )


def _rls_attachments(aws: Aws) -> Json:
    return _sorted(
        {
            **({} if entry.get("CatalogId") in (None, aws.account) else picked(entry, "CatalogId")),
            **picked(entry, "PolicyName", "Principal", "Condition", "DefaultRLSPolicy"),
            "Resource": at_home(entry.get("Resource"), aws.account),
        }
        for entry in aws.every(RLS_ATTACHMENTS)
    )


def _sorted(entries: Any) -> list[Json]:  # noqa: ANN401  # JSON as boto3 gives it
    return sorted(entries, key=canonical)
