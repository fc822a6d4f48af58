"""Gap: moto keeps a role in a function's policy as bare text, and takes one that doesn't exist."""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.models import LambdaBackend
from moto.awslambda.policy import Policy
from moto.core.exceptions import JsonRESTError

from local.aws import principals
from local.aws.hooks import Arguments, Call, around, before


def extend() -> None:
    """Write identities as AWS does, and refuse those that aren't there."""
    around(Policy, "principal_formatter", _formatted)
    before(LambdaBackend, "add_permission", _check)


def _formatted(_: Policy, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- a part of a policy
    return {"AWS": arguments["obj"]} if _is_identity(arguments["obj"]) else call()


def _check(_: LambdaBackend, arguments: Arguments) -> None:
    principal = json.loads(arguments["raw"])["Principal"]
    if _is_identity(principal) and not principals.exists(principal):
        raise JsonRESTError("InvalidParameterValueException", f"The provided principal was invalid: {principal}")


def _is_identity(principal: object) -> bool:
    return isinstance(principal, str) and (principal.startswith("arn:") or principal.isdigit())
