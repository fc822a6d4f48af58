"""NET006: no VPC counts on another one's gateway endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, Resources
from policies.rule import StackRule

ASSOCIATION = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
ROUTE = "aws:ec2/route:Route"
ELSEWHERE = ("transitGatewayId", "vpcPeeringConnectionId")


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for association in resources.of(ASSOCIATION):
        # An id that is written down is that of an endpoint which exists already, so another stack's.
        endpoint = association.text("vpcEndpointId")
        if endpoint is not None and not resources.referred(association, "vpcEndpointId"):
            table = association.text("routeTableId") or "its route table"
            yield association, f"`{table}` counts on `{endpoint}`, a gateway endpoint of another stack's VPC"
    for route in resources.of(ROUTE):
        prefixes = route.text("destinationPrefixListId")
        way = next((route.text(name) for name in ELSEWHERE if route.text(name)), None)
        if prefixes is not None and way is not None:
            yield route, f"it sends `{prefixes}` to `{way}`, but no gateway endpoint answers from behind there"


RULE = StackRule(
    id="NET006",
    claim="gateway-endpoints-serve-their-own-vpc",
    why="a gateway endpoint can't be reached by peering, transit gateway or VPN: the spoke's requests are lost",
    source="semantics C3; docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    fix="give the VPC a gateway endpoint of its own, which costs nothing, or use the hub's interface endpoint",
    check=_breaches,
)
