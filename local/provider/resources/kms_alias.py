"""
`aws:kms/alias:Alias`.

Source: hashicorp/terraform-provider-aws, internal/service/kms/alias.go (`ForceNew` on `name`; `target_key_id` as id
or ARN is the same key).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties


class Alias(ResourceType):
    """An alias of a key; its identity is its name, `alias/` included."""

    pulumi_type = "aws:kms/alias:Alias"
    properties: ClassVar = {
        "name": Property(replaces=True, filled_in=True),
        "targetKeyId": Property(canonical=lambda key: key.rpartition("/")[2]),
    }
    computed = frozenset({"arn", "targetKeyArn"})
    name_property = "name"
    absent = frozenset({"NotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("kms").create_alias(AliasName=wanted["name"], TargetKeyId=wanted["targetKeyId"])
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if before:
            place.client("kms").update_alias(AliasName=identity, TargetKeyId=wanted["targetKeyId"])

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kms = place.client("kms")
        for page in kms.get_paginator("list_aliases").paginate():
            for alias in page["Aliases"]:
                if alias["AliasName"] == identity:
                    return {
                        "name": identity,
                        "arn": alias["AliasArn"],
                        "targetKeyId": alias["TargetKeyId"],
                        "targetKeyArn": place.arn("kms", f"key/{alias['TargetKeyId']}"),
                    }
        return None

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("kms").delete_alias(AliasName=identity)
