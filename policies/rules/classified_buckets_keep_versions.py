"""ENC005: what is overwritten or deleted can be had back."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import classified_buckets, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule

VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        found = settings_of(resources, bucket, VERSIONING)
        if not found or not all(_is_enabled(setting) for setting in found):
            yield bucket, "what is overwritten or deleted in it is gone"


def _is_enabled(versioning: Resource) -> bool:
    return versioning.mapping("versioningConfiguration").get("status") == "Enabled"


RULE = StackRule(
    id="ENC005",
    claim="classified-buckets-keep-versions",
    why="a wrong job or a stolen credential destroys data for good where no version is kept",
    source="systems 6; docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
    fix="declare the bucket's versioning with status `Enabled`",
    check=_breaches,
)
