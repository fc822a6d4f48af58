"""
`aws:iam/rolePolicyAttachment:RolePolicyAttachment`.

Source: hashicorp/terraform-provider-aws, internal/service/iam/role_policy_attachment.go (`ForceNew` on both).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties


class RolePolicyAttachment(ResourceType):
    """A managed policy on a role; its identity is `<role>/<policy ARN>`, as an import spells it."""

    pulumi_type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    properties: ClassVar = {"policyArn": Property(replaces=True), "role": Property(replaces=True)}
    absent = frozenset({"NoSuchEntity"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("iam").attach_role_policy(RoleName=wanted["role"], PolicyArn=wanted["policyArn"])
        return f"{wanted['role']}/{wanted['policyArn']}"

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        role, arn = self._parts(identity)
        pages = place.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
        attached = {policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]}
        return {"policyArn": arn, "role": role} if arn in attached else None

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        role, arn = self._parts(identity)
        place.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)

    def _parts(self, identity: str) -> tuple[str, str]:
        role, _, arn = identity.partition("/")
        return role, arn
