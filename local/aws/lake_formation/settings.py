"""Data lake settings: one object per account and Region, each write replaces all of it."""

from __future__ import annotations

import copy

from local.aws.lake_formation import permissions
from local.aws.lake_formation.errors import InvalidInputError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json, fresh_settings, iam_only

_MOST_ADMINISTRATORS = 30
_PARAMETERS = {
    "CROSS_ACCOUNT_VERSION": {"1", "2", "3", "4", "5"},
    "SET_CONTEXT": {"TRUE", "FALSE"},
    "SET_SOURCE_IDENTITY": {"TRUE", "FALSE"},
}


def get_data_lake_settings(request: Request) -> Json:
    """Return the settings."""
    return {"DataLakeSettings": copy.deepcopy(request.own_lake.settings)}


def put_data_lake_settings(request: Request) -> Json:
    """Replace the settings; what the request leaves out is empty afterwards."""
    given = request.parameters["DataLakeSettings"]
    for role in ("DataLakeAdmins", "ReadOnlyAdmins"):
        administrators = given.get(role) or []
        if len(administrators) > _MOST_ADMINISTRATORS:
            raise InvalidInputError(f"{role} holds at most {_MOST_ADMINISTRATORS} principals")
        for administrator in administrators:
            permissions.require_identity(administrator.get("DataLakePrincipalIdentifier", ""))
    for default in ("CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions"):
        require_default(given.get(default) or [], default)
    parameters = dict(given.get("Parameters") or {})
    for name, value in parameters.items():
        if value not in _PARAMETERS.get(name, ()):
            raise InvalidInputError(f"Invalid parameter: {name}={value}")
    of = request.own_lake
    empty = {name: [] if isinstance(value, list) else value for name, value in fresh_settings().items()}
    of.settings = {
        **empty,
        **{name: copy.deepcopy(value) for name, value in given.items() if value is not None},
        # Kept where not given, and never off: the service sets it itself.
        "Parameters": {**of.settings["Parameters"], **parameters, "SET_CONTEXT": "TRUE"},
    }
    return {}


def require_default(entries: list[Json], name: str) -> None:
    """Check default permissions: nothing, or ALL to `IAM_ALLOWED_PRINCIPALS`; raise `InvalidInputError` else."""
    if entries not in ([], iam_only()):
        raise InvalidInputError(f"{name} must be empty or grant ALL to IAM_ALLOWED_PRINCIPALS")


def get_data_lake_principal(request: Request) -> Json:
    """Return who asks."""
    return {"Identity": request.caller}


OPERATIONS: dict[str, Operation] = {
    "GetDataLakePrincipal": get_data_lake_principal,
    "GetDataLakeSettings": get_data_lake_settings,
    "PutDataLakeSettings": put_data_lake_settings,
}
