"""SHR001: a condition on an organization path is one that AWS evaluates, and means one OU and what is below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.documents import resource_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_PATHS = {"aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"}
_IN_ALLOW = {"ForAnyValue:StringEquals", "ForAnyValue:StringLike"}
_IN_DENY = {"ForAllValues:StringNotEquals", "ForAllValues:StringNotLike"}
_PATTERN = re.compile(r"o-[a-z0-9]+/(?:r-[a-z0-9]+/(?:ou-[a-z0-9-]+/)*)?\*?")


def _breaches(resource: Resource) -> Iterator[str]:
    for text in resource_documents(resource):
        for statement in statements(text):
            yield from _misplaced(statement)
            yield from _misread(statement)


def _misplaced(statement: Statement) -> Iterator[str]:
    for name in statement.strays:
        yield f"`{statement.sid}` has `{name}` in its condition where AWS expects an operator with keys below it"


def _misread(statement: Statement) -> Iterator[str]:
    right = _IN_ALLOW if statement.allows else _IN_DENY
    for operator, keys in statement.conditions.items():
        for key in sorted(_PATHS & keys.keys()):
            if operator not in right:
                yield f"`{statement.sid}` compares organization paths with `{operator}`, which never means what it says"
            for value in keys[key]:
                if _PATTERN.fullmatch(value) is None:
                    yield f"`{statement.sid}` takes `{value}`, which also matches OUs whose id only begins alike"


RULE = ResourceRule(
    id="SHR001",
    claim="org-path-inside-operator",
    why="a path outside its operator, in one for single values, or without its last slash lets in accounts of others",
    source="semantics A6-3, A7; docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    fix="write `ForAnyValue:StringLike` in an Allow, `ForAllValues:StringNotLike` in a Deny, and `o-…/r-…/ou-…/*`",
    check=_breaches,
)
