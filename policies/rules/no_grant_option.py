"""LF003: who is granted something can't pass it on."""

from __future__ import annotations

from collections.abc import Iterator

from policies.grants import PERMISSIONS
from policies.resources import Resource
from policies.rule import ResourceRule


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != PERMISSIONS:
        return
    grantable = [str(permission) for permission in resource.items("permissionsWithGrantOptions")]
    if grantable:
        yield f"`{resource.text('principal')}` could give {', '.join(sorted(grantable))} to anyone in the account"


RULE = ResourceRule(
    id="LF003",
    claim="no-grant-option",
    why="a right that can be passed on is given by whoever holds it, and no review sees to whom",
    source="semantics B10; docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html",
    fix="leave `permissionsWithGrantOptions` out and declare a grant for each principal",
    check=_breaches,
)
