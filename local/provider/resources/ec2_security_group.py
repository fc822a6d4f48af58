"""
`aws:ec2/securityGroup:SecurityGroup`.

Source: hashicorp/terraform-provider-aws, internal/service/ec2/vpc_security_group.go (`ForceNew` on `description`,
`name` and `vpc_id`; the rule that EC2 adds, everything out, is taken away).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import change_ec2_tags, ec2_tags, from_pairs
from local.provider.wire import Properties


class SecurityGroup(ResourceType):
    """A security group whose rules are resources of their own; its identity is its id."""

    pulumi_type = "aws:ec2/securityGroup:SecurityGroup"
    properties: ClassVar = {
        "description": Property(replaces=True, default="Managed by Pulumi"),
        "name": Property(replaces=True, filled_in=True),
        "vpcId": Property(replaces=True, filled_in=True),
    }
    computed = frozenset({"arn", "ownerId"})
    name_property = "name"
    absent = frozenset({"InvalidGroup.NotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        request = {
            "GroupName": wanted["name"],
            "Description": wanted["description"],
            **({"VpcId": wanted["vpcId"]} if wanted.get("vpcId") else {}),
            **ec2_tags("security-group", wanted),
        }
        return str(place.client("ec2").create_security_group(**request)["GroupId"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        ec2 = place.client("ec2")
        if before:
            change_ec2_tags(ec2, identity, wanted, before)
            return
        (group,) = ec2.describe_security_groups(GroupIds=[identity])["SecurityGroups"]
        if outgoing := group.get("IpPermissionsEgress"):
            ec2.revoke_security_group_egress(GroupId=identity, IpPermissions=outgoing)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        (group,) = place.client("ec2").describe_security_groups(GroupIds=[identity])["SecurityGroups"]
        return {
            "arn": place.arn("ec2", f"security-group/{identity}"),
            "description": group["Description"],
            "name": group["GroupName"],
            "ownerId": group["OwnerId"],
            "tagsAll": from_pairs(group.get("Tags", [])),
            "vpcId": group.get("VpcId"),
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("ec2").delete_security_group(GroupId=identity)
