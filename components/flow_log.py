"""Who came to the endpoints."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import FlowLogArgs

AGGREGATION_SECONDS = 60
"""The shortest AWS offers: who was turned away is seen within a minute."""


class FlowLog(LakeComponent[FlowLogArgs], area="network"):
    """A flow log of all traffic of a VPC, accepted and rejected, into the log bucket."""

    def place(self, args: FlowLogArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        log = aws.ec2.FlowLog(
            self.logical_name,
            vpc_id=args.vpc,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=args.destination,
            max_aggregation_interval=AGGREGATION_SECONDS,
            tags=args.tags,
            opts=self.child(),
        )
        self.arn = log.arn
        self.register_outputs({"arn": self.arn})
