"""The way to S3 that costs nothing."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import GatewayEndpointArgs


class GatewayEndpoint(LakeComponent[GatewayEndpointArgs], area="network"):
    """A gateway endpoint: routes in this VPC's own tables, of no use to any other VPC."""

    def place(self, args: GatewayEndpointArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        endpoint = aws.ec2.VpcEndpoint(
            self.logical_name,
            vpc_id=args.vpc,
            service_name=args.service_name,
            vpc_endpoint_type="Gateway",
            route_table_ids=args.route_tables,
            policy=args.policy,
            tags=args.tags,
            # EC2 makes up the id, and a VPC without the endpoint reaches no bucket meanwhile.
            opts=self.child(delete_before_replace=False),
        )
        self.endpoint_id = endpoint.id
        self.register_outputs({"endpointId": self.endpoint_id})
