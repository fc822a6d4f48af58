"""Where a persona's queries run."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from components.data_key import DataKey
from lakeward.plan.declarations import QueryWorkgroupArgs


class QueryWorkgroup(LakeComponent[QueryWorkgroupArgs], area="query"):
    """An Athena workgroup whose result prefix, key and bucket owner no client can override."""

    def place(self, args: QueryWorkgroupArgs, declared: Declared) -> None:
        key = declared.the(DataKey, args.key)
        workgroup = aws.athena.Workgroup(
            self.logical_name,
            name=args.name,
            state="ENABLED",
            # The history of its queries must not keep a removed persona's workgroup alive.
            force_destroy=True,
            configuration=aws.athena.WorkgroupConfigurationArgs(
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                requester_pays_enabled=False,
                result_configuration=aws.athena.WorkgroupConfigurationResultConfigurationArgs(
                    output_location=args.result_location,
                    # Results must not end up in a bucket of the same name that someone else owns by then.
                    expected_bucket_owner=declared.lake.account,
                    encryption_configuration=(
                        aws.athena.WorkgroupConfigurationResultConfigurationEncryptionConfigurationArgs(
                            encryption_option="SSE_KMS", kms_key_arn=key.arn
                        )
                    ),
                ),
            ),
            tags=args.tags,
            opts=self.child(key),
        )
        self.arn = workgroup.arn
        self.register_outputs({"arn": self.arn})
