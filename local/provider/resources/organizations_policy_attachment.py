"""
`aws:organizations/policyAttachment:PolicyAttachment`.

Source: hashicorp/terraform-provider-aws, internal/service/organizations/policy_attachment.go (`ForceNew` on both; the
id is target and policy).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<target>:<policy>"


class PolicyAttachment(ResourceType):
    """What a policy of the organization holds for; its identity is target and policy."""

    pulumi_type = "aws:organizations/policyAttachment:PolicyAttachment"
    properties: ClassVar = {
        "policyId": Property(replaces=True),
        "targetId": Property(replaces=True),
    }
    absent = frozenset({"PolicyNotFoundException", "PolicyNotAttachedException"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("organizations").attach_policy(PolicyId=wanted["policyId"], TargetId=wanted["targetId"])
        return f"{wanted['targetId']}:{wanted['policyId']}"

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        target, policy = parts(identity, _FORM)
        pages = place.client("organizations").get_paginator("list_targets_for_policy").paginate(PolicyId=policy)
        if target in {found["TargetId"] for page in pages for found in page["Targets"]}:
            return {"policyId": policy, "targetId": target}
        return None

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        target, policy = parts(identity, _FORM)
        place.client("organizations").detach_policy(PolicyId=policy, TargetId=target)
