"""
`aws:kms/key:Key`.

Source: hashicorp/terraform-provider-aws, internal/service/kms/key.go (`ForceNew` on `customer_master_key_spec`,
`key_usage`, `multi_region`; the defaults; a key that waits for deletion counts as gone).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties

_POLICY_NAME = "default"  # the only one KMS knows
_GOING = frozenset({"PendingDeletion", "PendingReplicaDeletion"})


class Key(ResourceType):
    """A customer managed key; its identity is the key id."""

    pulumi_type = "aws:kms/key:Key"
    properties: ClassVar = {
        "bypassPolicyLockoutSafetyCheck": Property(default=False),
        "customerMasterKeySpec": Property(replaces=True, default="SYMMETRIC_DEFAULT"),
        "deletionWindowInDays": Property(),
        "description": Property(filled_in=True),
        "enableKeyRotation": Property(default=False),
        "isEnabled": Property(default=True),
        "keyUsage": Property(replaces=True, default="ENCRYPT_DECRYPT"),
        "multiRegion": Property(replaces=True, filled_in=True),
        "policy": Property(filled_in=True, canonical=canonical_document),
        "rotationPeriodInDays": Property(filled_in=True),
    }
    computed = frozenset({"arn", "keyId"})
    absent = frozenset({"NotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        request: Properties = {
            "KeySpec": wanted["customerMasterKeySpec"],
            "KeyUsage": wanted["keyUsage"],
            "Description": wanted.get("description", ""),
            "MultiRegion": wanted.get("multiRegion", False),
            "BypassPolicyLockoutSafetyCheck": wanted["bypassPolicyLockoutSafetyCheck"],
            "Tags": as_pairs(wanted["tagsAll"], "TagKey", "TagValue"),
        }
        if wanted.get("policy"):
            request["Policy"] = wanted["policy"]
        return str(place.client("kms").create_key(**request)["KeyMetadata"]["KeyId"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        kms = place.client("kms")
        enabled_before = before.get("isEnabled", True)
        if wanted["isEnabled"] and not enabled_before:
            kms.enable_key(KeyId=identity)  # before anything else: a disabled key can't be changed
        self._rotate(place, identity, wanted, before)
        if before:
            self._describe(place, identity, wanted, before)
        if not wanted["isEnabled"] and enabled_before:
            kms.disable_key(KeyId=identity)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kms = place.client("kms")
        key = kms.describe_key(KeyId=identity)["KeyMetadata"]
        if key["KeyState"] in _GOING:
            return None
        rotation = kms.get_key_rotation_status(KeyId=identity)
        pages = kms.get_paginator("list_resource_tags").paginate(KeyId=identity)
        tags = [tag for page in pages for tag in page["Tags"]]
        return {
            "arn": key["Arn"],
            "keyId": key["KeyId"],
            "customerMasterKeySpec": key["KeySpec"],
            "description": key["Description"],
            "enableKeyRotation": rotation["KeyRotationEnabled"],
            "isEnabled": key["Enabled"],
            "keyUsage": key["KeyUsage"],
            "multiRegion": key["MultiRegion"],
            "policy": kms.get_key_policy(KeyId=identity, PolicyName=_POLICY_NAME)["Policy"],
            "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
            "tagsAll": from_pairs(tags, "TagKey", "TagValue"),
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        kms = place.client("kms")
        if kms.describe_key(KeyId=identity)["KeyMetadata"]["KeyState"] in _GOING:
            return
        window = state.get("deletionWindowInDays")
        kms.schedule_key_deletion(KeyId=identity, **({"PendingWindowInDays": window} if window else {}))

    def _rotate(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        kms = place.client("kms")
        period = wanted.get("rotationPeriodInDays")
        turned = wanted["enableKeyRotation"] != before.get("enableKeyRotation", False)
        if wanted["enableKeyRotation"] and (turned or (period and period != before.get("rotationPeriodInDays"))):
            kms.enable_key_rotation(KeyId=identity, **({"RotationPeriodInDays": period} if period else {}))
        elif turned:
            kms.disable_key_rotation(KeyId=identity)

    def _describe(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        kms = place.client("kms")
        if "description" in wanted and wanted["description"] != before.get("description", ""):
            kms.update_key_description(KeyId=identity, Description=wanted["description"])
        if "policy" in wanted and canonical_document(wanted["policy"]) != canonical_document(before.get("policy", "")):
            kms.put_key_policy(
                KeyId=identity,
                PolicyName=_POLICY_NAME,
                Policy=wanted["policy"],
                BypassPolicyLockoutSafetyCheck=wanted["bypassPolicyLockoutSafetyCheck"],
            )
        change = tag_change(before, wanted)
        if change.to_remove:
            kms.untag_resource(KeyId=identity, TagKeys=change.to_remove)
        if change.to_set:
            kms.tag_resource(KeyId=identity, Tags=as_pairs(change.to_set, "TagKey", "TagValue"))
