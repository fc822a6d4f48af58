"""
`aws:iam/role:Role`.

Source: hashicorp/terraform-provider-aws, internal/service/iam/role.go (`ForceNew` on `name` and `path`; the defaults).
Inline and managed policies are resources of their own.
"""

from __future__ import annotations

import json
from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties


class Role(ResourceType):
    """A role; its identity is its name."""

    pulumi_type = "aws:iam/role:Role"
    properties: ClassVar = {
        "assumeRolePolicy": Property(canonical=canonical_document),
        "description": Property(),
        "forceDetachPolicies": Property(default=False),
        "maxSessionDuration": Property(default=3600),
        "name": Property(replaces=True, filled_in=True),
        "path": Property(replaces=True, default="/"),
        "permissionsBoundary": Property(),
    }
    computed = frozenset({"arn", "createDate", "uniqueId"})
    name_property = "name"
    absent = frozenset({"NoSuchEntity"})

    def create(self, place: Place, wanted: Properties) -> str:
        request: Properties = {
            "RoleName": wanted["name"],
            "Path": wanted["path"],
            "AssumeRolePolicyDocument": wanted["assumeRolePolicy"],
            "MaxSessionDuration": wanted["maxSessionDuration"],
            "Tags": as_pairs(wanted["tagsAll"]),
        }
        if wanted.get("description"):
            request["Description"] = wanted["description"]
        if wanted.get("permissionsBoundary"):
            request["PermissionsBoundary"] = wanted["permissionsBoundary"]
        place.client("iam").create_role(**request)
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        iam = place.client("iam")
        trust, trust_before = wanted["assumeRolePolicy"], before.get("assumeRolePolicy", "")
        if canonical_document(trust) != canonical_document(trust_before):
            iam.update_assume_role_policy(RoleName=identity, PolicyDocument=trust)
        description = wanted.get("description", "")
        if (description, wanted["maxSessionDuration"]) != (
            before.get("description", ""),
            before.get("maxSessionDuration"),
        ):
            iam.update_role(RoleName=identity, Description=description, MaxSessionDuration=wanted["maxSessionDuration"])
        boundary = wanted.get("permissionsBoundary")
        if boundary and boundary != before.get("permissionsBoundary"):
            iam.put_role_permissions_boundary(RoleName=identity, PermissionsBoundary=boundary)
        elif not boundary and before.get("permissionsBoundary"):
            iam.delete_role_permissions_boundary(RoleName=identity)
        change = tag_change(before, wanted)
        if change.to_remove:
            iam.untag_role(RoleName=identity, TagKeys=change.to_remove)
        if change.to_set:
            iam.tag_role(RoleName=identity, Tags=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        role = place.client("iam").get_role(RoleName=identity)["Role"]
        return {
            "arn": role["Arn"],
            "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"]),
            "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": role.get("Description"),
            "maxSessionDuration": role["MaxSessionDuration"],
            "name": role["RoleName"],
            "path": role["Path"],
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tagsAll": from_pairs(role.get("Tags", [])),
            "uniqueId": role["RoleId"],
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        iam = place.client("iam")
        if state.get("forceDetachPolicies"):
            for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=identity):
                for policy in page["AttachedPolicies"]:
                    iam.detach_role_policy(RoleName=identity, PolicyArn=policy["PolicyArn"])
            for page in iam.get_paginator("list_role_policies").paginate(RoleName=identity):
                for name in page["PolicyNames"]:
                    iam.delete_role_policy(RoleName=identity, PolicyName=name)
        iam.delete_role(RoleName=identity)
