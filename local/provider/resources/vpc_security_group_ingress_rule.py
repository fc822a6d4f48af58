"""
`aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule`.

Source: hashicorp/terraform-provider-aws, internal/service/ec2/vpc_security_group_ingress_rule.go (`RequiresReplace` on
`security_group_id`; exactly one peer).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Failure, Property, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties

_PEERS = {
    "cidrIpv4": ("IpRanges", "CidrIp", "CidrIpv4"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId", "ReferencedGroupId"),
}
"""Each kind of peer: where it stands in a permission, its name there, and its name in a rule."""


class SecurityGroupIngressRule(ResourceType):
    """One rule that lets one peer in; its identity is the rule's id."""

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

    def check(self, inputs: Properties) -> Iterable[Failure]:
        if len(_PEERS.keys() & inputs.keys()) != 1:
            yield Failure("referencedSecurityGroupId", f"exactly one of {', '.join(sorted(_PEERS))} says who comes in")

    def create(self, place: Place, wanted: Properties) -> str:
        answer = place.client("ec2").authorize_security_group_ingress(
            GroupId=wanted["securityGroupId"],
            IpPermissions=[self._permission(wanted)],
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": as_pairs(wanted["tagsAll"])}]
            if wanted["tagsAll"]
            else [],
        )
        # The answer to a first attempt was lost: the rule is there, and AWS refuses its double without naming it.
        rules = answer.get("SecurityGroupRules") or self._alike(place, wanted)
        return str(rules[0]["SecurityGroupRuleId"])

    def _alike(self, place: Place, wanted: Properties) -> list[Properties]:
        """Return the group's rule that lets the same peer in by the same ports: there can be only one."""
        group = {"Name": "group-id", "Values": [wanted["securityGroupId"]]}
        rules = place.client("ec2").describe_security_group_rules(Filters=[group])["SecurityGroupRules"]
        return [rule for rule in rules if not rule["IsEgress"] and self._says(rule, wanted)]

    def _says(self, rule: Properties, wanted: Properties) -> bool:
        read = self._read(rule)
        ports = (wanted.get("fromPort", -1), wanted.get("toPort", -1))
        return (
            read["ipProtocol"] == wanted["ipProtocol"]
            and (read["fromPort"], read["toPort"]) == ports
            and all(read[name] == wanted.get(name) for name in _PEERS)
        )

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        ec2 = place.client("ec2")
        if any(wanted.get(name) != before.get(name) for name in self.properties):
            said = {
                "IpProtocol": wanted["ipProtocol"],
                "FromPort": wanted.get("fromPort", -1),
                "ToPort": wanted.get("toPort", -1),
                **({"Description": wanted["description"]} if wanted.get("description") else {}),
                **{spelled: wanted[name] for name, (_, _, spelled) in _PEERS.items() if wanted.get(name)},
            }
            ec2.modify_security_group_rules(
                GroupId=wanted["securityGroupId"],
                SecurityGroupRules=[{"SecurityGroupRuleId": identity, "SecurityGroupRule": said}],
            )
        change = tag_change(before, wanted)
        if change.to_remove:
            ec2.delete_tags(Resources=[identity], Tags=[{"Key": key} for key in change.to_remove])
        if change.to_set:
            ec2.create_tags(Resources=[identity], Tags=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        rules = place.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[identity])["SecurityGroupRules"]
        if not rules:
            return None
        (rule,) = rules
        return {
            **self._read(rule),
            "arn": place.arn("ec2", f"security-group-rule/{identity}"),
            "securityGroupRuleId": identity,
            "tagsAll": from_pairs(rule.get("Tags", [])),
        }

    @staticmethod
    def _read(rule: Properties) -> Properties:
        """Return what a rule says, in the program's words."""
        peers = {name: rule.get(spelled) for name, (_, _, spelled) in _PEERS.items()}
        peers["referencedSecurityGroupId"] = (rule.get("ReferencedGroupInfo") or {}).get("GroupId")
        return {
            **peers,
            "description": rule.get("Description"),
            "fromPort": rule.get("FromPort"),
            "ipProtocol": rule["IpProtocol"],
            "securityGroupId": rule["GroupId"],
            "toPort": rule.get("ToPort"),
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        place.client("ec2").revoke_security_group_ingress(
            GroupId=state["securityGroupId"], SecurityGroupRuleIds=[identity]
        )

    def _permission(self, said: Properties) -> Properties:
        described = {"Description": said["description"]} if said.get("description") else {}
        return {
            "IpProtocol": said["ipProtocol"],
            **({"FromPort": said["fromPort"]} if "fromPort" in said else {}),
            **({"ToPort": said["toPort"]} if "toPort" in said else {}),
            **{
                where: [{member: said[name], **described}]
                for name, (where, member, _) in _PEERS.items()
                if said.get(name)
            },
        }
