"""The governed fields that may hold an unknown in their first preview (`style.md` P2): all exceptions, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lakeward import names

UNKNOWN_ALLOWED: Mapping[str, str] = MappingProxyType(
    {
        f"aws:iam/policy:Policy.policy@{names.LOGIN_POLICY}": (
            "IAM names a database login by the cluster's resource id, which AWS makes up with the cluster"
        )
    }
)
"""
`<resource type>.<property>@<logical name>` → why its value can't be known before another resource exists.

Every other document, principal, ARN, tag and expression of a plan is final. What stands here is unknown in its first
preview only; in the update that follows the policy pack judges it as strictly as all others, before it is created.
"""
