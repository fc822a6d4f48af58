"""
Who may do what in Lake Formation itself: administrators everything, others what they hold with grant option.

IAM isn't asked here. Delegated rights on LF-Tags aren't known: tags, expressions and opt-ins are administrators'.
Nor is it known which accounts are in an OU: what is shared with one may be passed on by every account, and the access
model, which knows the organization from configuration, judges who reads by it.
Source: `semantics.md` B5, B10, B12-3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from local.aws.lake_formation import resources
from local.aws.lake_formation.errors import AccessDeniedError
from local.aws.lake_formation.state import Json, Lake, lake

if TYPE_CHECKING:
    from local.aws.lake_formation.request import Request


def is_administrator(request: Request) -> bool:
    """Say whether the caller is a data lake administrator of its account."""
    administrators = request.lake.settings["DataLakeAdmins"]
    return any(request.caller == each.get("DataLakePrincipalIdentifier") for each in administrators)


def require_administrator(request: Request) -> None:
    """Refuse everyone but data lake administrators with `AccessDeniedError`."""
    if not is_administrator(request):
        raise AccessDeniedError(f"Insufficient Lake Formation permission(s) on Catalog: {request.caller}")


def require_grantable(request: Request, resource: Json, names: Iterable[str]) -> None:
    """
    Check that the caller may pass permissions on a canonical resource on, or take them away.

    An administrator may in its own catalog, and in another's what that one's owner shared with grant option.

    Raises:
        AccessDeniedError: It may not.

    """
    owner = resources.catalog_of(resource, request.lake)
    held = _grantable(request.lake, request.caller, resource)
    if is_administrator(request):
        if owner == request.account:
            return
        shared = lake(owner, request.region)
        units = {grant.principal for grant in shared.grants.values() if ":organizations::" in grant.principal}
        for recipient in (request.account, *sorted(units)):
            held |= _grantable(shared, recipient, resource)
    missing = sorted(set(names) - held)
    if missing and "ALL" not in held:
        raise AccessDeniedError(
            f"Insufficient Lake Formation permission(s): Required {missing} with grant option: {request.caller}"
        )


def _grantable(of: Lake, principal: str, resource: Json) -> set[str]:
    around = {resources.key(each) for each in (resource, *_above(resource))}
    return {
        name
        for grant in of.grants.values()
        if grant.principal == principal
        and grant.condition is None
        and (resources.key(grant.resource) in around or _holds_columns(grant.resource, resource))
        for name in grant.grantable
    }


def _holds_columns(held: Json, wanted: Json) -> bool:
    """Say whether both are columns of one table, and all the wanted ones are held."""
    mine, other = held.get("TableWithColumns"), wanted.get("TableWithColumns")
    if mine is None or other is None or not (mine.get("ColumnNames") and other.get("ColumnNames")):
        return False
    same_table = all(mine[member] == other[member] for member in ("CatalogId", "DatabaseName", "Name"))
    return same_table and set(other["ColumnNames"]) <= set(mine["ColumnNames"])


def _above(resource: Json) -> Iterator[Json]:
    """Yield the canonical resources a right on which is a right on this one: the table, its columns, all tables."""
    table = resources.table_of(resource)
    if table is None:
        return
    body = resource[resources.kind(resource)]
    catalog = body.get("CatalogId") or body["TableCatalogId"]
    for name in (table[1], resources.ALL_TABLES):
        where = {"CatalogId": catalog, "DatabaseName": table[0], "Name": name}
        yield {"Table": {**where, "TableWildcard": {}} if name == resources.ALL_TABLES else where}
        yield {"TableWithColumns": {**where, "ColumnWildcard": {}}}
