"""A route table leads to the gateway endpoint of its own VPC."""

import sys
from pathlib import Path

import pulumi_aws as aws

sys.path.append(str(Path(__file__).parents[1]))

from lake import ROUTE_TABLE, gateway_endpoint

aws.ec2.VpcEndpointRouteTableAssociation(
    "association", route_table_id=ROUTE_TABLE, vpc_endpoint_id=gateway_endpoint().id
)
