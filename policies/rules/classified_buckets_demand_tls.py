"""ENC002: classified data never travels in clear."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import BUCKET_POLICY, bucket_name, classified_buckets, s3_path, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import Statement, statements


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        name = bucket_name(bucket)
        # Of two policies for one bucket the last one written stands, and nobody knows which that is.
        policies = [_denied(policy) for policy in settings_of(resources, bucket, BUCKET_POLICY)] or [set()]
        missing = [part for part in (name, f"{name}/*") if not all(denied & {part, "*"} for denied in policies)]
        if missing:
            yield bucket, f"no statement of its policy denies plain HTTP on `{'` and `'.join(missing)}`"


def _denied(policy: Resource) -> set[str]:
    """Return what a policy denies plain HTTP on, as bucket and key; `*` is everything."""
    return {
        "*" if resource == "*" else s3_path(resource) or ""
        for statement in statements(policy.text("policy"))
        if _denies_plain_http(statement)
        for resource in statement.resources
    }


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
