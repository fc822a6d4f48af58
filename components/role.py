"""What persona roles and registration roles have in common."""

from __future__ import annotations

from typing import TypeVar

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import RoleArgs

RoleArgsT = TypeVar("RoleArgsT", bound=RoleArgs)


class Role(LakeComponent[RoleArgsT]):
    """
    A role with its trust and boundary, and its inline policies as resources of their own.

    Each policy is a resource, so that a refresh shows a policy that was changed or removed under its own name.
    The boundary is there from the first moment, the policies follow: at no time can the role do more than planned.
    """

    def place(self, args: RoleArgsT, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        role = aws.iam.Role(
            self.logical_name,
            name=args.name,
            path=args.path,
            description=args.description,
            assume_role_policy=args.trust,
            permissions_boundary=args.boundary_arn,
            max_session_duration=args.max_session_seconds,
            tags=args.tags,
            opts=self.child(),
        )
        for policy in args.policies:
            aws.iam.RolePolicy(
                f"{self.logical_name}-{policy.name}",
                role=role.name,
                name=policy.name,
                policy=policy.document,
                opts=self.child(),
            )
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})
