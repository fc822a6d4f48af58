"""TEN005: the key of a bucket that tenants share can tell their prefixes apart."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import ENCRYPTION, settings_of
from policies.resources import Resource, Resources, as_mappings
from policies.rule import StackRule
from policies.tenants import shared_buckets


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in shared_buckets(resources):
        for encryption in settings_of(resources, bucket, ENCRYPTION):
            rules = as_mappings(encryption.properties.get("rules"))
            if any(rule.get("bucketKeyEnabled") is not False for rule in rules):
                yield encryption, "its bucket key makes the encryption context the bucket, the same for every tenant"


RULE = StackRule(
    id="TEN005",
    claim="shared-tenant-buckets-have-no-bucket-key",
    why="with a bucket key the key policy sees the bucket and not the object, and separates nobody",
    source="semantics A15-6",
    fix="set `bucketKeyEnabled` to false on the bucket that tenants share",
    check=_breaches,
)
