"""
`aws:iam/policy:Policy`.

Source: hashicorp/terraform-provider-aws, internal/service/iam/policy.go (`ForceNew` on `description`, `name` and
`path`; a change is a new default version, the oldest makes room).
"""

from __future__ import annotations

import json
from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties, Value

_MOST_VERSIONS = 5  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html


class Policy(ResourceType):
    """A managed policy; its identity is its ARN."""

    pulumi_type = "aws:iam/policy:Policy"
    properties: ClassVar = {
        "description": Property(replaces=True),
        "name": Property(replaces=True, filled_in=True),
        "path": Property(replaces=True, default="/"),
        "policy": Property(canonical=canonical_document),
    }
    computed = frozenset({"arn", "attachmentCount", "policyId"})
    name_property = "name"
    absent = frozenset({"NoSuchEntity"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("iam").create_policy(
            PolicyName=wanted["name"],
            Path=wanted["path"],
            Description=wanted.get("description", ""),
            PolicyDocument=wanted["policy"],
            Tags=as_pairs(wanted["tagsAll"]),
        )
        return f"arn:{place.account.partition}:iam::{place.account_id}:policy{wanted['path']}{wanted['name']}"

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        iam = place.client("iam")
        if canonical_document(wanted["policy"]) != canonical_document(before.get("policy", "")):
            older = self._older_versions(place, identity)
            if len(older) + 1 >= _MOST_VERSIONS:
                iam.delete_policy_version(PolicyArn=identity, VersionId=older[0]["VersionId"])
            iam.create_policy_version(PolicyArn=identity, PolicyDocument=wanted["policy"], SetAsDefault=True)
        change = tag_change(before, wanted)
        if change.to_remove:
            iam.untag_policy(PolicyArn=identity, TagKeys=change.to_remove)
        if change.to_set:
            iam.tag_policy(PolicyArn=identity, Tags=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        iam = place.client("iam")
        policy = iam.get_policy(PolicyArn=identity)["Policy"]
        version = iam.get_policy_version(PolicyArn=identity, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        return {
            "arn": policy["Arn"],
            "attachmentCount": policy["AttachmentCount"],
            "description": policy.get("Description"),
            "name": policy["PolicyName"],
            "path": policy["Path"],
            "policy": json.dumps(version["Document"]),
            "policyId": policy["PolicyId"],
            "tagsAll": from_pairs(policy.get("Tags", [])),
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        iam = place.client("iam")
        for version in self._older_versions(place, identity):
            iam.delete_policy_version(PolicyArn=identity, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=identity)

    def _older_versions(self, place: Place, identity: str) -> list[Value]:
        """Versions that aren't the default, oldest first."""
        pages = place.client("iam").get_paginator("list_policy_versions").paginate(PolicyArn=identity)
        versions = [version for page in pages for version in page["Versions"] if not version["IsDefaultVersion"]]
        return sorted(versions, key=lambda version: (version["CreateDate"], version["VersionId"]))
