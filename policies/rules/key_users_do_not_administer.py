"""ENC003: who uses a key can't change who uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator

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

_OF_ACCOUNT = re.compile(r"arn:(?P<partition>[^:]*):(?:iam|sts)::(?P<account>[0-9]{12}):.+")


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
        if _reaching(principal) & set(statement.principals)
        and statement.covers_action(action)
        and not statement.leaves_out(principal)
    ]


def _reaching(principal: str) -> set[str]:
    """
    Return how a statement may name a principal: itself, everyone, or its account.

    What a key policy allows an account, an IAM policy there may pass on to each of its principals (A15-1).
    """
    named = {principal, "*"}
    if account := _OF_ACCOUNT.fullmatch(principal):
        named |= {account["account"], f"arn:{account['partition']}:iam::{account['account']}:root"}
    return named


RULE = ResourceRule(
    id="ENC003",
    claim="key-users-do-not-administer",
    why="whoever both uses a key and writes its policy decides alone who reads the data",
    source="semantics A15-1, A15-3; docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    fix="name administrators and users in separate statements, with no principal in both",
    check=_breaches,
)
