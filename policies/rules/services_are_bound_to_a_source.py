"""SHR006: a service that is let in works for this account or organization."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.documents import granting_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_ACCOUNTS = frozenset({"aws:sourceaccount", "aws:sourceorgid", "kms:calleraccount"})
"""Keys whose value names an account or an organization whole."""

_ROLE = "aws:iam/role:Role"
"""A service takes a role only where someone passes it, which `iam:PassRole` decides."""

_SHARING = "ram.amazonaws.com"
"""It shares only what belongs to whoever asks it to (B12-1)."""


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type == _ROLE:
        return
    for document in granting_documents(resource):
        for statement in statements(document):
            services = [
                principal
                for principal in statement.principals
                if _SERVICE.fullmatch(principal) and principal != _SHARING
            ]
            if statement.allows and services and not _is_bound(statement):
                yield f"`{statement.sid}` lets `{services[0]}` in for whoever in the world asks it to"


def _is_bound(statement: Statement) -> bool:
    return any(
        values and all(_names_whose(key, value) for value in values)
        for operator, keys in statement.conditions.items()
        if operator.rpartition(":")[2] in {"StringEquals", "StringLike", "ArnEquals", "ArnLike"}
        for key, values in keys.items()
    )


def _names_whose(key: str, value: str) -> bool:
    """Say whether a value leaves no doubt whose the source is: a bucket's ARN names no account, but is one bucket's."""
    if key == "aws:sourceorgpaths":
        value = value.partition("/")[0]
    elif key == "aws:sourcearn":
        service, _, account, resource = (*value.split(":", 5), *[""] * 6)[2:6]
        value = resource.partition("/")[0] if service == "s3" and not account else account
    elif key not in _ACCOUNTS:
        return False
    return bool(value) and not set("*?$") & set(value)


RULE = ResourceRule(
    id="SHR006",
    claim="services-are-bound-to-a-source",
    why="a service works for all of AWS's customers, and another's request looks like ours (the confused deputy)",
    source="systems 6; docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    fix="add `StringEquals` of `aws:SourceAccount`, and `ArnLike` of `aws:SourceArn` where it is known",
    check=_breaches,
)
