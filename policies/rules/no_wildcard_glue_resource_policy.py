"""LF006: the catalog's resource policy opens nothing that Lake Formation doesn't list."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_CATALOG_POLICY = "aws:glue/resourcePolicy:ResourcePolicy"
_SHARING_SERVICE = "ram.amazonaws.com"


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != _CATALOG_POLICY:
        return
    for statement in statements(resource.text("policy")):
        if statement.allows and not _only_for_sharing(statement):
            for what, words in (("whom", _wide_principals(statement)), ("what", _wide(statement))):
                if words:
                    listed = "`, `".join(words)
                    yield f"`{statement.sid}` leaves open {what} it allows: `{listed}`"


def _only_for_sharing(statement: Statement) -> bool:
    """Say whether it is the one statement that sharing needs beside other statements (B12-1)."""
    return statement.principals == (_SHARING_SERVICE,) and statement.actions == ("glue:ShareResource",)


def _wide_principals(statement: Statement) -> tuple[str, ...]:
    return tuple(principal for principal in statement.principals if principal == "*" or principal.endswith(":root"))


def _wide(statement: Statement) -> tuple[str, ...]:
    actions = tuple(action for action in (*statement.actions, *statement.not_actions) if "*" in action)
    return (*actions, *(resource for resource in statement.resources if resource.endswith("*")))


RULE = ResourceRule(
    id="LF006",
    claim="no-wildcard-glue-resource-policy",
    why="what the catalog's resource policy allows shows in none of Lake Formation's lists of who may do what",
    source="semantics A16-2, B12-5; docs.aws.amazon.com/lake-formation/latest/dg/hybrid-cross-account.html",
    fix="share by Lake Formation grants to a role, an account or an OU, and name each principal, action and table here",
    check=_breaches,
)
