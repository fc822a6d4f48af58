"""SHR003: no policy or ACL can make classified data public."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import PUBLIC_ACCESS_BLOCK, classified_buckets, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule

SETTINGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        blocks = settings_of(resources, bucket, PUBLIC_ACCESS_BLOCK)
        # Of two blocks for one bucket the last one written stands, and nobody knows which that is.
        off = [name for name in SETTINGS if not blocks or not all(block.flag(name) for block in blocks)]
        if off:
            yield bucket, f"a policy or ACL could open it to everyone, as {', '.join(off)} is not set"


RULE = StackRule(
    id="SHR003",
    claim="classified-buckets-block-public-access",
    why="one careless policy or ACL is enough to open a bucket to everyone",
    source="semantics A18; docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    fix="declare the bucket's public access block with all four settings true",
    check=_breaches,
)
