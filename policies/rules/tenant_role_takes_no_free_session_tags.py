"""TEN003: no session tag makes one tenant another."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements
from policies.tenants import TENANT_TAG, is_tenant_role

_TAGGING = "sts:TagSession"
_KEYS = "aws:tagkeys"
_VALUE = f"aws:requesttag/{TENANT_TAG}"


def _breaches(resource: Resource) -> Iterator[str]:
    if not is_tenant_role(resource):
        return
    tenant = next(
        (value for key, value in resource.mapping("tags").items() if key.lower() == TENANT_TAG and value), None
    )
    if tenant is None:
        yield f"its tag `{TENANT_TAG}` is missing or empty, so that a session's own would decide"
        return
    for statement in statements(resource.text("assumeRolePolicy")):
        if statement.allows and statement.covers_action(_TAGGING) and not _bound(statement, str(tenant)):
            yield f"`{statement.sid}` lets a session bring a `{TENANT_TAG}` of its own, which outranks the role's"


def _bound(statement: Statement, tenant: str) -> bool:
    """Say whether tags are bound to this tenant: no other key, this very value, and both there (A14-4)."""
    keys = statement.conditions.get("ForAllValues:StringEquals", {}).get(_KEYS)
    value = statement.conditions.get("StringEquals", {}).get(_VALUE)
    return keys == (TENANT_TAG,) and value == (tenant,)


RULE = ResourceRule(
    id="TEN003",
    claim="tenant-role-takes-no-free-session-tags",
    why="a session tag overrides the role's tag of that key in any letter case, and with it who the caller is",
    source="semantics A14-2, A14-3, A14-4; systems K12",
    fix="tag the role with its tenant, and allow no `sts:TagSession` that isn't bound to that key and value",
    check=_breaches,
)
