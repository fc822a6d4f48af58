"""Gap: moto can't update an Athena workgroup, answers `{}` for one that doesn't exist, and dates it anew each time."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.athena.models import AthenaBackend, WorkGroup
from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

from local.aws.hooks import Arguments, Call, after, around, before, replace


def extend() -> None:
    """Update workgroups and refuse unknown ones."""
    after(WorkGroup, "__init__", _date)
    around(AthenaBackend, "get_work_group", _get)
    before(AthenaBackend, "delete_work_group", lambda backend, arguments: _require(backend, arguments["name"]))
    replace(AthenaResponse, "update_work_group", _update)


def _date(group: Any, _: Arguments) -> None:  # noqa: ANN401 -- moto's workgroup takes a further attribute
    group.created = time.time()


def _get(backend: AthenaBackend, arguments: Arguments, call: Call) -> dict[str, Any]:
    group = _require(backend, arguments["name"])
    return {**call(), "CreationTime": group.created}


def _require(backend: AthenaBackend, name: str) -> Any:  # noqa: ANN401 -- see `_date`
    if name not in backend.work_groups:
        raise JsonRESTError("InvalidRequestException", f"WorkGroup {name} is not found.")
    return backend.work_groups[name]


def _update(response: AthenaResponse) -> str:
    """Apply `UpdateWorkGroup`: what it names changes, the rest stays."""
    parameters = json.loads(response.body)
    group = _require(response.athena_backend, parameters["WorkGroup"])
    updates = parameters.get("ConfigurationUpdates") or {}
    if "Description" in parameters:
        group.description = parameters["Description"]
    if "State" in parameters:
        group.state = parameters["State"]
    configuration = dict(group.configuration)
    results = dict(configuration.get("ResultConfiguration") or {})
    for name, value in (updates.get("ResultConfigurationUpdates") or {}).items():
        removed = name.removeprefix("Remove")
        if removed == name:
            results[name] = value
        elif value:
            results.pop(removed, None)
    configuration["ResultConfiguration"] = results
    if updates.get("RemoveBytesScannedCutoffPerQuery"):
        configuration.pop("BytesScannedCutoffPerQuery", None)
    kept = {"ResultConfigurationUpdates", "RemoveBytesScannedCutoffPerQuery"}
    configuration.update({name: value for name, value in updates.items() if name not in kept})
    group.configuration = configuration
    return "{}"
