"""SHR007: no ACL decides about an object, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import classified_buckets, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule

OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        found = settings_of(resources, bucket, OWNERSHIP)
        if not found or not all(_is_owned(setting) for setting in found):
            yield bucket, "who writes an object into it owns the object, and may give it to anyone by an ACL"


def _is_owned(controls: Resource) -> bool:
    return controls.mapping("rule").get("objectOwnership") == "BucketOwnerEnforced"


RULE = StackRule(
    id="SHR007",
    claim="classified-buckets-are-owned-by-their-account",
    why="what an ACL gives shows in no policy, and its writer can keep an object from the bucket's owner",
    source="systems 6; docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
    fix="declare the bucket's ownership controls with `BucketOwnerEnforced`",
    check=_breaches,
)
