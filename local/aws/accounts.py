"""
Accounts: there from their first use on, each with the role that AWS Organizations puts into a member account.

moto hands out credentials for any role ARN. AWS doesn't, and a typing mistake in a role chain should fail here
too: only `OrganizationAccountAccessRole` may be assumed without having been created, which creates it.
"""

from __future__ import annotations

import json
import threading

from moto.iam.models import iam_backends
from moto.sts.exceptions import STSClientError
from moto.sts.models import STSBackend

from lakeward.errors import InvalidIdentifierError
from lakeward.identifiers import RoleArn
from local.aws import principals
from local.aws.hooks import Arguments, before
from local.aws.instance import ENTRY_ROLE, MANAGEMENT_ACCOUNT, entry_role_arn

_lock = threading.Lock()


def extend() -> None:
    """Let roles be assumed only where they exist."""
    before(STSBackend, "assume_role", _require_role)


def _require_role(_: STSBackend, arguments: Arguments) -> None:
    role_arn = arguments["role_arn"]
    if principals.exists(role_arn):
        return
    try:
        role = RoleArn(role_arn)
    except InvalidIdentifierError as error:
        raise STSClientError("ValidationError", f"{role_arn} is invalid: {error.problem}") from error
    if role_arn != entry_role_arn(role.account):
        raise STSClientError(
            "AccessDenied", f"not authorized to perform: sts:AssumeRole on resource: {role_arn}: no such role"
        )
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        },
    }
    with _lock:
        if not principals.exists(role_arn):
            iam_backends[role.account][role.split(":")[1]].create_role(
                role_name=ENTRY_ROLE,
                assume_role_policy_document=json.dumps(trust),
                path="/",
                permissions_boundary=None,
                description="Entry of the organization's management account",
                tags=[],
                max_session_duration="3600",
            )
