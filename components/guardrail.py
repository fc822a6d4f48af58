"""What no account of the organization can open."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import GuardrailArgs


class Guardrail(LakeComponent[GuardrailArgs], area="organization"):
    """A policy of the organization, attached to its targets."""

    def place(self, args: GuardrailArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        policy = aws.organizations.Policy(
            self.logical_name,
            name=args.name,
            type=args.policy_type,
            description=args.description,
            content=args.content,
            tags=args.tags,
            opts=self.child(),
        )
        for target in args.targets:
            aws.organizations.PolicyAttachment(
                f"{self.logical_name}-{target}", policy_id=policy.id, target_id=target, opts=self.child()
            )
        self.policy_id = policy.id
        self.register_outputs({"policyId": self.policy_id})
