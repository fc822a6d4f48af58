"""
`aws:s3/bucketOwnershipControls:BucketOwnershipControls`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_ownership_controls.go (`ForceNew` on `bucket`).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties


class BucketOwnershipControls(ResourceType):
    """Who owns a bucket's objects; its identity is the bucket's name."""

    pulumi_type = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    properties: ClassVar = {
        "bucket": Property(replaces=True),
        "rule": Property(),
    }
    absent = frozenset({"NoSuchBucket", "OwnershipControlsNotFoundError"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return str(wanted["bucket"])

    def configure(self, place: Place, identity: str, wanted: Properties, _before: Properties) -> None:
        place.client("s3").put_bucket_ownership_controls(
            Bucket=identity,
            OwnershipControls={"Rules": [{"ObjectOwnership": wanted["rule"]["objectOwnership"]}]},
        )

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        rules = place.client("s3").get_bucket_ownership_controls(Bucket=identity)["OwnershipControls"]["Rules"]
        return {"bucket": identity, "rule": {"objectOwnership": rules[0]["ObjectOwnership"]}}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("s3").delete_bucket_ownership_controls(Bucket=identity)
