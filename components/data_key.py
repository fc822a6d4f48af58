"""A customer managed key and its alias."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import DataKeyArgs

DELETION_WINDOW_DAYS = 30
"""The longest AWS offers: data under a deleted key is gone for good."""


class DataKey(LakeComponent[DataKeyArgs], area="encryption"):
    """
    A symmetric key, rotated every year.

    Whoever uses it depends on the component, not only on `arn`: policies recognise the key by its alias
    (`kms:ResourceAliases`), so until the alias exists nobody may use it.
    """

    def place(self, args: DataKeyArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        key = aws.kms.Key(
            self.logical_name,
            description=args.description,
            policy=args.policy,
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            tags=args.tags,
            # KMS makes up the key's id, so a replacement stands beside the old key until the alias has moved.
            opts=self.child(delete_before_replace=False, protected=args.protected),
        )
        aws.kms.Alias(f"{self.logical_name}-alias", name=args.alias, target_key_id=key.key_id, opts=self.child())
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
