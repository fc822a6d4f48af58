"""
Which permissions exist on which kind of resource, and what a principal of a grant may be.

Source: the permission reference (`semantics.md` B6, B7, B9-1, B11, B14), the `Permission` enum of the service model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from local.aws import principals
from local.aws.lake_formation import catalog, resources
from local.aws.lake_formation.errors import InvalidInputError
from local.aws.lake_formation.state import IAM_ALLOWED_PRINCIPALS, Json, Lake

_DATABASE = frozenset({"ALL", "ALTER", "CREATE_TABLE", "DESCRIBE", "DROP"})
_TABLE = frozenset({"ALL", "ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"})
_LINK = frozenset({"ALL", "DESCRIBE", "DROP"})
_TAG_POLICY = {"DATABASE": _DATABASE, "TABLE": _TABLE}

_BY_KIND = {
    "Catalog": frozenset(
        {
            "ALL",
            "ALTER",
            "CREATE_CATALOG",
            "CREATE_DATABASE",
            "CREATE_LF_TAG",
            "CREATE_LF_TAG_EXPRESSION",
            "DESCRIBE",
            "DROP",
        }
    ),
    "DataCellsFilter": frozenset({"SELECT"}),
    "DataLocation": frozenset({"DATA_LOCATION_ACCESS"}),
    "Database": _DATABASE,
    "LFTag": frozenset({"ALTER", "ASSOCIATE", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"}),
    "LFTagExpression": frozenset({"ALTER", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"}),
    "Table": _TABLE,
    "TableWithColumns": frozenset({"SELECT"}),
}

_IDENTITY_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/\S+")
_FEDERATED = re.compile(r"(?P<provider>arn:aws[a-z-]*:iam::[0-9]{12}:saml-provider/[^:\s]+):(user|group)/\S+")
_ORGANIZATION = re.compile(r"arn:aws[a-z-]*:organizations::[0-9]{12}:(organization/o-[a-z0-9]+|ou/o-[a-z0-9]+/ou-\S+)")
_IDENTITY_STORE = re.compile(r"arn:aws[a-z-]*:identitystore:::(user|group)/\S+")
_ALL_OF_ACCOUNT = re.compile(r"[0-9]{12}:IAMPrincipals")
_ACCOUNT = re.compile(r"[0-9]{12}")
_LONGEST_CONDITION = 3000


def known(permissions: Iterable[str]) -> None:
    """Check that permissions exist at all; raise `InvalidInputError` else."""
    everything = frozenset().union(*_BY_KIND.values(), {"EXECUTE", "SUPER_USER"})
    for permission in permissions:
        if permission not in everything:
            raise InvalidInputError(f"Unknown permission: {permission}")


def require_fitting(permissions: Iterable[str], resource: Json, of: Lake) -> None:
    """
    Check that each permission exists on this kind of (canonical, existing) resource.

    Raises:
        InvalidInputError: One doesn't.

    """
    name = resources.kind(resource)
    fitting = _TAG_POLICY[resource[name]["ResourceType"]] if name == "LFTagPolicy" else _BY_KIND[name]
    if name in {"Database", "Table", "TableWithColumns"} and _is_link(resource, of):
        fitting = _LINK
    unfit = sorted(set(permissions) - fitting)
    if unfit:
        raise InvalidInputError(f"Permissions {unfit} don't exist on this resource of the kind {name}")


def require_grantee(principal: str) -> None:
    """
    Check that a principal can hold grants and exists.

    Raises:
        InvalidInputError: It doesn't exist, or is a session, a group of IAM or an account's root.

    """
    if (
        principal == IAM_ALLOWED_PRINCIPALS
        or any(form.fullmatch(principal) for form in (_ALL_OF_ACCOUNT, _ACCOUNT, _ORGANIZATION, _IDENTITY_STORE))
        or (_IDENTITY_ARN.fullmatch(principal) and principals.exists(principal))
    ):
        return
    federated = _FEDERATED.fullmatch(principal)
    if not (federated and principals.exists(federated["provider"])):
        raise InvalidInputError(f"Invalid principal, {principal}")


def require_identity(principal: str) -> None:
    """Check that a principal is an existing role or user, as administrators are; raise `InvalidInputError` else."""
    if not (_IDENTITY_ARN.fullmatch(principal) and principals.exists(principal)):
        raise InvalidInputError(f"Invalid principal, {principal}")


def require_condition(condition: str, principal: str, resource: Json, grantable: Iterable[str]) -> None:
    """
    Check that a grant may carry a condition (`semantics.md` B11).

    Raises:
        InvalidInputError: It is too long, or the grant is of a kind that takes none.

    """
    if len(condition) > _LONGEST_CONDITION:
        raise InvalidInputError(f"Condition expression is longer than {_LONGEST_CONDITION} characters")
    if not _ALL_OF_ACCOUNT.fullmatch(principal):
        raise InvalidInputError("Condition is only supported for the principal <account>:IAMPrincipals")
    if resources.kind(resource) not in {"Catalog", "DataCellsFilter", "Database", "Table", "TableWithColumns"}:
        raise InvalidInputError("Condition is not supported on this resource")
    if list(grantable):
        raise InvalidInputError("Condition is not supported with grant option")


def _is_link(resource: Json, of: Lake) -> bool:
    owner = resources.catalog_of(resource, of)
    if "Database" in resource:
        return catalog.is_link(catalog.database(owner, of.region, resource["Database"]["Name"]))
    table = resources.table_of(resource)
    return (
        table is not None
        and table[1] != resources.ALL_TABLES
        and catalog.is_link(catalog.table(owner, of.region, *table))
    )
