"""TEN010: one named role may invoke the broker, by the broker's own policy, and nobody by any other way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.brokers import FUNCTION, PERMISSION, brokers, concerning, function_arn
from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import statements

_ONE_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[^*?]+")
_INVOKING = "lambda:InvokeFunction"
_OTHER_WAYS = {
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("functionName", "a queue or stream invokes it"),
    "aws:lambda/functionUrl:FunctionUrl": ("functionName", "it has an address of its own"),
}
_IDENTITY_POLICIES = (
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
)


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for broker in brokers(resources, FUNCTION):
        permissions = concerning(resources, broker, (PERMISSION,), "function")
        if len(permissions) != 1:
            yield broker, f"{len(permissions)} permissions say who may invoke it, where one names its caller"
        for permission in permissions:
            principal = permission.text("principal") or "an unknown principal"
            if _ONE_ROLE.fullmatch(principal) is None:
                yield permission, f"`{principal}` may invoke the broker, and isn't one role"
            if permission.text("action") != _INVOKING:
                yield permission, f"`{principal}` may `{permission.text('action')}`, which is more than invoking it"
        for other, (name, why) in _OTHER_WAYS.items():
            yield from ((way, why) for way in concerning(resources, broker, (other,), name))
        for policy in resources.of(*_IDENTITY_POLICIES):
            yield from ((policy, said) for said in _invoked_by(policy, broker))


def _invoked_by(policy: Resource, broker: Resource) -> Iterator[str]:
    """Yield how an identity policy lets its holder invoke the broker: within an account that alone is enough."""
    arn = function_arn(broker)
    for statement in statements(policy.text("policy")):
        reaches = arn is None or statement.covers_resource(arn)
        if statement.allows and statement.covers_action(_INVOKING) and reaches:
            yield f"its holder may invoke the broker `{broker.name}` by `{statement.sid}`"


RULE = StackRule(
    id="TEN010",
    claim="broker-is-invoked-by-one-named-caller",
    why="whoever can invoke the broker can try tokens on it, and the log tells one caller from another only by name",
    source="semantics A10, A14-6; docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    fix="declare one permission for `lambda:InvokeFunction` whose principal is the caller's role, and no other way in",
    check=_breaches,
)
