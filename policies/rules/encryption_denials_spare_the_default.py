"""ENC006: who asks for no encryption gets the bucket's own, and isn't refused."""

from __future__ import annotations

from collections.abc import Iterator

from policies.documents import resource_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_HEADERS = ("s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id")
_NEGATED = frozenset({"ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike"})


def _breaches(resource: Resource) -> Iterator[str]:
    for document in resource_documents(resource):
        for statement in statements(document):
            if not statement.allows and statement.covers_action("s3:PutObject") and (header := _refused(statement)):
                yield f"`{statement.sid}` refuses who sends no `{header}`: Athena, Lake Formation and most jobs"


def _refused(statement: Statement) -> str | None:
    """Return the header whose absence makes a Deny fire: a negated operator is true of a missing key (A4-5)."""
    guards = statement.conditions.get("Null", {})
    present = {key for key, values in guards.items() if "false" in {value.lower() for value in values}}
    if present.intersection(_HEADERS):
        return None
    negated = {
        key
        for operator, keys in statement.conditions.items()
        if operator.removesuffix("IfExists") in _NEGATED
        for key in keys
    }
    absent = {key for key, values in guards.items() if "true" in {value.lower() for value in values}}
    return next((header for header in _HEADERS if header in negated | absent), None)


RULE = ResourceRule(
    id="ENC006",
    claim="encryption-denials-spare-the-default",
    why="every object is encrypted by the bucket's default, so such a Deny only breaks writers, and then it is dropped",
    source="semantics C4; docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    fix="add `Null` of `false` for the header, so that only a wrong one is refused",
    check=_breaches,
)
