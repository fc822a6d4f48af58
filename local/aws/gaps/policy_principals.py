"""
Gap: moto stores trust, bucket and key policies that name principals which don't exist; AWS refuses them.

The order in which a program creates a role and the policy that names it then shows here as it would on AWS.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.kms.models import KmsBackend
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

from local.aws import principals
from local.aws.hooks import Arguments, before


def extend() -> None:
    """Check every policy that AWS checks."""
    before(IAMBackend, "create_role", _check_trust("assume_role_policy_document"))
    before(IAMBackend, "update_assume_role_policy", _check_trust("policy_document"))
    before(S3Backend, "put_bucket_policy", _check_bucket_policy)
    before(KmsBackend, "create_key", _check_key_policy)
    before(KmsBackend, "put_key_policy", _check_key_policy)


def _check_trust(argument: str) -> Callable[[IAMBackend, Arguments], None]:
    def check(_: IAMBackend, arguments: Arguments) -> None:
        for kind, principal in principals.missing_in(_document(arguments[argument])):
            raise MalformedPolicyDocument(f'Invalid principal in policy: "{kind}":"{principal}"')

    return check


def _check_bucket_policy(_: S3Backend, arguments: Arguments) -> None:
    for _kind, principal in principals.missing_in(_document(arguments["policy"])):
        raise S3ClientError("MalformedPolicy", f"Invalid principal in policy: {principal}")


def _check_key_policy(_: KmsBackend, arguments: Arguments) -> None:
    for _kind, principal in principals.missing_in(_document(arguments["policy"])):
        raise JsonRESTError(
            "MalformedPolicyDocumentException",
            f"Policy contains a statement with one or more invalid principals: {principal}",
        )


def _document(policy: str | bytes | None) -> dict[str, Any]:
    """Return a policy as a document; what isn't one is for moto to refuse."""
    try:
        document = json.loads(policy or "{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
