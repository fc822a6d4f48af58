"""
`aws:s3/bucketVersioning:BucketVersioning`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_versioning.go (`ForceNew` on `bucket` and
`expected_bucket_owner`; on delete versioning is suspended unless it never was on).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_NEVER_ON = "Disabled"


class BucketVersioning(ResourceType):
    """A bucket's versioning; its identity is the bucket's name."""

    pulumi_type = "aws:s3/bucketVersioning:BucketVersioning"
    properties: ClassVar = {
        "bucket": Property(replaces=True),
        "expectedBucketOwner": Property(replaces=True),
        "versioningConfiguration.status": Property(),
    }
    absent = frozenset({"NoSuchBucket"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return str(wanted["bucket"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        status = wanted["versioningConfiguration"]["status"]
        if status != _NEVER_ON or before:
            self._put(place, identity, status)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        status = place.client("s3").get_bucket_versioning(Bucket=identity).get("Status", _NEVER_ON)
        return {"bucket": identity, "versioningConfiguration": {"status": status}}

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        if state.get("versioningConfiguration", {}).get("status", _NEVER_ON) != _NEVER_ON:
            self._put(place, identity, "Suspended")

    def _put(self, place: Place, bucket: str, status: str) -> None:
        place.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
