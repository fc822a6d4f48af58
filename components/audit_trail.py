"""Who touched what."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from components.data_key import DataKey
from lakeward.plan.declarations import AuditTrailArgs


class AuditTrail(LakeComponent[AuditTrailArgs], area="audit"):
    """
    A multi-Region trail with log file validation.

    Management events (with Lake Formation's `GetDataAccess`, reads and writes alike) and the data events of every
    object in the named buckets.
    """

    def place(self, args: AuditTrailArgs, declared: Declared) -> None:
        key = declared.the(DataKey, args.key)
        trail = aws.cloudtrail.Trail(
            self.logical_name,
            name=args.name,
            s3_bucket_name=args.bucket,
            s3_key_prefix=args.prefix,
            kms_key_id=key.arn,
            enable_logging=True,
            enable_log_file_validation=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            advanced_event_selectors=self._selectors(args),
            tags=args.tags,
            opts=self.child(key),
        )
        self.arn = trail.arn
        self.register_outputs({"arn": self.arn})

    @staticmethod
    def _selectors(args: AuditTrailArgs) -> list[aws.cloudtrail.TrailAdvancedEventSelectorArgs]:
        field = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs
        selectors = [
            aws.cloudtrail.TrailAdvancedEventSelectorArgs(
                name="Management events",
                field_selectors=[field(field="eventCategory", equals=["Management"])],
            )
        ]
        if args.data_event_prefixes:
            selectors.append(
                aws.cloudtrail.TrailAdvancedEventSelectorArgs(
                    name="Data events of the lake",
                    field_selectors=[
                        field(field="eventCategory", equals=["Data"]),
                        field(field="resources.type", equals=["AWS::S3::Object"]),
                        field(field="resources.ARN", starts_withs=args.data_event_prefixes),
                    ],
                )
            )
        return selectors
