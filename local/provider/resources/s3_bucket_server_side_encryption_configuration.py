"""
`aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_server_side_encryption_configuration.go
(`ForceNew` on `bucket` and `expected_bucket_owner`; `rule` is a set).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.wire import Properties

_EXCEPTIONS = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}


class BucketServerSideEncryptionConfiguration(ResourceType):
    """A bucket's default encryption; its identity is the bucket's name."""

    pulumi_type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    properties: ClassVar = {
        "bucket": Property(replaces=True),
        "expectedBucketOwner": Property(replaces=True),
        "rules": Property(unordered=True),
        "rules.blockedEncryptionTypes": Property(filled_in=True, unordered=True),
    }
    absent = frozenset({"NoSuchBucket", "ServerSideEncryptionConfigurationNotFoundError"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return str(wanted["bucket"])

    def configure(self, place: Place, identity: str, wanted: Properties, _before: Properties) -> None:
        kind = resource_shape(self.pulumi_type).inputs.members["rules"].kind
        place.client("s3").put_bucket_encryption(
            Bucket=identity,
            ServerSideEncryptionConfiguration={"Rules": to_api(kind, wanted["rules"], _EXCEPTIONS)},
        )

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kind = resource_shape(self.pulumi_type).inputs.members["rules"].kind
        answer = place.client("s3").get_bucket_encryption(Bucket=identity)["ServerSideEncryptionConfiguration"]
        return {"bucket": identity, "rules": from_api(kind, answer["Rules"], _EXCEPTIONS)}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("s3").delete_bucket_encryption(Bucket=identity)
