"""NET007: who came to an endpoint, and who was turned away, is on record."""

from __future__ import annotations

from collections.abc import Iterator

from policies.networks import interface_endpoints
from policies.resources import Resource, Resources
from policies.rule import StackRule


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    logs = resources.of("aws:ec2/flowLog:FlowLog")
    logged = {log.text(member) for log in logs for member in ("vpcId", "subnetId")}
    for endpoint in interface_endpoints(resources):
        subnets = endpoint.items("subnetIds")
        if endpoint.text("vpcId") not in logged and not (subnets and set(subnets) <= logged):
            yield endpoint, "nothing records which addresses came to it"


RULE = StackRule(
    id="NET007",
    claim="interface-endpoints-have-flow-logs",
    why="a request that a security group turns away reaches no service, so no audit trail shows it",
    source="docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
    fix="declare a flow log of the endpoint's VPC, or of all its subnets",
    check=_breaches,
)
