"""Data lake locations: the S3 paths that Lake Formation reads on behalf of others, and the role it does so as."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from moto.iam.models import iam_backends

from local.aws import principals
from local.aws.lake_formation import grants, resources
from local.aws.lake_formation.errors import AlreadyExistsError, EntityNotFoundError, InvalidInputError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json, now

_S3 = re.compile(r"arn:aws[a-z-]*:s3:::\S+")
_SERVICE = "lakeformation.amazonaws.com"
_COMPARISONS: dict[str, Callable[[str, list[str]], bool]] = {
    "EQ": lambda value, wanted: value == wanted[0],
    "NE": lambda value, wanted: value != wanted[0],
    "LE": lambda value, wanted: value <= wanted[0],
    "LT": lambda value, wanted: value < wanted[0],
    "GE": lambda value, wanted: value >= wanted[0],
    "GT": lambda value, wanted: value > wanted[0],
    "CONTAINS": lambda value, wanted: wanted[0] in value,
    "NOT_CONTAINS": lambda value, wanted: wanted[0] not in value,
    "BEGINS_WITH": lambda value, wanted: value.startswith(wanted[0]),
    "IN": lambda value, wanted: value in wanted,
}
_FIELDS = {"RESOURCE_ARN": "ResourceArn", "ROLE_ARN": "RoleArn", "LAST_MODIFIED": "LastModified"}


def register_resource(request: Request) -> Json:
    """Register a location with a role, or with the service-linked one."""
    parameters = request.parameters
    arn, role = parameters["ResourceArn"], parameters.get("RoleArn")
    if not _S3.fullmatch(arn):
        raise InvalidInputError(f"Invalid S3 ARN: {arn}")
    if arn in request.lake.locations:
        raise AlreadyExistsError("Resource is already registered")
    if bool(role) == bool(parameters.get("UseServiceLinkedRole")):
        raise InvalidInputError("Exactly one of role and service-linked role must be given")
    request.lake.locations[arn] = {
        "ResourceArn": arn,
        "RoleArn": _existing(role) if role else _service_linked_role(request.account),
        "LastModified": now(),
        "WithFederation": bool(parameters.get("WithFederation")),
        "HybridAccessEnabled": bool(parameters.get("HybridAccessEnabled")),
        "WithPrivilegedAccess": bool(parameters.get("WithPrivilegedAccess")),
    }
    return {}


def update_resource(request: Request) -> Json:
    """Change a location's role or mode."""
    found = _found(request)
    found["RoleArn"] = _existing(request.parameters["RoleArn"])
    for flag in ("WithFederation", "HybridAccessEnabled"):
        if flag in request.parameters:
            found[flag] = bool(request.parameters[flag])
    found["LastModified"] = now()
    return {}


def deregister_resource(request: Request) -> Json:
    """Deregister a location; grants on it and on what only it covered end with it."""
    of = request.lake
    del of.locations[_found(request)["ResourceArn"]]
    grants.drop(
        of,
        lambda resource: (
            "DataLocation" in resource
            and resources.covering_location(resource["DataLocation"]["ResourceArn"], of) is None
        ),
    )
    return {}


def describe_resource(request: Request) -> Json:
    """Return one location."""
    return {"ResourceInfo": dict(_found(request))}


def list_resources(request: Request) -> Json:
    """List locations, all or those that meet every condition."""
    conditions = request.parameters.get("FilterConditionList") or []
    found = [
        dict(info)
        for _, info in sorted(request.lake.locations.items())
        if all(_meets(info, condition) for condition in conditions)
    ]
    return request.page("ResourceInfoList", found)


def _found(request: Request) -> Json:
    found = request.lake.locations.get(request.parameters["ResourceArn"])
    if found is None:
        raise EntityNotFoundError("Entity not found")
    return found


def _existing(role: str) -> str:
    if not principals.exists(role):
        raise InvalidInputError(f"Invalid role: {role}")
    return role


def _service_linked_role(account: str) -> str:
    backend: Any = iam_backends[account]["aws"]
    for role in backend.get_roles():
        if role.path == f"/aws-service-role/{_SERVICE}/":
            return str(role.arn)
    return str(backend.create_service_linked_role(_SERVICE, "", "").arn)


def _meets(info: Json, condition: Json) -> bool:
    field, comparison = condition.get("Field"), condition.get("ComparisonOperator")
    wanted = condition.get("StringValueList") or []
    if field not in _FIELDS or comparison not in _COMPARISONS or not wanted:
        raise InvalidInputError("Invalid filter condition")
    return bool(_COMPARISONS[comparison](str(info[_FIELDS[field]]), wanted))


OPERATIONS: dict[str, Operation] = {
    "DeregisterResource": deregister_resource,
    "DescribeResource": describe_resource,
    "ListResources": list_resources,
    "RegisterResource": register_resource,
    "UpdateResource": update_resource,
}
