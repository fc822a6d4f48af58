"""
`aws:route53/zone:Zone`.

Source: hashicorp/terraform-provider-aws, internal/service/route53/zone.go (`ForceNew` on `name`; `vpc` is a set; the
default comment).
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties


class Zone(ResourceType):
    """A private hosted zone; its identity is its id."""

    pulumi_type = "aws:route53/zone:Zone"
    properties: ClassVar = {
        "comment": Property(default="Managed by Pulumi"),
        "forceDestroy": Property(default=False),
        "name": Property(replaces=True, filled_in=True, canonical=lambda name: name.rstrip(".")),
        "vpcs": Property(unordered=True),
        "vpcs.vpcRegion": Property(filled_in=True),
    }
    computed = frozenset({"arn", "zoneId"})
    name_property = "name"
    absent = frozenset({"NoSuchHostedZone"})

    def create(self, place: Place, wanted: Properties) -> str:
        first = wanted["vpcs"][0]
        reference = secrets.token_hex(16)
        answer = place.client("route53").create_hosted_zone(
            Name=wanted["name"],
            CallerReference=reference,
            VPC={"VPCId": first["vpcId"], "VPCRegion": first.get("vpcRegion", place.region)},
            HostedZoneConfig={"Comment": wanted["comment"], "PrivateZone": True},
        )
        zone = answer["HostedZone"] if "HostedZone" in answer else self._made_by(place, reference)
        return str(zone["Id"]).rpartition("/")[2]

    def _made_by(self, place: Place, reference: str) -> Properties:
        """Return the zone of a request whose answer was lost: AWS refuses a second one without naming it."""
        pages = place.client("route53").get_paginator("list_hosted_zones").paginate()
        return next(zone for page in pages for zone in page["HostedZones"] if zone["CallerReference"] == reference)

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        zones = place.client("route53")
        if before and wanted["comment"] != before.get("comment"):
            zones.update_hosted_zone_comment(Id=identity, Comment=wanted["comment"])
        there = {vpc["vpcId"] for vpc in (before or {"vpcs": wanted["vpcs"][:1]}).get("vpcs", [])}
        for vpc in wanted["vpcs"]:
            if vpc["vpcId"] not in there:
                zones.associate_vpc_with_hosted_zone(
                    HostedZoneId=identity,
                    VPC={"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion", place.region)},
                )
        for gone in sorted(there - {vpc["vpcId"] for vpc in wanted["vpcs"]}):
            zones.disassociate_vpc_from_hosted_zone(
                HostedZoneId=identity, VPC={"VPCId": gone, "VPCRegion": place.region}
            )
        change = tag_change(before, wanted)
        request: Properties = {}
        if change.to_set:
            request["AddTags"] = as_pairs(change.to_set)
        if change.to_remove:
            request["RemoveTagKeys"] = change.to_remove
        if request:
            zones.change_tags_for_resource(ResourceType="hostedzone", ResourceId=identity, **request)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        zones = place.client("route53")
        found = zones.get_hosted_zone(Id=identity)
        tags = zones.list_tags_for_resource(ResourceType="hostedzone", ResourceId=identity)["ResourceTagSet"]
        return {
            "arn": f"arn:aws:route53:::hostedzone/{identity}",
            "comment": found["HostedZone"]["Config"].get("Comment"),
            "name": found["HostedZone"]["Name"].rstrip("."),
            "tagsAll": from_pairs(tags.get("Tags", [])),
            "vpcs": [{"vpcId": vpc["VPCId"], "vpcRegion": vpc["VPCRegion"]} for vpc in found.get("VPCs", [])],
            "zoneId": identity,
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("route53").delete_hosted_zone(Id=identity)
