"""NET001: nothing is open to the world, and a database not even to a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.resources import UNKNOWN, Resource, Resources, as_mappings
from policies.rule import StackRule

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
DATABASES = ("aws:rds/cluster:Cluster", "aws:rds/instance:Instance")
INSTANCES = ("aws:rds/clusterInstance:ClusterInstance", "aws:rds/instance:Instance")

_NETWORKS = ("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks", "prefixListId", "prefixListIds")
_WORLD_BITS = "/0"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    of_databases = _groups_of_databases(resources)
    for group in resources.of(GROUP):
        for rule in as_mappings(group.properties.get("ingress")):
            yield from _judged(group, rule, closed=group.urn in of_databases)
    for declared in resources.of(INGRESS_RULE, OLD_RULE):
        if declared.text("type") == "egress":
            continue
        groups = {group.urn for group in resources.referred(declared, "securityGroupId")}
        named = {declared.text("securityGroupId") or ""}
        yield from _judged(declared, declared.properties, closed=bool((groups | named) & of_databases))
    for instance in resources.of(*INSTANCES):
        if instance.properties.get("publiclyAccessible"):
            yield instance, "it has a public address, which whoever a security group admits can reach"


def _groups_of_databases(resources: Resources) -> set[str]:
    """Return the security groups of databases: by URN where the stack declares them, by id where it names them."""
    found: set[str] = set()
    for database in resources.of(*DATABASES):
        found |= {group.urn for group in resources.referred(database, "vpcSecurityGroupIds")}
        found |= {group for group in database.items("vpcSecurityGroupIds") if isinstance(group, str)}
    return found


def _judged(resource: Resource, rule: Mapping[str, object], *, closed: bool) -> Iterator[tuple[Resource, str]]:
    for name in _NETWORKS:
        value = rule.get(name)
        for network in value if isinstance(value, list) else [value] if value is not None else []:
            shown = "a network that isn't known yet" if network is UNKNOWN else f"`{network}`"
            if network is UNKNOWN or (isinstance(network, str) and network.endswith(_WORLD_BITS)):
                yield resource, f"it admits {shown}, so whoever is on the internet"
            elif closed:
                yield resource, f"it admits {shown} to a database, so whatever gets an address there"


RULE = StackRule(
    id="NET001",
    claim="no-world-ingress",
    why="a port that the world reaches is tried within minutes, and an address says nothing of who has it",
    source="systems K30; docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.RDSSecurityGroups.html",
    fix="admit the security group of the clients (`referencedSecurityGroupId`) instead of a network",
    check=_breaches,
)
