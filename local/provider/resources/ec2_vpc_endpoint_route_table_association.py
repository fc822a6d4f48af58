"""
`aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation`.

Source: hashicorp/terraform-provider-aws, internal/service/ec2/vpc_endpoint_route_table_association.go (`ForceNew` on
both).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<endpoint>/<route table>"


class VpcEndpointRouteTableAssociation(ResourceType):
    """A route table that leads to a gateway endpoint; its identity is both their ids."""

    pulumi_type = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
    properties: ClassVar = {
        "routeTableId": Property(replaces=True),
        "vpcEndpointId": Property(replaces=True),
    }
    absent = frozenset({"InvalidParameter", "InvalidRouteTableId.NotFound", "InvalidVpcEndpointId.NotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        endpoint, table = wanted["vpcEndpointId"], wanted["routeTableId"]
        place.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
        return f"{endpoint}/{table}"

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        endpoint, table = parts(identity, _FORM)
        (found,) = place.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
        if table not in found.get("RouteTableIds", []):
            return None
        return {"routeTableId": table, "vpcEndpointId": endpoint}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        endpoint, table = parts(identity, _FORM)
        place.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[table])
