"""
`aws:rds/subnetGroup:SubnetGroup`.

Source: hashicorp/terraform-provider-aws, internal/service/rds/subnet_group.go (`ForceNew` on `name`; the description's
default is the bridge's).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.rds_tags import change_tags, read_tags
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs
from local.provider.wire import Properties


class SubnetGroup(ResourceType):
    """Subnets that a cluster may be in; its identity is its name."""

    pulumi_type = "aws:rds/subnetGroup:SubnetGroup"
    properties: ClassVar = {
        "description": Property(default="Managed by Pulumi"),
        "name": Property(replaces=True, filled_in=True),
        "subnetIds": Property(unordered=True),
    }
    computed = frozenset({"arn", "vpcId"})
    name_property = "name"
    absent = frozenset({"DBSubnetGroupNotFoundFault", "DBSubnetGroupNotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("rds").create_db_subnet_group(
            DBSubnetGroupName=wanted["name"],
            DBSubnetGroupDescription=wanted["description"],
            SubnetIds=wanted["subnetIds"],
            Tags=as_pairs(wanted["tagsAll"]),
        )
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        place.client("rds").modify_db_subnet_group(
            DBSubnetGroupName=identity,
            DBSubnetGroupDescription=wanted["description"],
            SubnetIds=wanted["subnetIds"],
        )
        change_tags(place, place.arn("rds", f"subgrp:{identity}"), wanted, before)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        (group,) = place.client("rds").describe_db_subnet_groups(DBSubnetGroupName=identity)["DBSubnetGroups"]
        arn = place.arn("rds", f"subgrp:{identity}")
        return {
            "arn": arn,
            "description": group["DBSubnetGroupDescription"],
            "name": group["DBSubnetGroupName"],
            "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
            "tagsAll": read_tags(place, arn),
            "vpcId": group["VpcId"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("rds").delete_db_subnet_group(DBSubnetGroupName=identity)
