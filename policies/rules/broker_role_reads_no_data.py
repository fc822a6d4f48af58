"""TEN011: the broker's role takes tenants' roles and writes its log, and can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from policies.brokers import ROLE, ROLE_POLICY, brokers, concerning
from policies.resources import Resource, Resources, as_items, as_mappings
from policies.rule import StackRule
from policies.statements import Statement, statements

_TAKING = frozenset({"sts:assumerole", "sts:setsourceidentity"})
_LOGGING = frozenset({"logs:createlogstream", "logs:putlogevents"})
_TENANT_PATH = ":role/tenants/"
_ATTACHMENTS = ("aws:iam/rolePolicyAttachment:RolePolicyAttachment",)


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for role in brokers(resources, ROLE):
        if role.text("permissionsBoundary") is None:
            yield role, "it has no permissions boundary, so whatever is attached to it counts"
        if as_items(role.properties.get("managedPolicyArns")):
            yield role, "managed policies are attached to it, which change without it"
        for attachment in concerning(resources, role, _ATTACHMENTS, "role"):
            yield attachment, f"`{attachment.text('policyArn')}` is attached to the broker, and changes without it"
        for inline in as_mappings(role.properties.get("inlinePolicies")):
            policy = inline.get("policy")
            yield from ((role, said) for said in _beyond(policy if isinstance(policy, str) else None))
        for document in concerning(resources, role, (ROLE_POLICY,), "role"):
            yield from ((document, said) for said in _beyond(document.text("policy")))


def _beyond(document: str | None) -> Iterator[str]:
    """Yield what a policy of the broker allows beyond its duties."""
    for statement in statements(document):
        if statement.allows:
            yield from (f"the broker may {what} by `{statement.sid}`" for what in _too_much(statement))


def _too_much(statement: Statement) -> Iterator[str]:
    if statement.not_actions:
        yield "do everything but what is named"
    for action in statement.actions:
        if action.lower() not in _TAKING | _LOGGING:
            yield f"`{action}`"
    if _TAKING & {action.lower() for action in statement.actions}:
        for resource in statement.resources or ("*",):
            if _TENANT_PATH not in resource or resource.index(_TENANT_PATH) > _first_wildcard(resource):
                yield f"take `{resource}`, which isn't on the tenant path"


def _first_wildcard(resource: str) -> int:
    return min((resource.index(wildcard) for wildcard in "*?" if wildcard in resource), default=len(resource))


RULE = StackRule(
    id="TEN011",
    claim="broker-role-reads-no-data",
    why="a broker that can read is a tenant that sees all the others",
    source="semantics A14-6; systems C3, K14",
    fix="leave its role `sts:AssumeRole` and `sts:SetSourceIdentity` on the tenant path, its own log, and a boundary",
    check=_breaches,
)
