"""The stack itself: parent of every component, and what each reader of a preview, an export or a recording needs."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from lakeward import names
from lakeward.plan.declarations import LakeArgs


class Lake(pulumi.ComponentResource):
    """The root component. Its inputs say which account and Region the stack is, and who deploys it."""

    def __init__(self, args: LakeArgs, provider: aws.Provider) -> None:
        super().__init__(
            "lake:stack:Lake",
            names.LAKE,
            {
                "stack": args.stack,
                "account": args.account,
                "region": args.region,
                "deployer": args.deployer,
                "organization": args.organization,
            },
            pulumi.ResourceOptions(providers=[provider]),
        )
        self.register_outputs({})


def lake_provider(args: LakeArgs) -> aws.Provider:
    """
    Return the one provider of the stack: this account, this Region, this way in.

    Credentials that lead to another account are refused before anything is read or written.
    """
    return aws.Provider(
        "aws",
        region=args.region,
        allowed_account_ids=[args.account],
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role, session_name="lakeward") for role in args.assume_roles],
    )
