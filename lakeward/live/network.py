"""EC2: VPC endpoints with their policies, and security groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakeward.estate.sources.values import Json, canonical, document
from lakeward.live.calls import Aws, Call, picked, read_or_unknown

ENDPOINTS = Call("ec2", "DescribeVpcEndpoints", items="VpcEndpoints")
SECURITY_GROUPS = Call("ec2", "DescribeSecurityGroups", items="SecurityGroups")

CALLS = (ENDPOINTS, SECURITY_GROUPS)


def read(aws: Aws) -> dict[str, Json]:
    """Return the Region's VPC endpoints and security groups, sorted by id."""
    return {
        "VpcEndpoints": read_or_unknown(lambda: _sorted([_endpoint(found) for found in aws.every(ENDPOINTS)])),
        "SecurityGroups": read_or_unknown(lambda: _sorted([_group(found) for found in aws.every(SECURITY_GROUPS)])),
    }


def _endpoint(endpoint: Mapping[str, Any]) -> Json:
    stated = picked(endpoint, "VpcEndpointId", "VpcId", "VpcEndpointType", "ServiceName")
    policy = document(endpoint.get("PolicyDocument"))
    groups = sorted(group["GroupId"] for group in endpoint.get("Groups", []))
    return {
        **stated,
        **({"PolicyDocument": policy} if policy is not None else {}),
        **({"Groups": [{"GroupId": group} for group in groups]} if groups else {}),
    }


def _group(group: Mapping[str, Any]) -> Json:
    directions = ("IpPermissions", "IpPermissionsEgress")
    return {
        **picked(group, "GroupId", "VpcId"),
        **{name: [_rule(rule, str(group.get("OwnerId"))) for rule in group.get(name, [])] for name in directions},
    }


def _rule(rule: Mapping[str, Any], owner: str) -> Json:
    """Leave out the peers that a rule doesn't have, and of groups the account that is the group's own."""
    stated = {name: value for name, value in rule.items() if value != []}
    if "UserIdGroupPairs" in stated:
        stated["UserIdGroupPairs"] = [
            {name: value for name, value in pair.items() if (name, value) != ("UserId", owner)}
            for pair in stated["UserIdGroupPairs"]
        ]
    return stated


def _sorted(entries: list[Json]) -> Json:
    return sorted(entries, key=canonical)
