"""
`aws:organizations/policy:Policy`.

Source: hashicorp/terraform-provider-aws, internal/service/organizations/policy.go (`ForceNew` on `type`, which is
`SERVICE_CONTROL_POLICY` by default).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties


class Policy(ResourceType):
    """A policy of the organization; its identity is its id."""

    pulumi_type = "aws:organizations/policy:Policy"
    properties: ClassVar = {
        "content": Property(canonical=canonical_document),
        "description": Property(),
        "name": Property(filled_in=True),
        "type": Property(replaces=True, default="SERVICE_CONTROL_POLICY"),
    }
    computed = frozenset({"arn"})
    name_property = "name"
    absent = frozenset({"PolicyNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        answer = place.client("organizations").create_policy(
            Content=wanted["content"],
            Description=wanted.get("description", ""),
            Name=wanted["name"],
            Type=wanted["type"],
            Tags=as_pairs(wanted["tagsAll"]),
        )
        return str(answer["Policy"]["PolicySummary"]["Id"] if "Policy" in answer else self._named(place, wanted))

    def _named(self, place: Place, wanted: Properties) -> str:
        """Return the id of the policy of that name, whose own answer was lost: an organization has one of a type."""
        pages = place.client("organizations").get_paginator("list_policies").paginate(Filter=wanted["type"])
        return next(str(one["Id"]) for page in pages for one in page["Policies"] if one["Name"] == wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        organizations = place.client("organizations")
        organizations.update_policy(
            PolicyId=identity,
            Content=wanted["content"],
            Description=wanted.get("description", ""),
            Name=wanted["name"],
        )
        change = tag_change(before, wanted)
        if change.to_remove:
            organizations.untag_resource(ResourceId=identity, TagKeys=change.to_remove)
        if change.to_set:
            organizations.tag_resource(ResourceId=identity, Tags=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        organizations = place.client("organizations")
        found = organizations.describe_policy(PolicyId=identity)["Policy"]
        summary = found["PolicySummary"]
        return {
            "arn": summary["Arn"],
            "content": found["Content"],
            "description": summary.get("Description") or None,
            "name": summary["Name"],
            "tagsAll": from_pairs(organizations.list_tags_for_resource(ResourceId=identity)["Tags"]),
            "type": summary["Type"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("organizations").delete_policy(PolicyId=identity)
