"""The tenant brokers of a stack: functions that hand out tenants' sessions, and the roles they work as."""

from __future__ import annotations

from policies.resources import Resource, Resources

FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

KIND_TAG = "lakeward:kind"
BROKER = "broker"


def brokers(resources: Resources, resource_type: str) -> tuple[Resource, ...]:
    """Return the functions or roles that their tag says are a broker's."""
    return tuple(found for found in resources.of(resource_type) if found.mapping("tags").get(KIND_TAG) == BROKER)


def function_arn(function: Resource) -> str | None:
    """Return a function's ARN, which its name, Region and role decide; `None` where one isn't known."""
    name, region, role = function.text("name"), function.text("region"), function.text("role")
    if name is None or region is None or role is None or not role.startswith("arn:"):
        return None
    _, partition, _, _, account, _ = role.split(":", 5)
    return f"arn:{partition}:lambda:{region}:{account}:function:{name}"


def concerning(
    resources: Resources, subject: Resource, resource_types: tuple[str, ...], name: str
) -> tuple[Resource, ...]:
    """Return the resources whose property `name` names a function or role: by name, ARN or reference."""
    return tuple(
        found
        for found in resources.of(*resource_types)
        if subject in resources.referred(found, name) or _names(found.text(name), subject)
    )


def _names(text: str | None, subject: Resource) -> bool:
    own = subject.text("name")
    if text is None or own is None:
        return False
    # `name`, an ARN that ends in it, or either with a qualifier.
    return own in text.replace("/", ":").split(":")
