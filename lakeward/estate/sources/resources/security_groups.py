"""Security groups and their rules, inline and as resources of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import Reader, entry
from lakeward.estate.sources.sections import SECURITY_GROUPS
from lakeward.estate.sources.values import Json, given, is_unknown, items, mapping, text

GROUP = "aws:ec2/securityGroup:SecurityGroup"

_MEMBERS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_IDENTIFIED = "id"


def _group(group: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = group.inputs
    yield entry(
        SECURITY_GROUPS,
        group,
        declarations,
        {
            "GroupId": declarations.identity(group, _IDENTIFIED),
            "VpcId": inputs.get("vpcId"),
            **{member: _inline(inputs.get(said), group, declarations) for said, member in _MEMBERS.items()},
        },
    )


def _inline(rules: Json, group: DeclaredResource, declarations: Declarations) -> Json:
    if is_unknown(rules):
        return rules
    return [_inline_rule(mapping(rule), group, declarations) for rule in items(rules)]


def _inline_rule(rule: Mapping[str, Json], group: DeclaredResource, declarations: Declarations) -> Json:
    groups = [*items(rule.get("securityGroups")), *([declarations.identity(group, "id")] if rule.get("self") else [])]
    return _permission(
        rule.get("protocol"),
        rule,
        [{"CidrIp": network} for network in items(rule.get("cidrBlocks"))],
        [{"CidrIpv6": network} for network in items(rule.get("ipv6CidrBlocks"))],
        [{"PrefixListId": listed} for listed in items(rule.get("prefixListIds"))],
        [{"GroupId": referenced} for referenced in groups],
    )


def _rule(member: str) -> Reader:
    def read(rule: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
        inputs = rule.inputs

        def one(spelled: str, said: str) -> list[Json]:
            return [{spelled: inputs[said]}] if inputs.get(said) else []

        yield entry(
            SECURITY_GROUPS,
            rule,
            declarations,
            {
                "GroupId": _of(rule, "securityGroupId", declarations),
                member: [
                    _permission(
                        inputs.get("ipProtocol"),
                        inputs,
                        one("CidrIp", "cidrIpv4"),
                        one("CidrIpv6", "cidrIpv6"),
                        one("PrefixListId", "prefixListId"),
                        [{"GroupId": _of(rule, "referencedSecurityGroupId", declarations)}]
                        if inputs.get("referencedSecurityGroupId")
                        else [],
                    )
                ],
            },
            defines=False,
        )

    return read


def _of(rule: DeclaredResource, member: str, declarations: Declarations) -> Json:
    group = declarations.referred(rule, member, GROUP)
    if group is not None:
        return declarations.identity(group, _IDENTIFIED)
    return text(rule.inputs.get(member)) or declarations.identity(rule, member)


def _permission(  # noqa: PLR0913, PLR0917  # EC2 has as many kinds of peers
    protocol: Json,
    ports: Mapping[str, Json],
    networks: list[Json],
    networks_v6: list[Json],
    prefix_lists: list[Json],
    groups: list[Json],
) -> Json:
    return given(
        IpProtocol=protocol,
        FromPort=ports.get("fromPort"),
        ToPort=ports.get("toPort"),
        IpRanges=networks or None,
        Ipv6Ranges=networks_v6 or None,
        PrefixListIds=prefix_lists or None,
        UserIdGroupPairs=groups or None,
    )


READERS = {
    GROUP: _group,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("IpPermissionsEgress"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("IpPermissions"),
}
