"""
Gap: moto accepts a log bucket only if its policy is spelled in one of three ways, and fails on a statement for `*`.

Here the policy must allow the logging service to put objects below the prefix, as on AWS; conditions aren't read.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.s3.models import FakeBucket

from local.aws.hooks import replace

_SERVICE = "logging.s3.amazonaws.com"
_ACTION = "s3:putobject"


def extend() -> None:
    """Read policies in every spelling."""
    replace(FakeBucket, "_log_permissions_enabled_policy", staticmethod(_allows))


def _allows(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    document = json.loads(target_bucket.policy or "{}")
    log_file = f"{target_bucket.arn}/{target_prefix or ''}log-file"
    return any(
        statement.get("Effect") == "Allow"
        and _SERVICE in _principals(statement)
        and any(fnmatchcase(_ACTION, action.lower()) for action in _listed(statement.get("Action")))
        and any(fnmatchcase(log_file, resource) for resource in _listed(statement.get("Resource")))
        for statement in _listed(document.get("Statement"))
    )


def _principals(statement: dict[str, Any]) -> list[Any]:
    principal = statement.get("Principal") or {}
    return _listed(principal.get("Service")) if isinstance(principal, dict) else []


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
