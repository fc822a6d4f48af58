"""
Gap: moto answers the question for a bucket's ABAC status with a listing of its objects.

Kept on the bucket; `Disabled` until it is enabled, as on AWS.
"""

from __future__ import annotations

import re
from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

from local.aws.hooks import Arguments, Call, around

_STATUS = re.compile(rb"<Status>\s*(?P<status>Enabled|Disabled)\s*</Status>")


def extend() -> None:
    """Answer `GetBucketAbac` and `PutBucketAbac`."""
    around(S3Response, "_bucket_response_get", _get)
    around(S3Response, "_bucket_response_put", _put)


def _get(response: S3Response, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's result
    if "abac" not in arguments["querystring"]:
        return call()
    status = getattr(response.backend.get_bucket(arguments["bucket_name"]), "abac_status", "Disabled")
    return f"<AbacStatus><Status>{status}</Status></AbacStatus>"


def _put(response: S3Response, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's result
    if "abac" not in arguments["querystring"]:
        return call()
    found = _STATUS.search(response.raw_body)
    if not found:
        raise S3ClientError("MalformedXML", "The XML you provided was not well-formed")
    bucket: Any = response.backend.get_bucket(arguments["bucket_name"])
    bucket.abac_status = found["status"].decode()
    return ""
