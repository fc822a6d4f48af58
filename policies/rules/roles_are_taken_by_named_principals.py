"""IAM004: a role's trust policy names who takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_ACCOUNT = re.compile(r"[0-9]{12}|arn:[^:]*:iam::[0-9]{12}:root")
_NARROWING = frozenset({"aws:principalarn", "aws:principaltag", "sts:externalid"})


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:iam/role:Role":
        return
    for statement in statements(resource.text("assumeRolePolicy")):
        if statement.allows and not _is_narrowed(statement):
            for principal in statement.principals:
                if _ACCOUNT.fullmatch(principal):
                    yield f"`{statement.sid}` lets every principal of `{principal}` take it that IAM there allows to"


_EVERY_ROLE = re.compile(r"[*?]+|arn:[^:]*:(?:iam|sts)::[^:]*:(?:[*?]+|[a-z*?-]+/[*?]*)")
"""An ARN pattern that leaves open which role of the account it is."""


def _is_narrowed(statement: Statement) -> bool:
    """Say whether a positive condition says which principals of an account are meant."""
    return any(
        key.split("/", 1)[0] in _NARROWING and values and not any(_EVERY_ROLE.fullmatch(value) for value in values)
        for operator in ("StringEquals", "ArnEquals", "ArnLike", "StringLike")
        for key, values in statement.conditions.get(operator, {}).items()
    )


RULE = ResourceRule(
    id="IAM004",
    claim="roles-are-taken-by-named-principals",
    why="an account as principal means whoever its administrators ever allow to, and shows nobody's name",
    source="semantics A8-2, A14-1; systems K3, K11",
    fix="name the roles that take it, or add `ArnLike` of `aws:PrincipalArn` below a path",
    check=_breaches,
)
