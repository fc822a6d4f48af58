"""SHR004: what an organization's accounts are allowed is allowed to those of named OUs, and to roles of a path."""

from __future__ import annotations

from collections.abc import Iterator

from policies.documents import granting_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_PATHS = "aws:principalorgpaths"
_ROLES = "aws:principalarn"


def _breaches(resource: Resource) -> Iterator[str]:
    for text in granting_documents(resource):
        for statement in statements(text):
            if statement.allows_everyone and _of_an_organization(statement):
                if not any(_PATHS in keys for keys in statement.conditions.values()):
                    yield f"`{statement.sid}` allows every account of the organization, whatever OU it stands in"
                if not any(_named(value) for value in _roles(statement)):
                    yield f"`{statement.sid}` allows roles that anybody may create: none below a path of their own"


def _of_an_organization(statement: Statement) -> bool:
    return any("aws:principalorgid" in keys for keys in statement.conditions.values())


def _roles(statement: Statement) -> tuple[str, ...]:
    found = (statement.conditions.get(operator, {}).get(_ROLES, ()) for operator in ("ArnLike", "ArnEquals"))
    return tuple(value for values in found for value in values)


def _named(arn: str) -> bool:
    """Say whether a pattern of role ARNs has a path, or names the account."""
    parts = arn.split(":", 5)
    return len(parts) == 6 and (parts[4].isdigit() or _has_path(parts[5]))  # noqa: PLR2004 - an ARN's parts


def _has_path(resource: str) -> bool:
    path = resource.removeprefix("role/").rpartition("/")[0]
    return bool(path) and "*" not in path


RULE = ResourceRule(
    id="SHR004",
    claim="wildcard-principal-needs-org-path",
    why="every administrator of every account of an organization can make a role of any name",
    source="semantics A7; docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    fix="add `ForAnyValue:StringLike` of `aws:PrincipalOrgPaths` and `ArnLike` of `aws:PrincipalArn` below a path",
    check=_breaches,
)
