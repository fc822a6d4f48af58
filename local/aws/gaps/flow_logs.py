"""Gap: moto takes a flow log's destination in S3 for a bucket's name, though it may be a prefix of a bucket."""

from __future__ import annotations

from typing import Any

from moto.s3.models import S3Backend

from local.aws.hooks import Arguments, Call, around


def extend() -> None:
    """Look up the bucket in front of the prefix; no bucket's name has a slash."""
    around(S3Backend, "get_bucket", _get)


def _get(backend: S3Backend, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's bucket
    bucket, slash, _ = arguments["bucket_name"].partition("/")
    return backend.get_bucket(bucket) if slash else call()
