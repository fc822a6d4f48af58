"""Gap: moto forgets a key's rotation period, and answers its rotation status without it."""

from __future__ import annotations

import json
from typing import Any

from moto.kms.exceptions import ValidationException
from moto.kms.responses import KmsResponse

from local.aws.hooks import Arguments, Call, around

_YEARLY_DAYS = 365
_SHORTEST_DAYS, _LONGEST_DAYS = 90, 2560


def extend() -> None:
    """Keep and return the period."""
    around(KmsResponse, "enable_key_rotation", _enable)
    around(KmsResponse, "get_key_rotation_status", _status)


def _enable(response: KmsResponse, _: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's result
    days = response._get_param("RotationPeriodInDays", _YEARLY_DAYS)  # noqa: SLF001 -- moto's way to parameters
    if not _SHORTEST_DAYS <= days <= _LONGEST_DAYS:
        raise ValidationException(f"RotationPeriodInDays must be between {_SHORTEST_DAYS} and {_LONGEST_DAYS}")
    result = call()
    _key(response).rotation_period_days = days
    return result


def _status(response: KmsResponse, _: Arguments, call: Call) -> str:
    status = json.loads(call())
    key = _key(response)
    status["KeyId"] = key.arn
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = getattr(key, "rotation_period_days", _YEARLY_DAYS)
    return json.dumps(status)


def _key(response: KmsResponse) -> Any:  # noqa: ANN401 -- moto's key takes further attributes
    backend = response.kms_backend
    return backend.keys[backend.get_key_id(response._get_param("KeyId"))]  # noqa: SLF001
