"""NET003: the lake outlives an Availability Zone."""

from __future__ import annotations

from collections.abc import Iterator

from policies.networks import ENDPOINT
from policies.resources import Resource
from policies.rule import ResourceRule

_ZONES = 2


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != ENDPOINT or resource.text("vpcEndpointType") != "Interface":
        return
    # EC2 takes one subnet of each zone, so subnets count zones.
    subnets = resource.items("subnetIds")
    if len(subnets) < _ZONES:
        yield f"it stands in {len(subnets)} zone{'' if len(subnets) == 1 else 's'}: with that one, nobody gets through"


RULE = ResourceRule(
    id="NET003",
    claim="interface-endpoints-stand-in-two-zones",
    why="an interface endpoint is as available as the zones it has an address in",
    source="docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    fix="give it a subnet in each of at least two zones",
    check=_breaches,
)
