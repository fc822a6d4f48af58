"""
`aws:iam/rolePolicy:RolePolicy`.

Source: hashicorp/terraform-provider-aws, internal/service/iam/role_policy.go (`ForceNew` on `name` and `role`).
"""

from __future__ import annotations

import json
from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<role>:<name>"


class RolePolicy(ResourceType):
    """A role's inline policy; its identity is `<role>:<name>`."""

    pulumi_type = "aws:iam/rolePolicy:RolePolicy"
    properties: ClassVar = {
        "name": Property(replaces=True, filled_in=True),
        "policy": Property(canonical=canonical_document),
        "role": Property(replaces=True),
    }
    name_property = "name"
    absent = frozenset({"NoSuchEntity"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return f"{wanted['role']}:{wanted['name']}"

    def configure(self, place: Place, _identity: str, wanted: Properties, _before: Properties) -> None:
        place.client("iam").put_role_policy(
            RoleName=wanted["role"], PolicyName=wanted["name"], PolicyDocument=wanted["policy"]
        )

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        role, name = parts(identity, _FORM)
        answer = place.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        return {"name": name, "role": role, "policy": json.dumps(answer["PolicyDocument"])}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        role, name = parts(identity, _FORM)
        place.client("iam").delete_role_policy(RoleName=role, PolicyName=name)
