"""Who reaches interface endpoints."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import EndpointGroupArgs


class EndpointGroup(LakeComponent[EndpointGroupArgs], area="network"):
    """
    A security group that admits one TCP port from named networks; nothing goes out, for endpoints only answer.

    Each network is a rule of its own, so that a change says which network came or went.
    """

    def place(self, args: EndpointGroupArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        group = aws.ec2.SecurityGroup(
            self.logical_name,
            name=args.name,
            description=args.description,
            vpc_id=args.vpc,
            tags=args.tags,
            opts=self.child(),
        )
        for network in args.networks:
            aws.vpc.SecurityGroupIngressRule(
                f"{self.logical_name}-{network}",
                security_group_id=group.id,
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                cidr_ipv4=network,
                tags=args.tags,
                opts=self.child(),
            )
        self.group_id = group.id
        self.register_outputs({"groupId": self.group_id})
