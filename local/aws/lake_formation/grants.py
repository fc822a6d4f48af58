"""
Granting and revoking.

A grant adds to what the principal holds on the resource; a revocation takes away only what it holds, else it is
refused as a whole. SELECT on a table is a right on its columns and kept as such: on all of them, also those to
come (`TableWithColumns` with an empty wildcard). A grant stands in the account that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local.aws.lake_formation import authority, permissions, resources
from local.aws.lake_formation.errors import InvalidInputError, LakeFormationError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import IAM_ALLOWED_PRINCIPALS, Grant, Json, Lake, now

_LARGEST_BATCH = 20


def grant_permissions(request: Request) -> Json:
    """Grant to one principal on one resource."""
    _grant(request, request.parameters)
    return {}


def revoke_permissions(request: Request) -> Json:
    """Revoke from one principal on one resource."""
    _revoke(request, request.parameters)
    return {}


def batch_grant_permissions(request: Request) -> Json:
    """Grant each entry on its own; what fails is in `Failures`."""
    return _batch(request, _grant)


def batch_revoke_permissions(request: Request) -> Json:
    """Revoke each entry on its own; what fails is in `Failures`."""
    return _batch(request, _revoke)


def give(of: Lake, principal: str, resource: Json, *, grantable: bool, by: str) -> None:
    """Give ALL on a canonical resource, as creating it does: to its creator, and by the defaults."""
    _add(of, principal, resource, None, {"ALL"}, {"ALL"} if grantable else set(), by)


def drop(of: Lake, concerns: Callable[[Json], bool]) -> None:
    """Remove the grants on each canonical resource that `concerns` accepts: it is gone."""
    for key in [key for key, grant in of.grants.items() if concerns(grant.resource)]:
        del of.grants[key]


def _batch(request: Request, apply: Callable[[Request, Json], None]) -> Json:
    entries = request.parameters["Entries"]
    if len(entries) > _LARGEST_BATCH:
        raise InvalidInputError(f"A batch holds at most {_LARGEST_BATCH} entries")
    failures = [_failure(request, entry, apply) for entry in entries]
    return {"Failures": [failure for failure in failures if failure]}


def _failure(request: Request, entry: Json, apply: Callable[[Request, Json], None]) -> Json | None:
    try:
        if not {"Principal", "Resource", "Permissions"} <= set(entry):
            raise InvalidInputError("An entry needs a principal, a resource and permissions.")
        apply(request, entry)
    except LakeFormationError as error:
        return {"RequestEntry": entry, "Error": {"ErrorCode": error.code, "ErrorMessage": error.message}}
    return None


def _grant(request: Request, entry: Json) -> None:
    of = request.lake
    principal, condition = _principal(entry), _condition(entry)
    granted, grantable = set(entry["Permissions"]), set(entry.get("PermissionsWithGrantOption") or [])
    if not granted:
        raise InvalidInputError("No permissions to grant.")
    permissions.known(granted | grantable)
    if not grantable <= granted:
        raise InvalidInputError("Permissions with grant option must be a subset of the permissions")
    permissions.require_grantee(principal)
    parts = list(_parts(entry["Resource"], granted, of))
    for resource, names in parts:
        resources.require(resource, of)
        permissions.require_fitting(names, resource, of)
        authority.require_grantable(request, resource, names)
        if condition is not None:
            permissions.require_condition(condition, principal, resource, grantable)
        if principal == IAM_ALLOWED_PRINCIPALS and grantable:
            raise InvalidInputError(f"{IAM_ALLOWED_PRINCIPALS} can't hold the grant option")
    for resource, names in parts:
        _add(of, principal, resource, condition, names, names & grantable, request.caller)


def _revoke(request: Request, entry: Json) -> None:
    of = request.lake
    principal, condition = _principal(entry), _condition(entry)
    revoked, grantable = set(entry["Permissions"]), set(entry.get("PermissionsWithGrantOption") or [])
    permissions.known(revoked | grantable)
    held = []
    for resource, names in _parts(entry["Resource"], revoked | grantable, of):
        authority.require_grantable(request, resource, names)
        grant = of.grants.get(_key(principal, resource, condition))
        if grant is None:
            raise InvalidInputError(
                "No permissions revoked. Grantee has no permissions and no grantable permissions on resource."
            )
        missing = sorted((names & revoked) - grant.permissions | (names & grantable) - grant.grantable)
        if missing:
            raise InvalidInputError(f"No permissions revoked. Grantee does not have: {missing}")
        held.append((resource, grant, names))
    for resource, grant, names in held:
        grant.permissions -= names & revoked
        grant.grantable -= names  # what one doesn't hold one can't pass on
        grant.updated, grant.updated_by = now(), request.caller
        if not grant.permissions:
            del of.grants[_key(principal, resource, condition)]


def _parts(resource: Json, names: set[str], of: Lake) -> Iterator[tuple[Json, set[str]]]:
    """Yield the canonical resources a grant falls into, each with its permissions: SELECT stands on columns."""
    spelled = resources.canonical(resource, of)
    body = spelled.get("TableWithColumns") or spelled.get("Table")
    if body is None or ("ColumnNames" in body or (body.get("ColumnWildcard") or {})):
        yield spelled, names
        return
    where = {member: body[member] for member in ("CatalogId", "DatabaseName", "Name")}
    if names - {"SELECT"}:
        wildcard: Json = {"TableWildcard": {}} if body["Name"] == resources.ALL_TABLES else {}
        yield {"Table": {**where, **wildcard}}, names - {"SELECT"}
    if "SELECT" in names:
        yield {"TableWithColumns": {**where, "ColumnWildcard": {}}}, {"SELECT"}


def _add(  # noqa: PLR0913, PLR0917 -- the parts of a grant
    of: Lake,
    principal: str,
    resource: Json,
    condition: str | None,
    granted: set[str],
    grantable: set[str],
    by: str,
) -> None:
    key = _key(principal, resource, condition)
    grant = of.grants.setdefault(key, Grant(principal, resource, condition))
    grant.permissions |= granted
    grant.grantable |= grantable
    grant.updated, grant.updated_by = now(), by


def _principal(entry: Json) -> str:
    principal = entry["Principal"].get("DataLakePrincipalIdentifier")
    if not principal:
        raise InvalidInputError("Principal must have an identifier")
    return str(principal)


def _condition(entry: Json) -> str | None:
    expression = (entry.get("Condition") or {}).get("Expression")
    return None if expression is None else str(expression)


def _key(principal: str, resource: Json, condition: str | None) -> tuple[str, str, str]:
    return principal, resources.key(resource), condition or ""


OPERATIONS: dict[str, Operation] = {
    "BatchGrantPermissions": batch_grant_permissions,
    "BatchRevokePermissions": batch_revoke_permissions,
    "GrantPermissions": grant_permissions,
    "RevokePermissions": revoke_permissions,
}
