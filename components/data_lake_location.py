"""A location that Lake Formation governs."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import DataLakeLocationArgs


class DataLakeLocation(LakeComponent[DataLakeLocationArgs], area="governance"):
    """
    A registered location with a registration role of its own.

    Never the service-linked role: service and resource control policies don't bind it, and it can't use the
    location's key across accounts.
    """

    def place(self, args: DataLakeLocationArgs, declared: Declared) -> None:  # noqa: ARG002
        aws.lakeformation.Resource(
            self.logical_name,
            arn=args.resource_arn,
            role_arn=args.role_arn,
            use_service_linked_role=False,
            hybrid_access_enabled=args.hybrid_access_enabled,
            opts=self.child(),
        )
        self.register_outputs({})
