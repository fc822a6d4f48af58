"""LF002: no grant gives everything."""

from __future__ import annotations

from collections.abc import Iterator

from policies.grants import GRANTS
from policies.resources import Resource
from policies.rule import ResourceRule

EVERYTHING = frozenset({"ALL", "SUPER", "SUPER_USER"})


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type not in GRANTS:
        return
    for permission in resource.items("permissions"):
        if permission in EVERYTHING:
            yield f"it gives `{resource.text('principal')}` {permission}, which includes ALTER and DROP"


RULE = ResourceRule(
    id="LF002",
    claim="no-super-to-personas",
    why="Super is every permission there is, those that destroy and those added later included",
    source="semantics B6-1; docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html",
    fix="list the permissions that are needed, such as SELECT and DESCRIBE",
    check=_breaches,
)
