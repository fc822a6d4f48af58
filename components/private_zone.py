"""How a service's name leads other VPCs to the hub."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.component import Declared, LakeComponent
from components.interface_endpoint import InterfaceEndpoint
from lakeward.plan.declarations import PrivateZoneArgs


class PrivateZone(LakeComponent[PrivateZoneArgs], area="network"):
    """
    A private hosted zone of a service's name, whose alias is the hub's endpoint.

    Spokes of other accounts associate themselves; here they are only authorized to, and what they have done isn't
    taken back.
    """

    def place(self, args: PrivateZoneArgs, declared: Declared) -> None:
        zone = aws.route53.Zone(
            self.logical_name,
            name=args.zone_name,
            comment=f"Leads to the interface endpoint of {args.service}",
            vpcs=[aws.route53.ZoneVpcArgs(vpc_id=args.vpc, vpc_region=declared.lake.region)],
            tags=args.tags,
            opts=pulumi.ResourceOptions.merge(self.child(), pulumi.ResourceOptions(ignore_changes=["vpcs"])),
        )
        entry = declared.the(InterfaceEndpoint, args.endpoint).dns_entries[0]
        for name in (args.zone_name, *((f"*.{args.zone_name}",) if args.subdomains else ())):
            aws.route53.Record(
                f"{self.logical_name}-{name}",
                zone_id=zone.zone_id,
                name=name,
                type="A",
                aliases=[
                    aws.route53.RecordAliasArgs(
                        name=entry.dns_name,
                        zone_id=entry.hosted_zone_id,
                        evaluate_target_health=True,
                    )
                ],
                opts=self.child(),
            )
        for vpc in args.spokes:
            aws.route53.VpcAssociationAuthorization(
                f"{self.logical_name}-{vpc}", zone_id=zone.zone_id, vpc_id=vpc, opts=self.child()
            )
        self.zone_id = zone.zone_id
        self.register_outputs({"zoneId": self.zone_id})
