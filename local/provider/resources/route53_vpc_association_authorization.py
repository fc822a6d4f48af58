"""
`aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization`.

Source: hashicorp/terraform-provider-aws, internal/service/route53/vpc_association_authorization.go (`ForceNew` on
everything; the id is zone and VPC).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<zone>:<vpc>"


class VpcAssociationAuthorization(ResourceType):
    """That a VPC of another account may be associated with a private zone; its identity is zone and VPC."""

    pulumi_type = "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization"
    properties: ClassVar = {
        "vpcId": Property(replaces=True),
        "vpcRegion": Property(replaces=True, filled_in=True),
        "zoneId": Property(replaces=True),
    }
    absent = frozenset({"NoSuchHostedZone", "VPCAssociationAuthorizationNotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        vpc = {"VPCId": wanted["vpcId"], "VPCRegion": wanted.get("vpcRegion") or place.region}
        place.client("route53").create_vpc_association_authorization(HostedZoneId=wanted["zoneId"], VPC=vpc)
        return f"{wanted['zoneId']}:{wanted['vpcId']}"

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        zone, vpc = parts(identity, _FORM)
        answer = place.client("route53").list_vpc_association_authorizations(HostedZoneId=zone)
        region = {found["VPCId"]: found["VPCRegion"] for found in answer["VPCs"]}.get(vpc)
        return None if region is None else {"vpcId": vpc, "vpcRegion": region, "zoneId": zone}

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        zone, vpc = parts(identity, _FORM)
        place.client("route53").delete_vpc_association_authorization(
            HostedZoneId=zone, VPC={"VPCId": vpc, "VPCRegion": state.get("vpcRegion") or place.region}
        )
