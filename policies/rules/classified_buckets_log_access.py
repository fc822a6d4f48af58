"""AUD003: each request to a bucket with data is logged by S3, too."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import classified_buckets, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule

LOGGING = "aws:s3/bucketLogging:BucketLogging"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        found = settings_of(resources, bucket, LOGGING)
        if not found or not all(_goes_elsewhere(setting) for setting in found):
            yield bucket, "no access log is kept of it in another bucket"


def _goes_elsewhere(logging: Resource) -> bool:
    """Say whether the log goes to another bucket: in its own each line of it would write the next."""
    return "targetBucket" in logging.properties and logging.text("targetBucket") != logging.text("bucket")


RULE = StackRule(
    id="AUD003",
    claim="classified-buckets-log-access",
    why="the trail doesn't record requests that failed to sign, nor what a lifecycle rule deletes",
    source="systems 6; docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
    fix="declare the bucket's logging, into the bucket of logs",
    check=_breaches,
)
