"""Opt-ins: for whom Lake Formation is enforced on what otherwise follows IAM alone (hybrid access mode)."""

from __future__ import annotations

from collections.abc import Callable

from local.aws.lake_formation import authority, permissions, resources
from local.aws.lake_formation.errors import EntityNotFoundError, InvalidInputError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json, Lake, now

_KINDS = {"Catalog", "Database", "Table"}


def create_lake_formation_opt_in(request: Request) -> Json:
    """Opt a principal in for a database, a table or all tables; once more changes the condition."""
    authority.require_administrator(request)
    key, resource = _named(request)
    if resources.kind(resource) not in _KINDS:
        raise InvalidInputError("An opt-in is for a catalog, a database or tables.")
    permissions.require_grantee(key[0])
    resources.require(resource, request.lake)
    info: Json = {
        "Principal": {"DataLakePrincipalIdentifier": key[0]},
        "Resource": resource,
        "LastModified": now(),
        "LastUpdatedBy": request.caller,
    }
    if "Condition" in request.parameters:
        info["Condition"] = dict(request.parameters["Condition"])
    request.lake.opt_ins[key] = info
    return {}


def delete_lake_formation_opt_in(request: Request) -> Json:
    """End an opt-in."""
    authority.require_administrator(request)
    key, _ = _named(request)
    if request.lake.opt_ins.pop(key, None) is None:
        raise EntityNotFoundError("Opt-in not found")
    return {}


def list_lake_formation_opt_ins(request: Request) -> Json:
    """List opt-ins, all or those of a principal or a resource."""
    principal = (request.parameters.get("Principal") or {}).get("DataLakePrincipalIdentifier")
    wanted = request.parameters.get("Resource")
    resource = resources.canonical(wanted, request.lake) if wanted else None
    found = [
        dict(info)
        for key, info in sorted(request.lake.opt_ins.items())
        if principal in {None, key[0]} and resource in (None, info["Resource"])
    ]
    return request.page("LakeFormationOptInsInfoList", found)


def drop(of: Lake, concerns: Callable[[Json], bool]) -> None:
    """Remove the opt-ins for each canonical resource that `concerns` accepts: it is gone."""
    for key in [key for key, info in of.opt_ins.items() if concerns(info["Resource"])]:
        del of.opt_ins[key]


def _named(request: Request) -> tuple[tuple[str, str], Json]:
    principal = request.parameters["Principal"].get("DataLakePrincipalIdentifier")
    if not principal:
        raise InvalidInputError("Principal must have an identifier")
    resource = resources.canonical(request.parameters["Resource"], request.lake)
    return (principal, resources.key(resource)), resource


OPERATIONS: dict[str, Operation] = {
    "CreateLakeFormationOptIn": create_lake_formation_opt_in,
    "DeleteLakeFormationOptIn": delete_lake_formation_opt_in,
    "ListLakeFormationOptIns": list_lake_formation_opt_ins,
}
