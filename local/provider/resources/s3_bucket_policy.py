"""
`aws:s3/bucketPolicy:BucketPolicy`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_policy.go (`ForceNew` on `bucket`).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties


class BucketPolicy(ResourceType):
    """A bucket's policy; its identity is the bucket's name."""

    pulumi_type = "aws:s3/bucketPolicy:BucketPolicy"
    properties: ClassVar = {
        "bucket": Property(replaces=True),
        "policy": Property(canonical=canonical_document),
    }
    absent = frozenset({"NoSuchBucket", "NoSuchBucketPolicy"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return str(wanted["bucket"])

    def configure(self, place: Place, identity: str, wanted: Properties, _before: Properties) -> None:
        place.client("s3").put_bucket_policy(Bucket=identity, Policy=wanted["policy"])

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        return {"bucket": identity, "policy": place.client("s3").get_bucket_policy(Bucket=identity)["Policy"]}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("s3").delete_bucket_policy(Bucket=identity)
