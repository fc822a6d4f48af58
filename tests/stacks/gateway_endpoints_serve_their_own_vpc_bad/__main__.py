"""A spoke's route table leads to the gateway endpoint of the hub."""

import sys
from pathlib import Path

import pulumi_aws as aws

sys.path.append(str(Path(__file__).parents[1]))

from lake import ROUTE_TABLE

aws.ec2.VpcEndpointRouteTableAssociation(
    "association", route_table_id=ROUTE_TABLE, vpc_endpoint_id="vpce-0a1b2c3d4e5f60009"
)
