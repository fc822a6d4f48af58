"""NET005: a bucket that demands endpoints accepts those of its own stack."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import BUCKET, BUCKET_POLICY, settings_of
from policies.networks import demands_a_network, endpoints_of_s3, negated
from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import Statement, statements


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in resources.of(BUCKET):
        for policy in settings_of(resources, bucket, BUCKET_POLICY):
            for statement in statements(policy.text("policy")):
                if demands_a_network(statement):
                    for endpoint in endpoints_of_s3(resources):
                        if refused := _refused(statement, endpoint):
                            yield bucket, f"statement `{statement.sid}` refuses endpoint `{endpoint.name}`: {refused}"


def _refused(statement: Statement, endpoint: Resource) -> str | None:
    vpcs = negated(statement, "aws:sourcevpc")
    vpc = endpoint.text("vpcId")
    if vpcs is not None and vpc is not None and vpc not in vpcs:
        return f"its VPC `{vpc}` isn't among those that the bucket accepts"
    ids = negated(statement, "aws:sourcevpce")
    # The id is unknown until the endpoint exists: a list of ids that is written down can't hold it.
    if ids is not None and vpcs is None and endpoint.text("id") not in ids:
        return "its id isn't among those that the bucket accepts"
    return None


RULE = StackRule(
    id="NET005",
    claim="buckets-accept-their-endpoints",
    why="a bucket that lists other endpoints shuts out the very traffic that the stack's endpoints are for",
    source="semantics C3; docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html",
    fix="test `aws:SourceVpc` with the endpoint's VPC, or `aws:VpceOrgID`, which endpoints to come fit too",
    check=_breaches,
)
