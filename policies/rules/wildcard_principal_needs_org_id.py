"""SHR002: what everyone is allowed is allowed to one organization."""

from __future__ import annotations

from collections.abc import Iterator

from policies.documents import granting_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_FIXING = ("aws:principalorgid", "aws:principalaccount", "aws:sourceaccount", "aws:sourcearn")


def _breaches(resource: Resource) -> Iterator[str]:
    for text in granting_documents(resource):
        for statement in statements(text):
            if statement.allows_everyone and not _fixed(statement):
                yield f"`{statement.sid}` allows everyone, whatever account or organization they are of"


def _fixed(statement: Statement) -> bool:
    """Say whether a fixed value of a key bounds the statement, as S3 asks for before it calls a policy closed."""
    return any(
        values and not any(set("*?$") & set(value) for value in values)
        for operator in ("StringEquals", "ArnEquals", "ArnLike")
        for key, values in statement.conditions.get(operator, {}).items()
        if key in _FIXING
    )


RULE = ResourceRule(
    id="SHR002",
    claim="wildcard-principal-needs-org-id",
    why="a role's name or an OU's path isn't a fixed value: S3 takes such a policy for a public one, and a misread "
    "condition opens it to the world",
    source="semantics A18; docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    fix="add `StringEquals` of `aws:PrincipalOrgID` with your organization's id, or name the principals",
    check=_breaches,
)
