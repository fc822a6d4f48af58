"""That one tenant logs in to the database."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.identifiers import RoleArn
from lakeward.plan.declarations import TenantLoginArgs


class TenantLogin(LakeComponent[TenantLoginArgs], area="database"):
    """The login policy on a tenant's role, as a resource of the tenant's own."""

    def place(self, args: TenantLoginArgs, declared: Declared) -> None:  # noqa: ARG002  # refers by names alone
        aws.iam.RolePolicyAttachment(
            self.logical_name, role=RoleArn(args.role_arn).name, policy_arn=args.policy_arn, opts=self.child()
        )
        self.register_outputs({})
