"""
Gap: moto enforces bucket and key policies halfway: principals and conditions are ignored.

A `Deny` for requests without TLS would deny everything. Who may do what is decided by `lakeward.access`; here
policies are stored and returned.
"""

from __future__ import annotations

import moto.kms.responses
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from local.aws.hooks import Arguments, Call, around, replace


def extend() -> None:
    """Let no stored policy decide."""
    around(FakeBucket, "get_permission", _neutral)
    replace(moto.kms.responses, "validate_policy", _no_objection)


def _neutral(_bucket: FakeBucket, _arguments: Arguments, _call: Call) -> PermissionResult:
    return PermissionResult.NEUTRAL


def _no_objection(_key: object, _action: str) -> None:
    """Take the place of moto's check of a key policy."""
