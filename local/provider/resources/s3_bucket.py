"""
`aws:s3/bucket:Bucket`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket.go (`ForceNew` on `bucket`). The properties that
have a resource type of their own (versioning, encryption, …) are built there only.
"""

from __future__ import annotations

from typing import ClassVar

from botocore.exceptions import ClientError

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs, from_pairs
from local.provider.wire import Properties

_REGION_WITHOUT_CONSTRAINT = "us-east-1"


class Bucket(ResourceType):
    """A bucket by name; its identity is the name."""

    pulumi_type = "aws:s3/bucket:Bucket"
    properties: ClassVar = {
        "bucket": Property(replaces=True, filled_in=True),
        "forceDestroy": Property(default=False),
    }
    computed = frozenset({"arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName"})
    name_property = "bucket"
    absent = frozenset({"404", "NoSuchBucket"})

    def create(self, place: Place, wanted: Properties) -> str:
        s3, name = place.client("s3"), str(wanted["bucket"])
        request: Properties = {"Bucket": name}
        if place.region != _REGION_WITHOUT_CONSTRAINT:
            request["CreateBucketConfiguration"] = {"LocationConstraint": place.region}
        s3.create_bucket(**request)
        return name

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if wanted["tagsAll"] == before.get("tagsAll", {}):
            return
        s3 = place.client("s3")
        if wanted["tagsAll"]:
            s3.put_bucket_tagging(Bucket=identity, Tagging={"TagSet": as_pairs(wanted["tagsAll"])})
        else:
            s3.delete_bucket_tagging(Bucket=identity)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        s3 = place.client("s3")
        s3.head_bucket(Bucket=identity)
        try:
            tags = from_pairs(s3.get_bucket_tagging(Bucket=identity)["TagSet"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchTagSet":
                raise
            tags = {}
        return {
            "bucket": identity,
            "arn": f"arn:{place.account.partition}:s3:::{identity}",
            "bucketDomainName": f"{identity}.s3.amazonaws.com",
            "bucketRegion": place.region,
            "bucketRegionalDomainName": f"{identity}.s3.{place.region}.amazonaws.com",
            "tagsAll": tags,
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        s3 = place.client("s3")
        if state.get("forceDestroy"):
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=identity):
                doomed = [
                    {"Key": entry["Key"], "VersionId": entry["VersionId"]}
                    for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                ]
                if doomed:
                    s3.delete_objects(Bucket=identity, Delete={"Objects": doomed, "Quiet": True})
        s3.delete_bucket(Bucket=identity)
