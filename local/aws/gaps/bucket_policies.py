"""Gap: moto stores any bytes as a bucket's policy, and one that speaks of another bucket."""

from __future__ import annotations

import json
from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

from local.aws.hooks import Arguments, before


def extend() -> None:
    """Refuse bucket policies that S3 refuses."""
    before(S3Backend, "put_bucket_policy", _check)


def _check(_: S3Backend, arguments: Arguments) -> None:
    try:
        document = json.loads(arguments["policy"])
    except ValueError as error:
        raise _malformed("This policy contains invalid Json") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise _malformed("Missing required field Statement")
    bucket = f"arn:aws:s3:::{arguments['bucket_name']}"
    for statement in _listed(document["Statement"]):
        if not isinstance(statement, dict) or "Effect" not in statement:
            raise _malformed("Missing required field Effect")
        if not {"Principal", "NotPrincipal"} & set(statement):
            raise _malformed("Missing required field Principal")
        if not {"Resource", "NotResource"} & set(statement):
            raise _malformed("Missing required field Resource")
        for resource in _listed(statement.get("Resource", statement.get("NotResource"))):
            # Wildcards may stand for any part of the bucket's name.
            if resource != "*" and "*" not in resource and "?" not in resource and not _within(resource, bucket):
                raise _malformed("Policy has invalid resource")


def _within(resource: str, bucket: str) -> bool:
    return resource == bucket or resource.startswith(f"{bucket}/")


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    return value if isinstance(value, list) else [value]


def _malformed(message: str) -> S3ClientError:
    return S3ClientError("MalformedPolicy", message)
