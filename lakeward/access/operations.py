"""
Which IAM actions an API operation asks for.

AWS's service reference names actions, and most are called as the operation is; `_NAMED_OTHERWISE` holds those that
aren't. What a call asks for beside its own action follows from what it carries: tags, and a role for a service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lakeward.access.actions import action_of

_NAMED_OTHERWISE = {
    "s3:CopyObject": "s3:PutObject",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
"""Operations whose action is called otherwise: S3's are older than its API's names."""

_TAGS = ("Tags", "TagList", "TagsList", "TagSpecifications", "tags")
"""How operations call the tags that a new thing gets at once."""

_PASSES = {
    "ec2:CreateFlowLogs": ("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    "lakeformation:RegisterResource": ("RoleArn", "lakeformation.amazonaws.com"),
    "lakeformation:UpdateResource": ("RoleArn", "lakeformation.amazonaws.com"),
    "lambda:CreateFunction": ("Role", "lambda.amazonaws.com"),
    "lambda:UpdateFunctionConfiguration": ("Role", "lambda.amazonaws.com"),
}
"""Operations that hand a role to a service: the member that names it, and the service."""


@dataclass(frozen=True)
class Need:
    """One action that a call must be allowed."""

    action: str
    role: str | None = None
    """ARN of the role that the action is on, where the call itself is on something else."""
    context: Mapping[str, str] = field(default_factory=dict)
    """Condition keys that only this action has."""


def needs_of(service: str, operation: str, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
    """
    Return the actions that a call must be allowed, its own first.

    Args:
        service: as boto3 names it.
        operation: as the SDK spells it.
        parameters: what it carries, as the SDK spells that.

    Raises:
        LookupError: the service reference knows no such action; `_NAMED_OTHERWISE` has to name it.

    """
    return tuple(_needs(service, operation, parameters))


def _needs(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Need]:
    call = f"{service}:{operation}"
    yield Need(_known(_NAMED_OTHERWISE.get(call, call)))
    if operation.startswith("Create") and any(parameters.get(member) for member in _TAGS):
        yield Need(_tagging(service, operation))
    member, passed_to = _PASSES.get(call, ("", ""))
    if parameters.get(member):
        yield Need("iam:PassRole", role=str(parameters[member]), context={"iam:PassedToService": passed_to})


def _tagging(service: str, operation: str) -> str:
    """Return the action that a service asks for where something is made with its tags."""
    own = operation.replace("Create", "Tag", 1)
    names = ("TagResource", own, "AddTagsToResource", "AddTags", "CreateTags", "PutBucketTagging")
    return next(action.name for name in names if (action := action_of(f"{service}:{name}")).known)


def _known(name: str) -> str:
    action = action_of(name)
    if not action.known:
        raise LookupError(f"{name} is no action that IAM knows")
    return action.name
