"""The way to a service from inside a VPC, and from premises that are connected to it."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from components.endpoint_group import EndpointGroup
from lakeward.plan.declarations import InterfaceEndpointArgs


class InterfaceEndpoint(LakeComponent[InterfaceEndpointArgs], area="network"):
    """An interface endpoint: an address in each subnet, behind security groups, under a policy of its own."""

    def place(self, args: InterfaceEndpointArgs, declared: Declared) -> None:
        endpoint = aws.ec2.VpcEndpoint(
            self.logical_name,
            vpc_id=args.vpc,
            service_name=args.service_name,
            vpc_endpoint_type="Interface",
            subnet_ids=args.subnets,
            security_group_ids=[declared.the(EndpointGroup, group).group_id for group in args.groups],
            policy=args.policy,
            private_dns_enabled=args.private_dns,
            dns_options=(
                aws.ec2.VpcEndpointDnsOptionsArgs(private_dns_only_for_inbound_resolver_endpoint=True)
                if args.resolver_only
                else None
            ),
            tags=args.tags,
            # Two endpoints of a service can't both have its name in one VPC.
            opts=self.child(),
        )
        self.dns_entries = endpoint.dns_entries
        self.register_outputs({"endpointId": endpoint.id})
