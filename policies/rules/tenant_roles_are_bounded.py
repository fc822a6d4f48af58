"""TEN004: whatever is attached to a tenant's role, a boundary holds it."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule
from policies.tenants import is_tenant_role


def _breaches(resource: Resource) -> Iterator[str]:
    if is_tenant_role(resource) and resource.text("permissionsBoundary") is None:
        yield "it has no permissions boundary, so a policy that somebody attaches can reach other tenants"


RULE = ResourceRule(
    id="TEN004",
    claim="tenant-roles-are-bounded",
    why="without a boundary one wrong attachment turns a tenant into a reader of all",
    source="semantics A13-1; systems C3",
    fix="name the boundary of tenant roles as its permissions boundary",
    check=_breaches,
)
