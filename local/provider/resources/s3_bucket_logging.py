"""
`aws:s3/bucketLogging:BucketLogging`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_logging.go (`ForceNew` on `bucket` and
`expected_bucket_owner`).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties


class BucketLogging(ResourceType):
    """Where a bucket's access logs go; its identity is the bucket's name."""

    pulumi_type = "aws:s3/bucketLogging:BucketLogging"
    properties: ClassVar = {
        "bucket": Property(replaces=True),
        "expectedBucketOwner": Property(replaces=True),
        "targetBucket": Property(),
        "targetPrefix": Property(),
    }
    absent = frozenset({"NoSuchBucket"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return str(wanted["bucket"])

    def configure(self, place: Place, identity: str, wanted: Properties, _before: Properties) -> None:
        target = {"TargetBucket": wanted["targetBucket"], "TargetPrefix": wanted["targetPrefix"]}
        place.client("s3").put_bucket_logging(Bucket=identity, BucketLoggingStatus={"LoggingEnabled": target})

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        enabled = place.client("s3").get_bucket_logging(Bucket=identity).get("LoggingEnabled")
        if enabled is None:
            return None
        return {
            "bucket": identity,
            "targetBucket": enabled["TargetBucket"],
            "targetPrefix": enabled.get("TargetPrefix", ""),
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("s3").put_bucket_logging(Bucket=identity, BucketLoggingStatus={})
