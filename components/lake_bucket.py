"""A bucket of the lake, with its baseline."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from components.data_key import DataKey
from lakeward.plan.declarations import LakeBucketArgs

NONCURRENT_DAYS = 30
"""Days a version stays after it was overwritten, deleted or expired: time to notice a mistake."""

ABANDONED_UPLOAD_DAYS = 7
"""Days until the parts of an upload that was never completed are removed."""


class LakeBucket(LakeComponent[LakeBucketArgs], area="storage"):
    """
    A private, versioned bucket of one zone.

    The public access block stands before the policy, so that there is no moment in which a policy alone decides;
    the policy stands before encryption, versioning and logging, which don't open anything.
    """

    def place(self, args: LakeBucketArgs, declared: Declared) -> None:
        bucket = aws.s3.Bucket(
            self.logical_name,
            bucket=args.name,
            force_destroy=False,
            tags=args.tags,
            opts=self.child(retained=args.retained, protected=args.protected),
        )
        self.bucket = bucket.bucket

        block = aws.s3.BucketPublicAccessBlock(
            f"{self.logical_name}-public-access-block",
            bucket=self.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child(retained=args.retained),
        )
        ownership = aws.s3.BucketOwnershipControls(
            f"{self.logical_name}-ownership",
            bucket=self.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            # S3 answers OperationAborted when two of a bucket's access settings are written at once.
            opts=self.child(block, retained=args.retained),
        )
        policy = aws.s3.BucketPolicy(
            f"{self.logical_name}-policy",
            bucket=self.bucket,
            policy=args.policy,
            opts=self.child(block, ownership, retained=args.retained),
        )
        self._encrypt(args, declared, policy)
        versioning = aws.s3.BucketVersioning(
            f"{self.logical_name}-versioning",
            bucket=self.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self.child(policy, retained=args.retained),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{self.logical_name}-lifecycle",
            bucket=self.bucket,
            rules=self._lifecycle(args),
            opts=self.child(versioning, retained=args.retained),
        )
        if args.access_log_bucket is not None:
            aws.s3.BucketLogging(
                f"{self.logical_name}-logging",
                bucket=self.bucket,
                target_bucket=args.access_log_bucket,
                target_prefix=args.access_log_prefix,
                opts=self.child(policy, retained=args.retained),
            )
        self.register_outputs({"bucket": self.bucket})

    def _encrypt(self, args: LakeBucketArgs, declared: Declared, policy: aws.s3.BucketPolicy) -> None:
        key = None if args.key is None else declared.the(DataKey, args.key)
        by_default = (
            aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm="AES256"
            )
            if key is None
            else aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm="aws:kms", kms_master_key_id=key.arn
            )
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{self.logical_name}-encryption",
            bucket=self.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=by_default,
                    bucket_key_enabled=args.bucket_key_enabled,
                )
            ],
            opts=self.child(policy, *([] if key is None else [key]), retained=args.retained),
        )

    @staticmethod
    def _lifecycle(args: LakeBucketArgs) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
        every_object = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
        rules = [
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="remove-abandoned-uploads",
                status="Enabled",
                filter=every_object,
                abort_incomplete_multipart_upload=(
                    aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                        days_after_initiation=ABANDONED_UPLOAD_DAYS
                    )
                ),
            )
        ]
        if args.expire_days is not None:
            rules.append(
                aws.s3.BucketLifecycleConfigurationRuleArgs(
                    id="expire",
                    status="Enabled",
                    filter=every_object,
                    expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=args.expire_days),
                    noncurrent_version_expiration=(
                        aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                            noncurrent_days=NONCURRENT_DAYS
                        )
                    ),
                )
            )
        return rules
