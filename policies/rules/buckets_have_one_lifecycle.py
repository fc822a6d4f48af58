"""COST002: one lifecycle configuration decides what a bucket keeps."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import BUCKET, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule

LIFECYCLES = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in resources.of(BUCKET):
        owners = [found for kind in LIFECYCLES for found in settings_of(resources, bucket, kind)]
        inline = ["the bucket itself"] if bucket.stated.get("lifecycleRules") and owners else []
        named = [*inline, *(f"`{owner.name}`" for owner in owners)]
        if len(named) > 1:
            yield bucket, f"{' and '.join(named)} each replace all of its lifecycle rules"


RULE = StackRule(
    id="COST002",
    claim="buckets-have-one-lifecycle",
    why="a bucket has one lifecycle configuration, so the last one written silently removes the others' rules",
    source="systems K46, 6; docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html",
    fix="put all rules of a bucket into one lifecycle configuration",
    check=_breaches,
)
