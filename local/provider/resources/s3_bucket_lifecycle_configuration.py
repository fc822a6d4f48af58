"""
`aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration`.

Source: hashicorp/terraform-provider-aws, internal/service/s3/bucket_lifecycle_configuration.go (`RequiresReplace` on
`bucket` and `expected_bucket_owner`; `transition` and `noncurrent_version_transition` are sets; a filter and the
legacy prefix are filled in).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.tags import as_pairs, from_pairs
from local.provider.wire import Properties

_EXCEPTIONS = {
    "id": "ID",
    "noncurrentVersionTransitions": "NoncurrentVersionTransitions",
    "transitions": "Transitions",
}


class BucketLifecycleConfiguration(ResourceType):
    """A bucket's lifecycle rules; its identity is the bucket's name."""

    pulumi_type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    properties: ClassVar = {
        "bucket": Property(replaces=True),
        "expectedBucketOwner": Property(replaces=True),
        "rules": Property(),
        "rules.filter": Property(filled_in=True),
        "rules.prefix": Property(filled_in=True),
        "rules.transitions": Property(unordered=True),
        "rules.noncurrentVersionTransitions": Property(unordered=True),
    }
    absent = frozenset({"NoSuchBucket", "NoSuchLifecycleConfiguration"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return str(wanted["bucket"])

    def configure(self, place: Place, identity: str, wanted: Properties, _before: Properties) -> None:
        kind = resource_shape(self.pulumi_type).inputs.members["rules"].kind
        rules = to_api(kind, wanted["rules"], _EXCEPTIONS)
        for rule in rules:
            conjunction = rule.setdefault("Filter", {}).get("And", {})
            if "Tags" in conjunction:
                conjunction["Tags"] = as_pairs(conjunction["Tags"])
        place.client("s3").put_bucket_lifecycle_configuration(Bucket=identity, LifecycleConfiguration={"Rules": rules})

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kind = resource_shape(self.pulumi_type).inputs.members["rules"].kind
        rules = place.client("s3").get_bucket_lifecycle_configuration(Bucket=identity)["Rules"]
        for rule in rules:
            conjunction = rule.get("Filter", {}).get("And", {})
            if "Tags" in conjunction:
                conjunction["Tags"] = from_pairs(conjunction["Tags"])
        return {"bucket": identity, "rules": from_api(kind, rules, _EXCEPTIONS)}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("s3").delete_bucket_lifecycle(Bucket=identity)
