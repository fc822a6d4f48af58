"""NET001: nothing in a lake answers the whole internet."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, as_items, as_mappings
from policies.rule import ResourceRule

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULES = frozenset(
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroupRule:SecurityGroupRule"]
)

_SHORTEST_PREFIX = 8
"""A network of more addresses than this leaves isn't one's own."""


def _breaches(resource: Resource) -> Iterator[str]:
    for network in _networks(resource):
        prefix = network.rpartition("/")[2]
        if prefix.isdigit() and int(prefix) < _SHORTEST_PREFIX:
            yield f"it admits `{network}`, so whoever reaches the address may try"


def _networks(resource: Resource) -> Iterator[str]:
    if resource.type == GROUP:
        for rule in as_mappings(resource.properties.get("ingress")):
            yield from _texts((*as_items(rule.get("cidrBlocks")), *as_items(rule.get("ipv6CidrBlocks"))))
    elif resource.type in RULES and resource.properties.get("type", "ingress") == "ingress":
        properties = resource.properties
        yield from _texts((properties.get("cidrIpv4"), properties.get("cidrIpv6")))
        yield from _texts((*resource.items("cidrBlocks"), *resource.items("ipv6CidrBlocks")))


def _texts(values: tuple[object, ...]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))


RULE = ResourceRule(
    id="NET001",
    claim="no-world-ingress",
    why="a security group that is open to the world leaves one password or one bug between strangers and the data",
    source="docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    fix="name the networks that clients are in, or the security group they have",
    check=_breaches,
)
