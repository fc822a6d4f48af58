"""
`aws:ec2/securityGroup:SecurityGroup`.

Source: hashicorp/terraform-provider-aws, internal/service/ec2/vpc_security_group.go (`ForceNew` on `description`,
`name` and `vpc_id`; the rule by which EC2 lets everything out of a new group is revoked). Rules are resources of their
own.
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties


class SecurityGroup(ResourceType):
    """A security group; its identity is its id."""

    pulumi_type = "aws:ec2/securityGroup:SecurityGroup"
    properties: ClassVar = {
        "description": Property(replaces=True, default="Managed by Pulumi"),
        "name": Property(replaces=True, filled_in=True),
        "vpcId": Property(replaces=True, filled_in=True),
    }
    computed = frozenset({"arn", "ownerId"})
    name_property = "name"
    absent = frozenset({"InvalidGroup.NotFound", "InvalidGroupId.NotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        within = {"VpcId": wanted["vpcId"]} if wanted.get("vpcId") else {}
        tags = [{"ResourceType": "security-group", "Tags": as_pairs(wanted["tagsAll"])}] if wanted["tagsAll"] else []
        answer = place.client("ec2").create_security_group(
            GroupName=wanted["name"], Description=wanted["description"], TagSpecifications=tags, **within
        )
        return str(answer["GroupId"] if "GroupId" in answer else self._named(place, wanted))

    def _named(self, place: Place, wanted: Properties) -> str:
        """Return the id of the group of that name, whose own answer was lost: a network has one."""
        names = {"group-name": wanted["name"], **({"vpc-id": wanted["vpcId"]} if wanted.get("vpcId") else {})}
        filters = [{"Name": name, "Values": [value]} for name, value in names.items()]
        return str(place.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        ec2 = place.client("ec2")
        if not before:
            (group,) = ec2.describe_security_groups(GroupIds=[identity])["SecurityGroups"]
            if group["IpPermissionsEgress"]:
                ec2.revoke_security_group_egress(GroupId=identity, IpPermissions=group["IpPermissionsEgress"])
            return
        change = tag_change(before, wanted)
        if change.to_remove:
            ec2.delete_tags(Resources=[identity], Tags=[{"Key": key} for key in change.to_remove])
        if change.to_set:
            ec2.create_tags(Resources=[identity], Tags=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        (group,) = place.client("ec2").describe_security_groups(GroupIds=[identity])["SecurityGroups"]
        return {
            "arn": place.arn("ec2", f"security-group/{identity}"),
            "description": group["Description"],
            "name": group["GroupName"],
            "ownerId": group["OwnerId"],
            "tagsAll": from_pairs(group.get("Tags", [])),
            "vpcId": group["VpcId"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("ec2").delete_security_group(GroupId=identity)
