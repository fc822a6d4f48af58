"""LF008: a registration role is taken by Lake Formation, for this account."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import LOCATION
from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import statements

ROLE = "aws:iam/role:Role"
SERVICE = "lakeformation.amazonaws.com"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    locations = resources.of(LOCATION)
    named = {arn.rpartition("/")[2] for location in locations if (arn := location.text("roleArn"))}
    referred = {found.urn for location in locations for found in resources.referred(location, "roleArn")}
    for role in resources.of(ROLE):
        if role.text("name") not in named and role.urn not in referred:
            continue
        for statement in statements(role.text("assumeRolePolicy")):
            if statement.allows:
                for who in statement.principals or ("whoever isn't named",):
                    if who != SERVICE:
                        yield role, f"`{who}` may take it by `{statement.sid}`, and read every file of its location"


RULE = StackRule(
    id="LF008",
    claim="registration-roles-trust-only-lake-formation",
    why="network and bucket policies let the registration role through, so whoever takes it passes all of them",
    source="semantics C2, A12-2; systems K39",
    fix="name `lakeformation.amazonaws.com` as the only principal of its trust policy",
    check=_breaches,
)
