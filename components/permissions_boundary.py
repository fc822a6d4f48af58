"""A managed policy that bounds roles."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import PermissionsBoundaryArgs


class PermissionsBoundary(LakeComponent[PermissionsBoundaryArgs], area="identity"):
    """A customer managed policy, attached to nothing: roles name it as their boundary."""

    def place(self, args: PermissionsBoundaryArgs, declared: Declared) -> None:  # noqa: ARG002
        policy = aws.iam.Policy(
            self.logical_name,
            name=args.name,
            description=args.description,
            policy=args.policy,
            tags=args.tags,
            opts=self.child(),
        )
        self.arn = policy.arn
        self.register_outputs({"arn": self.arn})
