"""
`aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_public_access_block.go (`ForceNew` on `bucket`,
`Default: false` on the four switches).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_SWITCHES = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}


class BucketPublicAccessBlock(ResourceType):
    """The four switches of a bucket; its identity is the bucket's name."""

    pulumi_type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    properties: ClassVar = {
        "bucket": Property(replaces=True),
        "skipDestroy": Property(),
        **{name: Property(default=False) for name in _SWITCHES},
    }
    absent = frozenset({"NoSuchBucket", "NoSuchPublicAccessBlockConfiguration"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return str(wanted["bucket"])

    def configure(self, place: Place, identity: str, wanted: Properties, _before: Properties) -> None:
        place.client("s3").put_public_access_block(
            Bucket=identity,
            PublicAccessBlockConfiguration={api: wanted[name] for name, api in _SWITCHES.items()},
        )

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        answer = place.client("s3").get_public_access_block(Bucket=identity)["PublicAccessBlockConfiguration"]
        return {"bucket": identity, **{name: answer.get(api, False) for name, api in _SWITCHES.items()}}

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        if not state.get("skipDestroy"):
            place.client("s3").delete_public_access_block(Bucket=identity)
