"""
`aws:route53/zoneAssociation:ZoneAssociation`.

Source: hashicorp/terraform-provider-aws, internal/service/route53/zone_association.go (`ForceNew` on everything; the
id is zone and VPC; read by the VPC, since the zone may be another account's).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<zone>:<vpc>"


class ZoneAssociation(ResourceType):
    """A VPC's association with a private zone; its identity is zone and VPC."""

    pulumi_type = "aws:route53/zoneAssociation:ZoneAssociation"
    properties: ClassVar = {
        "vpcId": Property(replaces=True),
        "vpcRegion": Property(replaces=True, filled_in=True),
        "zoneId": Property(replaces=True),
    }
    computed = frozenset({"owningAccount"})
    absent = frozenset({"NoSuchHostedZone", "VPCAssociationNotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        vpc = {"VPCId": wanted["vpcId"], "VPCRegion": wanted.get("vpcRegion") or place.region}
        place.client("route53").associate_vpc_with_hosted_zone(HostedZoneId=wanted["zoneId"], VPC=vpc)
        return f"{wanted['zoneId']}:{wanted['vpcId']}"

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        zone, vpc = parts(identity, _FORM)
        answer = place.client("route53").list_hosted_zones_by_vpc(VPCId=vpc, VPCRegion=place.region)
        for found in answer["HostedZoneSummaries"]:
            if found["HostedZoneId"].rpartition("/")[2] == zone:
                owner = found["Owner"].get("OwningAccount")
                return {"owningAccount": owner, "vpcId": vpc, "vpcRegion": place.region, "zoneId": zone}
        return None

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        zone, vpc = parts(identity, _FORM)
        place.client("route53").disassociate_vpc_from_hosted_zone(
            HostedZoneId=zone, VPC={"VPCId": vpc, "VPCRegion": state.get("vpcRegion") or place.region}
        )
