"""ENC001: classified data is encrypted with a key whose policy is ours."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import ENCRYPTION, classified_buckets, settings_of
from policies.resources import Resource, Resources, as_mappings
from policies.rule import StackRule

AWS_MANAGED = "alias/aws/s3"
KMS = frozenset({"aws:kms", "aws:kms:dsse"})


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in classified_buckets(resources):
        settings = settings_of(resources, bucket, ENCRYPTION)
        # Of two settings for one bucket the last one written stands, and nobody knows which that is.
        if not settings or not all(_customer_key(setting) for setting in settings):
            yield (
                bucket,
                "whoever may read its objects needs no right on any key, so no key policy protects them",
            )


def _customer_key(setting: Resource) -> bool:
    rules = as_mappings(setting.properties.get("rules"))
    return bool(rules) and all(_names_customer_key(rule) for rule in rules)


def _names_customer_key(rule: object) -> bool:
    default = rule.get("applyServerSideEncryptionByDefault") if isinstance(rule, dict) else None
    if not isinstance(default, dict) or default.get("sseAlgorithm") not in KMS:
        return False
    key = default.get("kmsMasterKeyId")
    return key is not None and not (isinstance(key, str) and (not key or key.endswith(AWS_MANAGED)))


RULE = StackRule(
    id="ENC001",
    claim="classified-buckets-use-a-customer-key",
    why="with S3's own keys whoever may read an object may decrypt it",
    source="docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    fix="encrypt the bucket by default with `aws:kms` and the zone's data key",
    check=_breaches,
)
