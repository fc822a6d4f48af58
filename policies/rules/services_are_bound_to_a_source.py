"""SHR006: a service that is let in works for this account or organization."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.documents import granting_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_BINDING = frozenset(
    {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "kms:calleraccount"}
)
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
        key in _BINDING and values and not any(set(value) <= {"*", "?"} for value in values)
        for operator, keys in statement.conditions.items()
        if operator.rpartition(":")[2] in {"StringEquals", "StringLike", "ArnEquals", "ArnLike"}
        for key, values in keys.items()
    )


RULE = ResourceRule(
    id="SHR006",
    claim="services-are-bound-to-a-source",
    why="a service works for all of AWS's customers, and another's request looks like ours (the confused deputy)",
    source="systems 6; docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    fix="add `StringEquals` of `aws:SourceAccount`, and `ArnLike` of `aws:SourceArn` where it is known",
    check=_breaches,
)
