"""TEN002: nobody but the broker takes a tenant's role."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import Statement, statements
from policies.tenants import broker_roles, tenant_roles


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    brokers = broker_roles(resources)
    for role in tenant_roles(resources):
        for statement in statements(role.text("assumeRolePolicy")):
            if statement.allows:
                yield from ((role, f"{who} may take it by `{statement.sid}`") for who in _others(statement, brokers))


def _others(statement: Statement, brokers: frozenset[str]) -> Iterator[str]:
    if not statement.principals:
        yield "whoever isn't named"
    for principal in statement.principals:
        _, marker, name = principal.rpartition(":role/")
        if not marker or name.rpartition("/")[2] not in brokers:
            yield f"`{principal}`"


RULE = StackRule(
    id="TEN002",
    claim="tenant-role-trusts-only-its-broker",
    why="whoever takes a tenant's role is the tenant, whatever a token says",
    source="semantics A14-1, A14-6; systems C3, K11",
    fix="name the role of the tenant broker as the only principal of its trust policy",
    check=_breaches,
)
