"""NET004: a bucket that is locked to a network still serves Athena and Lake Formation."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from policies.buckets import BUCKET_POLICY, LOCATION, bucket_name, classified_buckets, s3_path, settings_of
from policies.networks import demands_a_network, negated
from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import Statement, statements

SERVICES = ("aws:viaawsservice", "aws:principalisawsservice")


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        roles = _registration_roles(resources, bucket_name(bucket))
        for policy in settings_of(resources, bucket, BUCKET_POLICY):
            for statement in statements(policy.text("policy")):
                if demands_a_network(statement):
                    for missing in _missing(statement, roles):
                        yield bucket, f"statement `{statement.sid}` denies its data to {missing}"


def _registration_roles(resources: Resources, bucket: str) -> list[str]:
    return sorted(
        role
        for location in resources.of(LOCATION)
        if (s3_path(location.text("arn") or "") or "").split("/", 1)[0] == bucket and (role := location.text("roleArn"))
    )


def _missing(statement: Statement, roles: list[str]) -> Iterator[str]:
    tested = {
        key: values
        for operator, keys in statement.conditions.items()
        if operator in {"Bool", "BoolIfExists"}
        for key, values in keys.items()
    }
    if tested.get(SERVICES[0]) != ("false",):
        yield "services that forward their caller's credentials, Athena among them"
    if tested.get(SERVICES[1]) != ("false",):
        yield "services that act for themselves"
    spared = negated(statement, "aws:principalarn") or ()
    for role in roles:
        if not any(fnmatchcase(role, pattern) for pattern in spared):
            yield f"`{role}`, as which Lake Formation's vended credentials come"


RULE = StackRule(
    id="NET004",
    claim="network-denies-spare-the-lake",
    why="reads by Athena and by vended credentials come from no VPC: the lake stops, and then someone drops the Deny",
    source="semantics C2, C1; docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html",
    fix=(
        "add to the same statement `aws:ViaAWSService` and `aws:PrincipalIsAWSService` false, and `ArnNotLike` "
        "`aws:PrincipalArn` with the registration role"
    ),
    check=_breaches,
)
