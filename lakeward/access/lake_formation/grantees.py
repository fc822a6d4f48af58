"""Grantees: whom a Lake Formation grant is for (`semantics.md` B7-7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from lakeward.access.lake_formation.attributes import condition_holds
from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.entries import Condition, DataLakePrincipal
from lakeward.estate.unknown import Unknown, has_token

IAM_ALLOWED_PRINCIPALS = "IAM_ALLOWED_PRINCIPALS"
_ALL_PRINCIPALS = re.compile(r"(\d{12}):IAMPrincipals", re.IGNORECASE)
_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(r"arn:[\w-]+:organizations::\d+:(organization|ou)/(o-[a-z0-9]+)(?:/(ou-[a-z0-9-]+))?")
_DATAZONE_TAG = "amazondatazoneproject"


@dataclass(frozen=True)
class Grantee:
    """A principal as Lake Formation sees it: a role with all its sessions, or a user."""

    arn: str
    """Of the role or user."""
    account: str
    tags: Mapping[str, str] | Unknown
    """Of the role, overridden by the session's."""
    org_path: str | Unknown | None
    """The value of `aws:PrincipalOrgPaths`; `None`: in no organization."""
    path_known: bool = True
    """Whether the path in `arn` is the role's: a session's ARN tells none (A8-5)."""

    @property
    def is_datazone_project(self) -> Truth:
        """Whether it counts as opted in everywhere (B3-4)."""
        if isinstance(self.tags, Unknown):
            return UNKNOWN
        return YES if any(key.lower() == _DATAZONE_TAG for key in self.tags) else NO

    def meets(self, condition: Condition | Unknown | None) -> Truth:
        """Return whether the principal meets a grant's condition (B11)."""
        if condition is None:
            return YES
        if isinstance(condition, Unknown):
            return UNKNOWN
        return condition_holds(condition.expression, self.tags)


class GranteeKind(Enum):
    """What a grant's principal stands for."""

    NOBODY_HERE = "nobody here"
    """Groups, functions and people of other directories: never an IAM role or user by itself."""
    IDENTITY = "identity"
    """One IAM role or user."""
    ACCOUNT_PRINCIPALS = "account principals"
    """All principals of an account, with Lake Formation enforced (B7-6)."""
    SHARE = "share"
    """Another account, an organizational unit or the organization: its administrator grants on (B12-3)."""
    IAM_ALLOWED = "IAM allowed principals"
    UNKNOWN = "unknown"


def kind_of(principal: DataLakePrincipal | Unknown | None) -> GranteeKind:  # noqa: PLR0911  # one answer per kind
    """Return what a grant's principal stands for."""
    if not isinstance(principal, DataLakePrincipal):
        return GranteeKind.UNKNOWN
    name = principal.data_lake_principal_identifier
    if name.upper() == IAM_ALLOWED_PRINCIPALS:
        return GranteeKind.IAM_ALLOWED
    if has_token(name):
        return GranteeKind.UNKNOWN
    if _ALL_PRINCIPALS.fullmatch(name):
        return GranteeKind.ACCOUNT_PRINCIPALS
    if _ACCOUNT.fullmatch(name) or _ORGANIZATION.fullmatch(name):
        return GranteeKind.SHARE
    if ":role/" in name or ":user/" in name:
        return GranteeKind.IDENTITY
    return GranteeKind.NOBODY_HERE


def without_path(arn: str) -> str:
    """Return the ARN of a role or user without its path."""
    head, slash, rest = arn.partition("/")
    return f"{head}{slash}{rest.rpartition('/')[2]}"


def is_for(principal: DataLakePrincipal | Unknown | None, grantee: Grantee) -> Truth:
    """Return whether a grant is for a principal itself: by name, or as one of its account's principals."""
    kind = kind_of(principal)
    if kind is GranteeKind.UNKNOWN or not isinstance(principal, DataLakePrincipal):
        # A token may stand for this principal, unless it is this one's own.
        named = isinstance(principal, DataLakePrincipal) and principal.data_lake_principal_identifier == grantee.arn
        return YES if named else UNKNOWN
    name = principal.data_lake_principal_identifier
    if kind is GranteeKind.IDENTITY:
        if name == grantee.arn:
            return YES
        return UNKNOWN if not grantee.path_known and without_path(name) == grantee.arn else NO
    if kind is GranteeKind.ACCOUNT_PRINCIPALS:
        return YES if name.partition(":")[0] == grantee.account else NO
    return NO


def shares_with(principal: DataLakePrincipal | Unknown | None, grantee: Grantee) -> Truth:  # noqa: PLR0911  # one answer per kind
    """Return whether a grant shares with the principal's account: directly, by its OU or by the organization."""
    if not isinstance(principal, DataLakePrincipal):
        return UNKNOWN
    name = principal.data_lake_principal_identifier
    if has_token(name):
        return UNKNOWN
    if _ACCOUNT.fullmatch(name):
        return YES if name == grantee.account else NO
    found = _ORGANIZATION.fullmatch(name)
    if found is None:
        return NO
    if isinstance(grantee.org_path, Unknown):
        return UNKNOWN
    if grantee.org_path is None:
        return NO
    steps = grantee.org_path.strip("/").split("/")
    return YES if found[2] == steps[0] and (found[1] == "organization" or found[3] in steps) else NO
