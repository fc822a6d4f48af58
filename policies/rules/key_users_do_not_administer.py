"""ENC003: who uses a key can't change who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

ADMINISTERING = (
    "kms:CancelKeyDeletion",
    "kms:CreateGrant",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:ScheduleKeyDeletion",
)
USING = (
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type not in {"aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"}:
        return
    document = resource.properties.get("policy")
    if document is None:
        if resource.type == "aws:kms/key:Key":
            yield "it has no policy of its own, and AWS's default lets every administrator of IAM use it"
        return
    allows = [statement for statement in statements(resource.text("policy")) if statement.allows]
    for principal in sorted({principal for statement in allows for principal in statement.principals}):
        administering = _allowed(allows, principal, ADMINISTERING)
        using = _allowed(allows, principal, USING)
        if administering and using:
            yield (
                f"`{principal}` may {administering[0][0]} by `{administering[0][1]}` "
                f"and {using[0][0]} by `{using[0][1]}`"
            )


def _allowed(allows: list[Statement], principal: str, actions: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (action, statement.sid)
        for action in actions
        for statement in allows
        if _is_for(statement, principal) and statement.covers_action(action)
    ]


def _is_for(statement: Statement, principal: str) -> bool:
    """Say whether a statement names a principal, or everyone but for roles of which it is none."""
    if principal in statement.principals:
        return True
    roles = [
        pattern
        for operator in ("ArnLike", "ArnEquals")
        for pattern in statement.conditions.get(operator, {}).get("aws:principalarn", ())
    ]
    named = not roles or any(fnmatchcase(principal, pattern) for pattern in roles)
    return "*" in statement.principals and named


RULE = ResourceRule(
    id="ENC003",
    claim="key-users-do-not-administer",
    why="whoever both uses a key and writes its policy decides alone who reads the data",
    source="semantics A15-1, A15-3; docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    fix="name administrators and users in separate statements, with no principal in both",
    check=_breaches,
)
