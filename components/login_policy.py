"""What lets every tenant log in to the database as itself."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from components.database_cluster import DatabaseCluster
from lakeward.plan.declarations import CLUSTER_RESOURCE_ID, LoginPolicyArgs


class LoginPolicy(LakeComponent[LoginPolicyArgs], area="database"):
    """
    One managed policy for all tenants, whose document says which cluster.

    It is the only document that isn't final before its resource exists (`lakeward.plan.unknowns`).
    """

    def place(self, args: LoginPolicyArgs, declared: Declared) -> None:
        cluster = declared.the(DatabaseCluster, args.cluster)
        policy = aws.iam.Policy(
            self.logical_name,
            name=args.name,
            description="Each tenant logs in to the database as itself",
            policy=cluster.resource_id.apply(
                lambda resource_id: args.policy.replace(CLUSTER_RESOURCE_ID, str(resource_id))
            ),
            tags=args.tags,
            opts=self.child(),
        )
        self.arn = policy.arn
        self.register_outputs({"arn": self.arn})
