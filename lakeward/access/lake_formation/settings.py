"""Data lake settings: who administers, how sharing works, who gets credentials (`semantics.md` B4, B5, B12, B15)."""

from __future__ import annotations

from collections.abc import Mapping

from lakeward.access.lake_formation.catalog import Catalog
from lakeward.access.lake_formation.grantees import Grantee, is_for
from lakeward.access.truth import NO, UNKNOWN, YES, Truth, flag_truth
from lakeward.estate.entries import DataLakeSettings
from lakeward.estate.unknown import Unknown

_DIRECT_GRANTS_FROM = 3  # direct grants to foreign principals came with version 3 of sharing (B12-1)


def is_administrator(catalog: Catalog, grantee: Grantee) -> Truth:
    """Return whether a principal is a data lake administrator, which shows everything and reads nothing (B5)."""
    settings = catalog.lake_formation.data_lake_settings
    if isinstance(settings, Unknown):
        return UNKNOWN
    truth = NO
    if settings is not None:
        for admin in (*settings.data_lake_admins, *settings.read_only_admins):
            truth |= is_for(admin, grantee)
        if settings.data_lake_admins.unknown is not None or settings.read_only_admins.unknown is not None:
            truth |= UNKNOWN
    return truth


def may_grant(catalog: Catalog, grantee: Grantee) -> Truth:
    """Return whether a principal is a full administrator, who can grant anything to anyone (B5-1)."""
    settings = catalog.lake_formation.data_lake_settings
    if isinstance(settings, Unknown):
        return UNKNOWN
    if settings is None:
        return NO
    truth = UNKNOWN if settings.data_lake_admins.unknown is not None else NO
    for admin in settings.data_lake_admins:
        truth |= is_for(admin, grantee)
    return truth


def is_before_direct_grants(catalog: Catalog) -> bool:
    """Say whether sharing is at a version before direct grants to foreign principals (B12-1)."""
    version = cross_account_version(catalog)
    return version is not None and version < _DIRECT_GRANTS_FROM


def cross_account_version(catalog: Catalog) -> int | None:
    """Return the version of cross-account sharing; `None` where the settings don't say."""
    settings = catalog.lake_formation.data_lake_settings
    if settings is None or isinstance(settings, Unknown):
        return None
    parameters = settings.parameters
    written = parameters.get("CROSS_ACCOUNT_VERSION") if isinstance(parameters, Mapping) else None
    return int(written) if written is not None and written.isdigit() else None


AUTHORIZED_CALLER_TAGS = frozenset({"lakeformationauthorizedcaller", "lakeformationtrustedcaller"})
"""The session tag of trusted engines, in lower case, as the guide and as the API's text call it (B15-7)."""


def gives_unfiltered_data(catalog: Catalog, account: str, tags: Mapping[str, str] | Unknown | None) -> Truth:
    """
    Return whether a trusted engine's caller gets whole tables, to filter them itself (B15-3).

    Args:
        catalog: The catalog.
        account: The caller's.
        tags: Of its session; `None` where it may choose them.

    """
    settings = _settings_of(catalog)
    if settings is None or isinstance(settings, Unknown):
        return NO if settings is None else UNKNOWN
    allowed = flag_truth(settings.allow_external_data_filtering)
    if allowed == NO:
        return NO
    listed = UNKNOWN if settings.external_data_filtering_allow_list.unknown is not None else NO
    for one in settings.external_data_filtering_allow_list:
        listed |= YES if one.data_lake_principal_identifier == account else NO
    values = settings.authorized_session_tag_value_list
    if tags is None:
        tagged = YES if values else NO
    elif isinstance(tags, Unknown):
        tagged = UNKNOWN
    else:
        carried = {value for key, value in tags.items() if key.lower() in AUTHORIZED_CALLER_TAGS}
        tagged = YES if carried & set(values) else NO
    return allowed & listed & (tagged | (UNKNOWN if values.unknown is not None else NO))


def gives_full_tables(catalog: Catalog) -> Truth:
    """Return whether who reads a whole table gets credentials for everything below its location (B15-4, B15-5)."""
    settings = _settings_of(catalog)
    if settings is None or isinstance(settings, Unknown):
        return NO if settings is None else UNKNOWN
    return flag_truth(settings.allow_full_table_external_data_access)


def sets_source_identity(catalog: Catalog) -> Truth:
    """Return whether vended reads carry the querying role as source identity; what S3 sees isn't documented (B15-9)."""
    settings = _settings_of(catalog)
    if settings is None or isinstance(settings, Unknown):
        return NO if settings is None else UNKNOWN
    if isinstance(settings.parameters, Unknown):
        return UNKNOWN
    given = settings.parameters or {}
    return (
        YES
        if any(key.upper() == "SET_SOURCE_IDENTITY" and value.upper() == "TRUE" for key, value in given.items())
        else NO
    )


def _settings_of(catalog: Catalog) -> DataLakeSettings | Unknown | None:
    return catalog.lake_formation.data_lake_settings
