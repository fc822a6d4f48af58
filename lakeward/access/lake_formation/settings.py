"""Data lake settings: who administers, and which version of sharing holds (`semantics.md` B4, B5, B12)."""

from __future__ import annotations

from collections.abc import Mapping

from lakeward.access.lake_formation.catalog import Catalog
from lakeward.access.lake_formation.grantees import Grantee, is_for
from lakeward.access.truth import NO, UNKNOWN, Truth
from lakeward.estate.unknown import Unknown


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


def cross_account_version(catalog: Catalog) -> int | None:
    """Return the version of cross-account sharing; `None` where the settings don't say."""
    settings = catalog.lake_formation.data_lake_settings
    if settings is None or isinstance(settings, Unknown):
        return None
    parameters = settings.parameters
    written = parameters.get("CROSS_ACCOUNT_VERSION") if isinstance(parameters, Mapping) else None
    return int(written) if written is not None and written.isdigit() else None
