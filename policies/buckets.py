"""The buckets of a stack, and which of them hold classified data."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, Resources

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

ZONE_TAG = "lakeward:zone"
UNCLASSIFIED_ZONES = frozenset({"artifacts", "logs"})


def classified_buckets(resources: Resources) -> Iterator[Resource]:
    """
    Yield every bucket that holds classified data.

    A bucket is unclassified only if its tag says so: one without the tag is classified, since a rule that looks
    away from what nobody described would be silent exactly where it is needed.
    """
    for bucket in resources.of(BUCKET):
        if bucket.mapping("tags").get(ZONE_TAG) not in UNCLASSIFIED_ZONES:
            yield bucket


def settings_of(resources: Resources, bucket: Resource, setting_type: str) -> tuple[Resource, ...]:
    """Return the resources of `setting_type` that name `bucket`, by its name or by reference."""
    name = bucket.text("bucket")
    return tuple(
        setting
        for setting in resources.of(setting_type)
        if (name is not None and setting.text("bucket") == name) or bucket in resources.referred(setting, "bucket")
    )


def bucket_arn(bucket: Resource) -> str:
    """Return the bucket's ARN; its name is given by every program that this pack accepts."""
    return f"arn:aws:s3:::{bucket.text('bucket') or bucket.name}"
