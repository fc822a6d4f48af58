"""LF003: who reads can't pass it on; whoever stands for an account or an OU can, to roles of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.grants import PERMISSIONS
from policies.resources import Resource
from policies.rule import ResourceRule

_SHARES = re.compile(r"\d{12}|arn:[\w-]+:organizations::\d+:ou/\S+")
"""An account or an OU: its administrators grant on, or a share would reach nobody (B12-3)."""


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != PERMISSIONS:
        return
    principal = resource.text("principal")
    grantable = [str(permission) for permission in resource.items("permissionsWithGrantOptions")]
    if grantable and not _SHARES.fullmatch(principal or ""):
        yield f"`{principal}` could give {', '.join(sorted(grantable))} to anyone in the account"


RULE = ResourceRule(
    id="LF003",
    claim="no-grant-option",
    why="a right that can be passed on is given by whoever holds it, and no review sees to whom",
    source="semantics B10, B12-3; docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html",
    fix="leave `permissionsWithGrantOptions` out and declare a grant for each principal",
    check=_breaches,
)
