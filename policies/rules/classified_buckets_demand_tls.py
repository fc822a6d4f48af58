"""ENC002: classified data never travels in clear."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import BUCKET_POLICY, bucket_arn, classified_buckets, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import Statement, statements


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        arn = bucket_arn(bucket)
        denied = {
            resource
            for policy in settings_of(resources, bucket, BUCKET_POLICY)
            for statement in statements(policy.text("policy"))
            if _denies_plain_http(statement)
            for resource in statement.resources
        }
        missing = [resource for resource in (arn, f"{arn}/*") if not denied & {resource, "*"}]
        if missing:
            yield bucket, f"no statement of its policy denies plain HTTP on `{'` and `'.join(missing)}`"


def _denies_plain_http(statement: Statement) -> bool:
    return (
        not statement.allows
        and "*" in statement.principals
        and bool({"*", "s3:*"} & set(statement.actions))
        and dict(statement.conditions) == {"Bool": {"aws:securetransport": ("false",)}}
    )


RULE = StackRule(
    id="ENC002",
    claim="classified-buckets-demand-tls",
    why="S3 answers plain HTTP, and what travels in clear is read on the way",
    source="semantics C4; docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    fix="deny `s3:*` to everyone on the bucket and its objects where `aws:SecureTransport` is false",
    check=_breaches,
)
