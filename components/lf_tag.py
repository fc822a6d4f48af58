"""An LF-Tag key."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import LfTagArgs


class LfTag(LakeComponent[LfTagArgs], area="governance"):
    """An LF-Tag key and the values it may have."""

    def place(self, args: LfTagArgs, declared: Declared) -> None:  # noqa: ARG002
        aws.lakeformation.LfTag(self.logical_name, key=args.key, values=args.values, opts=self.child())
        self.register_outputs({})
