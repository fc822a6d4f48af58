"""The function that hands out tenants' sessions."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import TenantBrokerArgs

RUNTIME = "python3.12"
ARCHITECTURE = "arm64"
"""What the archive is built for (ADR 0006)."""

MEMORY_MEGABYTES = 256
TIMEOUT_SECONDS = 20
"""Longer than a fetch of the key set and two attempts at STS take together."""


class TenantBroker(LakeComponent[TenantBrokerArgs], area="tenants"):
    """
    The broker: its log group, the function, and the statement by which one role may invoke it.

    It has no address of its own, no queue and no schedule, and stands in no network of ours: it speaks to STS and to
    the issuer's key set. The log group is there first, or Lambda would make one that keeps its lines for ever.
    """

    def place(self, args: TenantBrokerArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        logs = aws.cloudwatch.LogGroup(
            f"{self.logical_name}-logs",
            name=args.log_group,
            retention_in_days=args.log_retention_days,
            tags=args.tags,
            opts=self.child(),
        )
        function = aws.lambda_.Function(
            self.logical_name,
            name=args.name,
            description="Hands out sessions of tenants' roles for verified tokens",
            role=args.role_arn,
            code=pulumi.FileArchive(args.archive),
            handler=args.handler,
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            memory_size=MEMORY_MEGABYTES,
            timeout=TIMEOUT_SECONDS,
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=args.environment),
            tags=args.tags,
            opts=self.child(logs),
        )
        aws.lambda_.Permission(
            f"{self.logical_name}-caller",
            statement_id="AllowTheOneCaller",
            action="lambda:InvokeFunction",
            function=args.name,
            principal=args.caller,
            opts=self.child(function),
        )
        self.arn = function.arn
        self.register_outputs({"arn": self.arn})
