"""LF005: a location is read as a role that policies bind."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import LOCATION
from policies.resources import Resource, Resources
from policies.rule import StackRule

SERVICE_LINKED = ":role/aws-service-role/"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for location in resources.of(LOCATION):
        role = location.text("roleArn")
        if location.flag("useServiceLinkedRole") or role is None or SERVICE_LINKED in role:
            read_as = "the service-linked role, which no service or resource control policy binds"
            yield location, f"`{location.text('arn')}` is read as {read_as}"


RULE = StackRule(
    id="LF005",
    claim="locations-use-a-registration-role",
    why="service and resource control policies don't apply to the service-linked role, and it can't be shared",
    source="semantics A12-2, A12-5; docs.aws.amazon.com/lake-formation/latest/dg/service-linked-role-limitations.html",
    fix="set `roleArn` to a registration role of your own that only Lake Formation may assume",
    check=_breaches,
)
