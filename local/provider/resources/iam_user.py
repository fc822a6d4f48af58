"""
`aws:iam/user:User`.

No stack of this project declares one; the pack's bad stack does, and must get as far as being refused.

Source: hashicorp/terraform-provider-aws, internal/service/iam/user.go (no `ForceNew`; a user is renamed in
place, which changes its identity, so that here a new name or path is refused in words: nothing needs it).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, RefusedError, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties


class User(ResourceType):
    """An IAM user; its identity is its name."""

    pulumi_type = "aws:iam/user:User"
    properties: ClassVar = {
        "name": Property(filled_in=True),
        "path": Property(default="/"),
    }
    computed = frozenset({"arn", "uniqueId"})
    name_property = "name"
    absent = frozenset({"NoSuchEntity"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("iam").create_user(UserName=wanted["name"], Path=wanted["path"], Tags=as_pairs(wanted["tagsAll"]))
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        if (wanted["name"], wanted["path"]) != (before.get("name"), before.get("path")):
            raise RefusedError("the stand-in provider doesn't rename or move IAM users; destroy the user first")
        iam = place.client("iam")
        change = tag_change(before, wanted)
        if change.to_remove:
            iam.untag_user(UserName=identity, TagKeys=change.to_remove)
        if change.to_set:
            iam.tag_user(UserName=identity, Tags=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        user = place.client("iam").get_user(UserName=identity)["User"]
        return {
            "arn": user["Arn"],
            "name": user["UserName"],
            "path": user["Path"],
            "tagsAll": from_pairs(user.get("Tags", [])),
            "uniqueId": user["UserId"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("iam").delete_user(UserName=identity)
