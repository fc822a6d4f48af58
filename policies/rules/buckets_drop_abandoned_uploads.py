"""COST001: nobody pays for parts of uploads that were never finished."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.buckets import BUCKET, settings_of
from policies.resources import Resource, Resources, as_mappings
from policies.rule import StackRule

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in resources.of(BUCKET):
        found = settings_of(resources, bucket, LIFECYCLE)
        if not found or not all(_drops_uploads(setting) for setting in found):
            yield bucket, "parts of uploads that broke off stay in it, unlisted and paid for"


def _drops_uploads(lifecycle: Resource) -> bool:
    return any(
        rule.get("status") == "Enabled" and rule.get("abortIncompleteMultipartUpload") and not _is_partial(rule)
        for rule in as_mappings(lifecycle.properties.get("rules"))
    )


def _is_partial(rule: Mapping[str, object]) -> bool:
    """Say whether a rule is for some of the objects only."""
    chosen = rule.get("filter")
    return bool(rule.get("prefix")) or (isinstance(chosen, Mapping) and any(chosen.values()))


RULE = StackRule(
    id="COST001",
    claim="buckets-drop-abandoned-uploads",
    why="a part of an upload is in no listing, so nobody finds what is paid for",
    source="docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
    fix="add an enabled lifecycle rule for all objects with `abortIncompleteMultipartUpload`",
    check=_breaches,
)
