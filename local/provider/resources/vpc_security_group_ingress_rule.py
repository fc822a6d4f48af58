"""
`aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule`.

Source: hashicorp/terraform-provider-aws, internal/service/ec2/vpc_security_group_ingress_rule.go (`RequiresReplace` on
`security_group_id`; everything else is modified in place).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import change_ec2_tags, ec2_tags, from_pairs
from local.provider.wire import Properties

_DESCRIBED = {
    "cidrIpv4": "CidrIpv4",
    "cidrIpv6": "CidrIpv6",
    "description": "Description",
    "fromPort": "FromPort",
    "ipProtocol": "IpProtocol",
    "prefixListId": "PrefixListId",
    "toPort": "ToPort",
}


class SecurityGroupIngressRule(ResourceType):
    """One rule of a security group for what comes in; its identity is its id."""

    pulumi_type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    properties: ClassVar = {
        "cidrIpv4": Property(),
        "cidrIpv6": Property(),
        "description": Property(),
        "fromPort": Property(),
        "ipProtocol": Property(),
        "prefixListId": Property(),
        "referencedSecurityGroupId": Property(),
        "securityGroupId": Property(replaces=True),
        "toPort": Property(),
    }
    computed = frozenset({"arn", "securityGroupRuleId"})
    absent = frozenset({"InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound", "InvalidPermission.NotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        answer = place.client("ec2").authorize_security_group_ingress(
            GroupId=wanted["securityGroupId"],
            IpPermissions=[self._permission(wanted)],
            **ec2_tags("security-group-rule", wanted),
        )
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        rule = {api: wanted[name] for name, api in _DESCRIBED.items() if wanted.get(name) is not None}
        if wanted.get("referencedSecurityGroupId"):
            rule["ReferencedGroupId"] = wanted["referencedSecurityGroupId"]
        place.client("ec2").modify_security_group_rules(
            GroupId=wanted["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": identity, "SecurityGroupRule": rule}],
        )
        change_ec2_tags(place.client("ec2"), identity, wanted, before)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        found = place.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[identity])
        rules = [rule for rule in found["SecurityGroupRules"] if not rule["IsEgress"]]
        if not rules:
            return None
        every = rules[0]["IpProtocol"] == "-1"
        return {
            **{name: rules[0].get(api) for name, api in _DESCRIBED.items()},
            "arn": place.arn("ec2", f"security-group-rule/{identity}"),
            # Of every protocol EC2 says port -1, and the program says none.
            **({"fromPort": None, "toPort": None} if every else {}),
            "referencedSecurityGroupId": rules[0].get("ReferencedGroupInfo", {}).get("GroupId"),
            "securityGroupId": rules[0]["GroupId"],
            "securityGroupRuleId": identity,
            "tagsAll": from_pairs(rules[0].get("Tags", [])),
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        place.client("ec2").revoke_security_group_ingress(
            GroupId=state["securityGroupId"], SecurityGroupRuleIds=[identity]
        )

    @staticmethod
    def _permission(wanted: Properties) -> Properties:
        said = {"Description": wanted["description"]} if wanted.get("description") else {}
        permission: Properties = {"IpProtocol": wanted["ipProtocol"]}
        for name, api in (("fromPort", "FromPort"), ("toPort", "ToPort")):
            if wanted.get(name) is not None:
                permission[api] = wanted[name]
        for name, api, member in (
            ("cidrIpv4", "IpRanges", "CidrIp"),
            ("cidrIpv6", "Ipv6Ranges", "CidrIpv6"),
            ("prefixListId", "PrefixListIds", "PrefixListId"),
            ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId"),
        ):
            if wanted.get(name):
                permission[api] = [{member: wanted[name], **said}]
        return permission
