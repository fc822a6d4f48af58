"""Security groups and their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import SECURITY_GROUPS
from lakeward.estate.sources.values import Json, given, is_unknown, items, mapping, text, unknown

GROUP = "aws:ec2/securityGroup:SecurityGroup"


def group_ids(resource: DeclaredResource, member: str, declarations: Declarations) -> list[str]:
    """Return the ids of the groups that an input lists, sorted; those that aren't known yet by their tokens."""
    listed = items(resource.inputs.get(member))
    known = {value for value in listed if isinstance(value, str)}
    if any(is_unknown(value) for value in listed):
        urns = resource.property_dependencies.get(member) or resource.dependencies
        known |= {declarations.identity(group, "id") for group in declarations.of(GROUP) if group.urn in urns}
    return sorted(known)


def _group(group: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    yield entry(
        SECURITY_GROUPS,
        group,
        declarations,
        {
            "GroupId": declarations.identity(group, "id"),
            "VpcId": group.inputs.get("vpcId"),
            "IpPermissions": _inline(group, "ingress"),
            "IpPermissionsEgress": _inline(group, "egress"),
        },
    )


def _inline(group: DeclaredResource, member: str) -> Json:
    return [rule if is_unknown(rule) else _permission(mapping(rule)) for rule in items(group.inputs.get(member))]


def _permission(rule: Mapping[str, Json]) -> dict[str, Json]:
    """Return a rule as the API spells it; the provider calls every port of `-1` port 0."""
    every = rule.get("protocol") in {"-1", "all"}
    return given(
        IpProtocol="-1" if every else rule.get("protocol"),
        FromPort=None if every else rule.get("fromPort"),
        ToPort=None if every else rule.get("toPort"),
        IpRanges=[{"CidrIp": cidr} for cidr in items(rule.get("cidrBlocks"))] or None,
        Ipv6Ranges=[{"CidrIpv6": cidr} for cidr in items(rule.get("ipv6CidrBlocks"))] or None,
        PrefixListIds=[{"PrefixListId": name} for name in items(rule.get("prefixListIds"))] or None,
        UserIdGroupPairs=[{"GroupId": name} for name in items(rule.get("securityGroups"))]
        or ([{"GroupId": unknown("the group itself")}] if rule.get("self") else None),
    )


def _single(section_member: str, rule: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = rule.inputs
    every = inputs.get("ipProtocol") == "-1"
    referenced = inputs.get("referencedSecurityGroupId")
    permission = given(
        IpProtocol=inputs.get("ipProtocol"),
        FromPort=None if every else inputs.get("fromPort"),
        ToPort=None if every else inputs.get("toPort"),
        IpRanges=[{"CidrIp": cidr}] if (cidr := inputs.get("cidrIpv4")) else None,
        Ipv6Ranges=[{"CidrIpv6": cidr}] if (cidr := inputs.get("cidrIpv6")) else None,
        PrefixListIds=[{"PrefixListId": name}] if (name := inputs.get("prefixListId")) else None,
        UserIdGroupPairs=[{"GroupId": referenced}] if referenced else None,
    )
    group = declarations.referred(rule, "securityGroupId", GROUP)
    name = declarations.identity(group, "id") if group else text(inputs.get("securityGroupId"))
    yield entry(
        SECURITY_GROUPS,
        rule,
        declarations,
        {"GroupId": name or declarations.identity(rule, "securityGroupId"), section_member: [permission]},
        defines=False,
    )


def _ingress(rule: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    yield from _single("IpPermissions", rule, declarations)


def _egress(rule: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    yield from _single("IpPermissionsEgress", rule, declarations)


READERS = {
    GROUP: _group,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _egress,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ingress,
}
