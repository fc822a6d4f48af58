"""The buckets of a stack, and which of them hold classified data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.resources import Resource, Resources

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LOCATION = "aws:lakeformation/resource:Resource"
TABLE = "aws:glue/catalogTable:CatalogTable"

ZONE_TAG = "lakeward:zone"
UNCLASSIFIED_ZONES = frozenset({"artifacts", "logs"})

_S3_ARN = re.compile(r"arn:[^:]*:s3(?::::(?P<path>.*))?")


def classified_buckets(resources: Resources) -> Iterator[Resource]:
    """
    Yield every bucket that holds classified data.

    A bucket is unclassified only if its tag says so: one without the tag is classified, since a rule that looks
    away from what nobody described would be silent exactly where it is needed. Nor does the tag help a bucket that
    is registered as a data lake location, or in which a table stands.
    """
    holding_data = {path.split("/", 1)[0] for path in (*registered_paths(resources), *_table_paths(resources))}
    for bucket in resources.of(BUCKET):
        if bucket.mapping("tags").get(ZONE_TAG) not in UNCLASSIFIED_ZONES or bucket_name(bucket) in holding_data:
            yield bucket


def registered_paths(resources: Resources) -> Iterator[str]:
    """Yield what is registered as a data lake location, as `<bucket>` or `<bucket>/<prefix>`."""
    for location in resources.of(LOCATION):
        if path := s3_path(location.text("arn") or ""):
            yield path


def _table_paths(resources: Resources) -> Iterator[str]:
    for table in resources.of(TABLE):
        location = table.mapping("storageDescriptor").get("location")
        if isinstance(location, str):
            yield location.partition("://")[2]


def s3_path(arn: str) -> str | None:
    """Return `<bucket>` or `<bucket>/<key>` of an ARN of any partition, empty for S3 itself, `None` elsewhere."""
    found = _S3_ARN.fullmatch(arn)
    return (found["path"] or "") if found else None


def settings_of(resources: Resources, bucket: Resource, setting_type: str) -> tuple[Resource, ...]:
    """Return the resources of `setting_type` that name `bucket`, by its name or by reference."""
    name = bucket.text("bucket")
    return tuple(
        setting
        for setting in resources.of(setting_type)
        if (name is not None and setting.text("bucket") == name) or bucket in resources.referred(setting, "bucket")
    )


def bucket_name(bucket: Resource) -> str:
    """Return the bucket's name, which every program that this pack accepts gives."""
    return bucket.text("bucket") or bucket.name
