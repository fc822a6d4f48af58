"""TEN031: who logs in to a database is known by IAM, over TLS."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, Resources, as_mappings
from policies.rule import StackRule

CLUSTER = "aws:rds/cluster:Cluster"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
FORCED = ("rds.force_ssl", "1")


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for cluster in resources.of(CLUSTER):
        if not cluster.flag("iamDatabaseAuthenticationEnabled"):
            yield cluster, "whoever has a password logs in, whatever IAM says"
        if not cluster.flag("manageMasterUserPassword"):
            yield cluster, "the master user's password is in the program's hands and in its state"
        if not any(_forces_tls(group) for group in _parameters(resources, cluster)):
            yield cluster, "it takes connections without TLS, and a token on them is anybody's"


def _parameters(resources: Resources, cluster: Resource) -> list[Resource]:
    name = cluster.text("dbClusterParameterGroupName")
    referred = resources.referred(cluster, "dbClusterParameterGroupName")
    return [group for group in resources.of(PARAMETERS) if group in referred or (name and group.text("name") == name)]


def _forces_tls(group: Resource) -> bool:
    parameters = as_mappings(group.properties.get("parameters"))
    return FORCED in {(parameter.get("name"), parameter.get("value")) for parameter in parameters}


RULE = StackRule(
    id="TEN031",
    claim="databases-take-iam-and-tls",
    why="row policies trust the login, so a login must be worth it: no shared password, no token in clear",
    source="semantics D1-5, D1-6; systems K34",
    fix="set `iamDatabaseAuthenticationEnabled`, `manageMasterUserPassword`, and the parameter `rds.force_ssl` to 1",
    check=_breaches,
)
