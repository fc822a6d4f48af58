"""How a spoke finds the hub."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import HubAssociationArgs

PRIVATE_ZONES = "privateZones"
"""The export of a hub's stack: for each service the id of its private zone."""


class HubAssociation(LakeComponent[HubAssociationArgs], area="network"):
    """
    A VPC's association with the hub's private zones.

    The zones' ids come from the hub's stack, the one thing here that another stack must have said first; they decide
    nothing about access. Until the hub is up a preview takes them as unknown, so that spokes can be reviewed beside it.
    """

    def place(self, args: HubAssociationArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        hub = pulumi.StackReference(
            self.logical_name,
            stack_name=f"{pulumi.get_organization()}/{pulumi.get_project()}/{args.stack}",
            opts=pulumi.ResourceOptions(parent=self),
        )
        zones = hub.get_output(PRIVATE_ZONES)
        for service in args.services:
            aws.route53.ZoneAssociation(
                f"{self.logical_name}-{service}",
                zone_id=zones.apply(partial(_zone, service=service)),
                vpc_id=args.vpc,
                opts=self.child(),
            )
        self.register_outputs({})


def _zone(zones: Mapping[str, str] | None, service: str) -> Any:  # noqa: ANN401 -- an id, or the SDK's unknown value
    if zones is not None and service in zones:
        return zones[service]
    if pulumi.runtime.is_dry_run():
        return pulumi.UNKNOWN
    raise pulumi.RunError(f"the hub's stack exports no private zone of `{service}`: deploy the hub first")
