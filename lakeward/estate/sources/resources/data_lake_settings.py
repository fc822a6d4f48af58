"""Data lake settings: the provider's resource, and the project's own that can say "nothing by default"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward.estate.sources.catalog_resources import texts
from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.permissions import principal
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import DATA_LAKE_SETTINGS
from lakeward.estate.sources.values import Json, is_unknown, items, mapping, unknown

_DEFAULTS = ("createDatabaseDefaultPermissions", "createTableDefaultPermissions")

_NOT_SENT = unknown(
    "the provider doesn't send an empty list, so what AWS does by default stays as it was; "
    "`components.providers` has a resource that does"
)


def _official(settings: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    """Read the provider's resource, which can't close the defaults (`style.md` P10)."""
    inputs = settings.inputs
    stated = {name: inputs.get(name) or _NOT_SENT for name in _DEFAULTS}
    yield _settings(settings, declarations, {**inputs, "dataLakeAdmins": inputs.get("admins"), **stated})


def _own(settings: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    yield _settings(settings, declarations, settings.inputs)


def _settings(settings: DeclaredResource, declarations: Declarations, inputs: Mapping[str, Json]) -> Entry:
    optional: dict[str, Json] = {
        "AllowExternalDataFiltering": inputs.get("allowExternalDataFiltering") or None,
        "ExternalDataFilteringAllowList": _principals(inputs.get("externalDataFilteringAllowLists")) or None,
        "AuthorizedSessionTagValueList": texts(inputs.get("authorizedSessionTagValueLists")) or None,
    }
    return entry(
        DATA_LAKE_SETTINGS,
        settings,
        declarations,
        {
            "DataLakeAdmins": _principals(inputs.get("dataLakeAdmins")),
            "ReadOnlyAdmins": _principals(inputs.get("readOnlyAdmins")),
            "CreateDatabaseDefaultPermissions": default_permissions(inputs.get(_DEFAULTS[0])),
            "CreateTableDefaultPermissions": default_permissions(inputs.get(_DEFAULTS[1])),
            "AllowFullTableExternalDataAccess": inputs.get("allowFullTableExternalDataAccess") or False,
            "Parameters": inputs.get("parameters") or {},
            **optional,
        },
    )


def default_permissions(value: Json) -> Json:
    """Return default grants in the API's spelling, from the provider's or from the API's own."""
    if value is None or is_unknown(value):
        return value
    return [_default(mapping(item)) for item in items(value)]


def _default(item: Mapping[str, Json]) -> Json:
    grantee = item.get("principal") or item.get("Principal")
    identifier = (
        grantee
        if isinstance(grantee, str) or is_unknown(grantee)
        else mapping(grantee).get("dataLakePrincipalIdentifier") or mapping(grantee).get("DataLakePrincipalIdentifier")
    )
    permissions = texts(item.get("permissions") or item.get("Permissions"))
    return {"Principal": principal(identifier), "Permissions": permissions}


def _principals(value: Json) -> Json:
    identifiers = texts(value) if value is not None else []
    return identifiers if is_unknown(identifiers) else [principal(identifier) for identifier in items(identifiers)]


READERS = {
    "aws:lakeformation/dataLakeSettings:DataLakeSettings": _official,
    "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings": _own,
}
