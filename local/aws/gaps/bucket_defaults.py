"""
Gap: moto's new buckets are those of 2022, open and unencrypted.

Since 2023 a new bucket blocks public access, disables ACLs and encrypts with S3's keys, and removing a bucket's
encryption configuration brings the last back. A program that relies on these defaults must be seen to do so.
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import S3Backend

from local.aws.hooks import Arguments, after


def extend() -> None:
    """Give new buckets today's defaults."""
    after(S3Backend, "create_bucket", _on_create)
    after(S3Backend, "delete_bucket_encryption", _on_delete_encryption)


def _on_create(backend: S3Backend, arguments: Arguments) -> None:
    name = arguments["bucket_name"]
    backend.put_public_access_block(
        name,
        {
            "BlockPublicAcls": "true",
            "IgnorePublicAcls": "true",
            "BlockPublicPolicy": "true",
            "RestrictPublicBuckets": "true",
        },
    )
    bucket: Any = backend.get_bucket(name)
    bucket.ownership_rule = "BucketOwnerEnforced"
    backend.put_bucket_encryption(name, _s3_managed())


def _on_delete_encryption(backend: S3Backend, arguments: Arguments) -> None:
    backend.put_bucket_encryption(arguments["bucket_name"], _s3_managed())


def _s3_managed() -> dict[str, Any]:
    return {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}
