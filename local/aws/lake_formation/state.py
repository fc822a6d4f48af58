"""
What Lake Formation knows, per account and Region.

INVARIANT: state is read and written only while `LOCK` is held. One lock for all of it, and for the Glue catalog
that it governs, because a request may touch two accounts and several kinds of things.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LOCK = threading.RLock()
"""Held by every request to Lake Formation and to the Glue catalog."""

Json = dict[str, Any]
"""A structure in the service's own shape."""

IAM_ALLOWED_PRINCIPALS = "IAM_ALLOWED_PRINCIPALS"
"""The group of all principals to whom IAM allows the catalog, kept for the time before Lake Formation."""


@dataclass(frozen=True, order=True)
class Target:
    """A database, a table or a column of the catalog, as LF-Tags are assigned to it."""

    catalog: str
    database: str
    table: str | None = None
    column: str | None = None

    def sort_key(self) -> tuple[str, str, str, str]:
        """Order targets so that what contains another comes before it."""
        return (self.catalog, self.database, self.table or "", self.column or "")


@dataclass
class Grant:
    """What one principal may do with one resource, under one condition or none."""

    principal: str
    resource: Json
    """Canonical (`resources.canonical`)."""
    condition: str | None
    permissions: set[str] = field(default_factory=set)
    grantable: set[str] = field(default_factory=set)
    updated: float = 0.0
    updated_by: str = ""

    def as_listed(self) -> Json:
        """Return the grant as the service lists it."""
        entry: Json = {
            "Principal": {"DataLakePrincipalIdentifier": self.principal},
            "Resource": self.resource,
            "Permissions": sorted(self.permissions),
            "PermissionsWithGrantOption": sorted(self.grantable),
            "LastUpdated": self.updated,
            "LastUpdatedBy": self.updated_by,
        }
        if self.condition is not None:
            entry["Condition"] = {"Expression": self.condition}
        return entry


def iam_only() -> list[Json]:
    """Return the default permissions of a lake that nobody has closed: everything to `IAM_ALLOWED_PRINCIPALS`."""
    return [{"Principal": {"DataLakePrincipalIdentifier": IAM_ALLOWED_PRINCIPALS}, "Permissions": ["ALL"]}]


def fresh_settings() -> Json:
    """Return the settings of an account in which nobody has touched Lake Formation."""
    return {
        "DataLakeAdmins": [],
        "ReadOnlyAdmins": [],
        "CreateDatabaseDefaultPermissions": iam_only(),
        "CreateTableDefaultPermissions": iam_only(),
        "Parameters": {"CROSS_ACCOUNT_VERSION": "1", "SET_CONTEXT": "TRUE"},
        "TrustedResourceOwners": [],
        "AllowExternalDataFiltering": False,
        "AllowFullTableExternalDataAccess": False,
        "ExternalDataFilteringAllowList": [],
        "AuthorizedSessionTagValueList": [],
    }


@dataclass
class Lake:
    """Lake Formation in one account and Region."""

    account: str
    region: str
    settings: Json = field(default_factory=fresh_settings)
    locations: dict[str, Json] = field(default_factory=dict)
    """`ResourceInfo` by resource ARN."""
    tags: dict[str, set[str]] = field(default_factory=dict)
    """Values by LF-Tag key."""
    tag_expressions: dict[str, Json] = field(default_factory=dict)
    """`LFTagExpression` by name."""
    assignments: dict[Target, dict[str, str]] = field(default_factory=dict)
    """LF-Tags assigned to a target itself: one value per key."""
    filters: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    """`DataCellsFilter` by (database, table, name)."""
    grants: dict[tuple[str, str, str], Grant] = field(default_factory=dict)
    """By (principal, resource, condition); see `grants`."""
    opt_ins: dict[tuple[str, str], Json] = field(default_factory=dict)
    """`LakeFormationOptInsInfo` by (principal, resource)."""
    row_policies: dict[str, Json] = field(default_factory=dict)
    """`RLSPolicy` by name in lower case."""
    row_attachments: dict[tuple[str, str, str, str], Json] = field(default_factory=dict)
    """`RLSPolicyAttachment` by (policy, principal, resource, condition); see `row_security`."""


_lakes: dict[tuple[str, str], Lake] = {}


def lake(account: str, region: str) -> Lake:
    """Return Lake Formation in one account and Region."""
    return _lakes.setdefault((account, region), Lake(account, region))


def lakes_in(region: str) -> Iterator[Lake]:
    """Yield Lake Formation in every account that has used it in a Region, by account."""
    for key in sorted(_lakes):
        if key[1] == region:
            yield _lakes[key]


def now() -> float:
    """Return seconds since the epoch, as the service spells its timestamps."""
    return round(time.time(), 3)
